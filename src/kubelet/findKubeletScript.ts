/**
 * The shell script behind findKubelet.ts: prints what the node's processes say of themselves, and chooses nothing.
 * POSIX sh with the tools of busybox, for hostPID pods. Lines are `KEY VALUE`; `candidate PID` begins a process.
 *
 * - By comm and executable, never by command line: a search by command line finds its own shell.
 * - **Where a process is comes first.** A tenant may name a process `kubelet`, give it any arguments, and make a read of
 *   them wait without end (/proc/PID/cmdline and environ are the process's own memory, which FUSE or userfaultfd can
 *   serve). What it cannot do is leave its pod's cgroup. So of a process in a pod's cgroup, of a user other than root, or
 *   without a readable cgroup nothing more is read than that; it is a line `passed-over PID WHY COMM`.
 * - Of arguments and environment only names are printed that say which node a kubelet serves: both hold secrets
 *   (`--token`, registry keys).
 * - A file that arguments name is read for kubelite alone: regular, no link in its path, so much of it, within seconds.
 *   Between that look and the opening only the node's root can exchange it.
 * - A process may end at any line: every read may fail, and what was printed of it so far is dropped by its missing `end`.
 * - Builtins wherever they do: a node has thousands of processes, and each fork costs more than the read.
 *
 * Cgroups of pods, in /proc/PID/cgroup of version 1 and 2: the kubelet's cgroup manager names them `kubepods` and
 * `podUID` (`kubepods-burstable-podUID.slice`; pkg/kubelet/cm of Kubernetes), below its cgroupRoot where it has one
 * (`kubelet-kubepods-…` in kind); a pod's containers `cri-containerd-ID.scope`, `crio-ID.scope` or the ID alone, also where
 * a kubelet makes no cgroups of pods (`cgroupsPerQOS: false`). `/docker/ID` and `docker-ID.scope` may be a kubelet's own
 * container (RKE, k3d, kind). The kernel forbids line ends in their names. Where the pod has a cgroup namespace
 * (cgroup_namespaces(7); containerd makes one on version 2 for containers that are not privileged), a path begins with a
 * `/..` for each cgroup up to the one that is shared with ours: what is beside us or in us is our own pod's. A node may be
 * a pod itself (kind in CI): then process 1 is in a pod's cgroup, and only what is below its own counts.
 */
import { FIND_KUBELET_LIMITS as LIMITS } from '../base/limits.js';
import { SHELL_NOW } from '../base/shellParts.js';

const PLACES = `
h=[0-9a-f] h8=$h$h$h$h$h$h$h$h
h64=$h8$h8$h8$h8$h8$h8$h8$h8
is_pod_path() {
  case $1 in
    *kubepods* | *[/-]pod$h8* | *[/:]cri-containerd[-:]$h8* | *[/:]crio[-:]$h8*) return 0 ;;
    */docker/$h64 | */docker/$h64/*) return 1 ;;
    */$h64 | */$h64/*) return 0 ;;
  esac
  return 1
}

# Of a line of /proc/PID/cgroup, without what the kernel adds to one that was removed.
path_of() {
  path=\${1#*:}
  path=\${path#*:}
  path=\${path%" (deleted)"}
}

look_at_first_process() {
  bases= has_namespace= is_below=
  while IFS= read -r line; do
    path_of "$line"
    case $path in
      /../..*) has_namespace=yes is_below=yes ;;
      /..*) has_namespace=yes ;;
    esac
    path=\${path%/init.scope}
    is_pod_path "$path" && bases=$bases$path$line_end
  done < "$proc/1/cgroup"
} 2>/dev/null

# Without what stands above the node, where the node is a pod.
below_base() {
  rest=$bases
  while [ -n "$rest" ]; do
    base=\${rest%%"$line_end"*}
    rest=\${rest#*"$line_end"}
    case $path in
      "$base") path=/ ;;
      "$base"/*) path=\${path#"$base"} ;;
      *) continue ;;
    esac
    return
  done
}

# Sets $place: node, pod, or unknown where no cgroup can be read. $groups: its lines.
find_place() {
  place=unknown groups= count=0 is_outside=
  while IFS= read -r line && [ "$count" -lt ${LIMITS.cgroupLines} ]; do
    count=$((count + 1))
    [ "$place" = pod ] || place=node
    groups=$groups$line$line_end
    path_of "$line"
    [ -z "$bases" ] || [ -z "$path" ] || below_base
    case $path in
      /../../*) is_outside=yes ;;
      /../*) is_outside=yes; [ -z "$is_below" ] || place=pod ;;
      /..) is_outside=yes ;;
    esac
    if is_pod_path "$path"; then place=pod; fi
  done < "$1/cgroup"
  [ "$place" = node ] && [ -n "$has_namespace" ] && [ -z "$is_outside" ] && place=pod
} 2>/dev/null
`;

const ARGUMENTS = `
# Values follow their flag behind = or as the next argument; each line here is one argument.
say_arguments() {
  $bounded head -c ${LIMITS.memoryBytes} "$1/cmdline" | tr '\\n\\000' '?\\n' | head -n ${LIMITS.words} | {
    position=0
    flag=
    while IFS= read -r argument; do
      if [ -n "$flag" ]; then
        say "argument" "$flag $argument"
        flag=
        continue
      fi
      position=$((position + 1))
      name=\${argument%%=*}
      name=\${name#-}
      name=\${name#-}
      case $argument in
        -*=*) is_named=yes ;;
        -*) is_named= ;;
        *)
          case $position in
            # k3s and rke2 write \`PROGRAM server\` over all of their arguments, padded with blanks and zeros.
            1)
              title=\${argument%"\${argument##*[! ]}"}
              case $title in *' '*) argument=\${title##* } ;; *) continue ;; esac
              ;;
            2) ;;
            *) continue ;;
          esac
          case $argument in server | agent | kubelet | init) say word "$argument" ;; esac
          continue
          ;;
      esac
      case $name in
        kubelet-arg)
          # k3s: --kubelet-arg=hostname-override=node1
          inner=\${argument#*=}
          case $inner in
            hostname-override=* | root-dir=*) say argument "\${inner%%=*} \${inner#*=}" ;;
          esac
          ;;
        hostname-override | node-name | config | kubeconfig | root-dir | data-dir | kubelet-args-file)
          if [ -n "$is_named" ]; then say argument "$name \${argument#*=}"; else flag=$name; fi
          ;;
      esac
    done
  } | head -n ${LIMITS.lines}
}

# A link's target would be looked for below our own root: none may be in its path.
is_plain_file() {
  case $1/ in *//* | */./* | */../*) return 1 ;; esac
  at=$proc/1/root
  left=\${1#/}
  while [ -n "$left" ]; do
    at=$at/\${left%%/*}
    [ ! -L "$at" ] || return 1
    case $left in */*) left=\${left#*/} ;; *) left= ;; esac
  done
  [ -f "$at" ]
}

# MicroK8s keeps the kubelet's flags in a file of the host.
say_arguments_file() {
  [ "$2" = kubelite ] && [ -n "$bounded" ] || return 0
  file=$($bounded head -c ${LIMITS.memoryBytes} "$1/cmdline" | tr '\\n\\000' '?\\n' |
    sed -n 's/^--kubelet-args-file=//p' | head -n 1)
  case $file in /*) ;; *) return 0 ;; esac
  if ! is_plain_file "$file"; then
    say unread "$file"
    return 0
  fi
  $bounded head -c ${LIMITS.fileBytes} "$at" |
    sed -n 's/^--\\(hostname-override\\|root-dir\\)[= ]"\\{0,1\\}\\([^"]*\\)"\\{0,1\\}$/\\1 \\2/p' |
    head -n ${LIMITS.lines} |
    while IFS= read -r line; do say argument "$line"; done
}

say_environment() {
  $bounded head -c ${LIMITS.memoryBytes} "$1/environ" | tr '\\n\\000' '?\\n' |
    sed -n 's/^\\(K3S_NODE_NAME\\|RKE2_NODE_NAME\\)=\\(.*\\)$/\\1 \\2/p' | head -n ${LIMITS.lines} |
    while IFS= read -r line; do say environment "$line"; done
}
`;

/** Who listens on the kubelet's port (10250 is 280A), in the process's own network: its sockets' numbers are its files'. */
const LISTENING = `
say_listening() {
  files=$($bounded ls -ln "$1/fd" | head -n ${LIMITS.descriptors})
  for table in tcp tcp6; do
    # Those that listen stand first.
    $bounded head -n ${LIMITS.sockets} "$1/net/$table" | while read -r _ local _ state _ _ _ _ _ inode _; do
      case $local-$state in *:280A-0A) ;; *) continue ;; esac
      case $files in *"socket:[$inode]"*) echo "listens \${1##*/}" ;; esac
    done | head -n 1
  done
}
`;

/** $1 is where proc is mounted, $2 how many seconds it may look at processes. */
export const FIND_KUBELET_SCRIPT = `
proc=$1 seconds=$2
LC_ALL=C
export LC_ALL
line_end='
'
# Without a program that ends another one, files of the node are not read.
bounded=
timeout -s KILL ${LIMITS.readSeconds} true 2>/dev/null && bounded='timeout -s KILL ${LIMITS.readSeconds}'
${SHELL_NOW}
say() {
  # Whatever stands in a file, a fact is one line of some length.
  [ "\${#2}" -le ${LIMITS.valueBytes} ] || return 0
  case $2 in
    *"$line_end"*) ;;
    *) printf '%s %s\\n' "$1" "$2" ;;
  esac
}

say_file() {
  value=
  { read -r value < "$2"; } 2>/dev/null
  [ -n "$value" ] && say "$1" "$value"
}

read_status() {
  threads= tracer= uid=
  while IFS=':	 ' read -r key value _; do
    case $key in
      Threads) threads=$value ;;
      TracerPid) tracer=$value ;;
      Uid) uid=$value ;;
    esac
  done < "$1/status"
} 2>/dev/null

# Field 22 of stat; the name before it may hold blanks and parentheses.
say_start() {
  { read -r stat < "$1/stat"; } 2>/dev/null || return 1
  set -- \${stat##*) }
  [ -n "\${20}" ] && say start "\${20}"
}
${PLACES}${ARGUMENTS}${LISTENING}
say_candidate() {
  say candidate "\${1##*/}"
  say comm "$2"
  [ -n "$3" ] && say exe "$3"
  say_start "$1" || return
  say threads "$threads"
  say tracer "$tracer"
  say uid "$uid"
  say pidns "$(readlink "$1/ns/pid")"
  say_arguments "$1"
  say_arguments_file "$1" "$2"
  say_environment "$1"
  while [ -n "$groups" ]; do
    say cgroup "\${groups%%"$line_end"*}"
    groups=\${groups#*"$line_end"}
  done
  say end "\${1##*/}"
}

pass_over() {
  passed=$((passed + 1))
  [ "$passed" -gt ${LIMITS.passedOver} ] || say passed-over "\${1##*/} $2 $comm"
}

look_at() {
  comm=
  { read -r comm < "$1/comm"; } 2>/dev/null || return
  case $comm in
    kubelet | kubelet[-_.]v[0-9]* | kubelet[-_.][0-9]* | hyperkube | k3s | k3s-server | k3s-agent | rke2 | kubelite) ;;
    *) return ;;
  esac
  find_place "$1"
  [ "$place" = node ] || { pass_over "$1" "$place"; return; }
  read_status "$1"
  [ "$uid" = 0 ] || { [ -z "$uid" ] || pass_over "$1" user; return; }
  exe=$(readlink "$1/exe")
  exe=\${exe%" (deleted)"}
  case \${exe##*/} in
    # A wrapper script named kubelet.
    sh | bash | dash | ash | busybox | python* | perl | sudo | runuser | nsenter | unshare) return ;;
  esac
  candidates=$((candidates + 1))
  if [ "$candidates" -gt ${LIMITS.candidates} ]; then is_cut=yes; return; fi
  found="$found $1"
  say_candidate "$1" "$comm" "$exe"
}

say_file kernel "$proc/sys/kernel/osrelease"
say machine "$(uname -m)"
say_file yama "$proc/sys/kernel/yama/ptrace_scope"
say_file lockdown "$proc/1/root/sys/kernel/security/lockdown"
say selfpidns "$(readlink "$proc/self/ns/pid")"
for folder in "$proc/1/root/sys/kernel/tracing" "$proc/1/root/sys/kernel/debug/tracing"; do
  if [ -e "$folder/events/raw_syscalls/enable" ]; then say tracing ready; break; fi
done
while read -r _ kind; do
  case $kind in tracefs | debugfs) say filesystem "$kind" ;; esac
done < "$proc/filesystems" 2>/dev/null
# Where our own pod's folder is on the node: below the root directory of the kubelet that runs it.
while read -r _ _ _ root point _; do
  case $root in */pods/*/etc-hosts | */pods/*/containers/*) say podfile "$root" ;; esac
done < "$proc/self/mountinfo" 2>/dev/null

{
  look_at_first_process
  now
  until=$((now + seconds * 100)) processes=0 candidates=0 passed=0 is_cut= found=
  for folder in "$proc"/[0-9]*; do
    [ -d "$folder" ] && look_at "$folder"
    processes=$((processes + 1))
    if [ $((processes % 64)) -eq 0 ]; then
      now
      [ "$now" -lt "$until" ] || { is_cut=yes; break; }
    fi
  done
  [ "$passed" -eq 0 ] || say passed-over-count "$passed"
  if [ "$candidates" -gt 1 ]; then
    for folder in $found; do say_listening "$folder"; done
  fi
} 2>/dev/null
[ -z "$is_cut" ] || say cut yes
say done yes
`;
