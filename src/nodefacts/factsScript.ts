/**
 * The script that reads what is to be known of a node: POSIX sh with awk, grep, sed, sort, head, tail, cut, tr, wc, find,
 * xargs, ls and, where they are, timeout, dmesg and chroot, of busybox and GNU, in dash, ash and bash. It only reads. The
 * file, `facts.node.txt`, in its working directory:
 *
 * | line | what follows |
 * | --- | --- |
 * | `# node-triage node facts 1` | first line: the format and its version |
 * | `# kernel: R`, `# machine: M`, `# pid: N` | `uname -r`, `uname -m`, the script's own process |
 * | `# section: NAME UPTIME` | lines of it, up to an empty one; `cpu` and others come twice, `disks` and `blocked` three times |
 * | `# missing: NAME WHY` | `none` (the node has no such thing), `right`, `tool`, `time` (it took too long; what came before is there), `empty` |
 * | `# cut: NAME` | there was more of it |
 * | `# cost: TICKS` | CPU of the script in ticks of 10 ms, children too |
 * | `# end: complete` | a file without it is cut off |
 *
 * No line of a section begins with `#`: what the node says cannot begin another. sections.ts has the sections.
 */
import { NODE_FACTS as LIMITS } from '../base/limits.js';
import { BLOCKED_TASKS, FIRST_PROCESSES, LAST, ONCE, TWICE, type FactSection } from './sections.js';

/** The text as one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const look = ({ name, script }: FactSection): string => `look ${name} ${quoted(script)}`;
const lookTwice = TWICE.map(({ name }) => `look ${name} "$section_${name}"`).join('\n');

/** $1 where proc is mounted, $2 the node's root (empty: that of process 1, else this one), $3 seconds between two looks at least. */
export const FACTS_SCRIPT = `
proc=$1 root=$2 gap=$3
LC_ALL=C
export LC_ALL
ulimit -f ${LIMITS.fileBytes / 512}
folder=$PWD
exec >facts.node.txt
if [ -z "$root" ]; then
  for root in /proc/1/root ''; do
    [ -d "$root/etc" ] && break
  done
fi

# What takes too long is ended; old ones of busybox want the time behind -t.
limited=
if timeout -s KILL 1 true; then limited='timeout -s KILL ${LIMITS.sectionSeconds}'
elif timeout -t 1 -s KILL true; then limited='timeout -t ${LIMITS.sectionSeconds} -s KILL'
fi 2>/dev/null

# $1 name, $2 what to run.
look() {
  read -r uptime _ </proc/uptime
  $limited sh -c "$2" "$1" "$proc" "$root" "$folder" >part 2>/dev/null </dev/null
  status=$?
  why=
  case $status in
    0) [ -s part ] || why=empty ;;
    7) ;;
    3) why=none ;;
    4) why=right ;;
    5) why=tool ;;
    124 | 137 | 143) why=time ;;
    *) [ -s part ] || why=empty ;;
  esac
  if [ -s part ]; then
    echo "# section: $1 $uptime"
    head -c ${LIMITS.sectionBytes} part | head -n ${LIMITS.sectionLines} | sed 's/^#/ #/; /^$/d'
    # Ends the section, and a line that was cut.
    echo
    [ "$(wc -c <part)" -le ${LIMITS.sectionBytes} ] && [ "$(wc -l <part)" -le ${LIMITS.sectionLines} ] || echo "# cut: $1"
  fi
  [ -z "$why" ] || echo "# missing: $1 $why"
}

${TWICE.map(({ name, script }) => `section_${name}=${quoted(script)}`).join('\n')}
section_blocked=${quoted(BLOCKED_TASKS.script)}

echo "# node-triage node facts 1"
echo "# kernel: $(uname -r)"
echo "# machine: $(uname -m)"
echo "# pid: $$"
read -r began _ </proc/uptime
${lookTwice}
${look(FIRST_PROCESSES)}
look blocked "$section_blocked"
${ONCE.map(look).join('\n')}
read -r now _ </proc/uptime
left=$((\${began%.*} + gap - \${now%.*}))
if [ $left -gt 1 ]; then
  sleep $((left / 2))
  left=$((left - left / 2))
fi
look disks "$section_disks"
look blocked "$section_blocked"
[ $left -le 0 ] || sleep $left
${lookTwice}
look blocked "$section_blocked"
${LAST.map(look).join('\n')}
# Reading rules of a firewall takes the right to change them.
echo "# missing: iptables right"
rm -f part mounts.* processes.* tools tasks instances watches cgroups.all cgroups.used dmesg journal
read -r line </proc/$$/stat
set -- \${line##*) }
echo "# cost: $((\${12} + \${13} + \${14} + \${15}))"
echo "# end: complete"
`;
