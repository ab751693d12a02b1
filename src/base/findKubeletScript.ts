/**
 * The shell script behind findKubelet.ts: prints what the node's processes say of themselves, and chooses nothing.
 * POSIX sh with the tools of busybox, for hostPID pods. Lines are `KEY VALUE`; `candidate PID` begins a process.
 *
 * - By comm and executable, never by command line: a search by command line finds its own shell.
 * - Of arguments and environment only names are printed that say which node a kubelet serves: both hold secrets
 *   (`--token`, registry keys).
 * - A process may end at any line: every read may fail, and what was printed of it so far is dropped by its missing `end`.
 * - Builtins wherever they do: a node has thousands of processes, and each fork costs more than the read.
 */

/** $1 is where proc is mounted. */
export const FIND_KUBELET_SCRIPT = `
proc=$1
LC_ALL=C
export LC_ALL

say() {
  # Whatever stands in a file, a fact is one line.
  case $2 in
    *"
"*) ;;
    *) printf '%s %s\\n' "$1" "$2" ;;
  esac
}

say_file() {
  value=
  { read -r value < "$2"; } 2>/dev/null
  [ -n "$value" ] && say "$1" "$value"
}

say_status() {
  while IFS=':	 ' read -r key value _; do
    case $key in
      Threads) say threads "$value" ;;
      TracerPid) say tracer "$value" ;;
      Uid) say uid "$value" ;;
    esac
  done < "$1/status"
}

# Values follow their flag behind = or as the next argument; each line here is one argument.
say_arguments() {
  tr '\\n\\000' '?\\n' < "$1/cmdline" | {
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
          [ "$position" = 2 ] && case $argument in
            server | agent | kubelet) say word "$argument" ;;
          esac
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
  }
}

# MicroK8s keeps the kubelet's flags in a file of the host.
say_arguments_file() {
  file=$(tr '\\n\\000' '?\\n' < "$1/cmdline" | sed -n 's/^--kubelet-args-file=//p')
  [ -n "$file" ] || return 0
  sed -n 's/^--\\(hostname-override\\|root-dir\\)[= ]"\\{0,1\\}\\([^"]*\\)"\\{0,1\\}$/argument \\1 \\2/p' \\
    "$proc/1/root$file"
}

say_environment() {
  tr '\\n\\000' '?\\n' < "$1/environ" | sed -n 's/^\\(K3S_NODE_NAME\\)=\\(.*\\)$/environment \\1 \\2/p'
}

# Field 22 of stat; the name before it may hold blanks and parentheses.
say_start() {
  { read -r stat < "$1/stat"; } 2>/dev/null || return 1
  set -- \${stat##*) }
  [ -n "\${20}" ] && say start "\${20}"
}

say_cgroups() {
  while IFS= read -r line; do say cgroup "$line"; done < "$1/cgroup"
}

say_candidate() {
  say candidate "\${1##*/}"
  say comm "$2"
  [ -n "$3" ] && say exe "$3"
  say_start "$1" || return
  say_status "$1"
  say pidns "$(readlink "$1/ns/pid")"
  say_arguments "$1"
  say_arguments_file "$1"
  say_environment "$1"
  say_cgroups "$1"
  say end "\${1##*/}"
}

look_at() {
  comm=
  { read -r comm < "$1/comm"; } 2>/dev/null || return
  case $comm in
    kubelet | kubelet[-_.]v[0-9]* | kubelet[-_.][0-9]* | hyperkube | k3s | k3s-server | k3s-agent | rke2 | kubelite) ;;
    *) return ;;
  esac
  exe=$(readlink "$1/exe")
  exe=\${exe%" (deleted)"}
  case \${exe##*/} in
    # A wrapper script named kubelet.
    sh | bash | dash | ash | busybox | python* | perl | sudo | runuser | nsenter | unshare) return ;;
  esac
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
  for folder in "$proc"/[0-9]*; do
    [ -d "$folder" ] && look_at "$folder"
  done
} 2>/dev/null
say done yes
`;
