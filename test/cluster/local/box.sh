#!/usr/bin/env bash
# The first process of the box in which the local cluster runs: a PID and a mount namespace of its own, so that
# killing this one process ends every other and takes every mount with it. Arguments: the cluster's folder.
#
# Hidden from the cluster are the folders Kubernetes, containerd and the CNI plugins write to under fixed names, and
# the kernel settings a kubelet changes (pkg/kubelet/cm/container_manager_linux.go, setupKernelTunables): it gets
# copies, the machine keeps its own.
set -euo pipefail
folder=$1

# Still the machine's /proc: this is our PID as the machine counts, which nsenter wants.
read -r pid _ </proc/self/stat

mount --make-rprivate /
mount -t proc proc /proc
for hidden in /run /opt /var/lib /var/log; do
  mount -t tmpfs -o mode=755 node-triage "$hidden"
done
mkdir "$folder/tunables"
for tunable in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops \
  kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
  copy=$folder/tunables/${tunable//\//.}
  cat "/proc/sys/$tunable" >"$copy"
  mount --bind "$copy" "/proc/sys/$tunable"
done
# Pods may ask for mount propagation; it ends at the box.
mount --make-rshared /

echo "$pid" >"$folder/box.pid.new"
mv "$folder/box.pid.new" "$folder/box.pid"

# Orphans of the box become our children; waiting, bash reaps them.
while :; do
  sleep infinity &
  wait $!
done
