/**
 * Whose log a line is of: by the name of the process that wrote it, by the source file that klog names, by what only one
 * of them says. Reads no stamps.
 */
import type { LogOrigin } from '../model.js';

/** By name of the process, of its container or its unit. The first that matches. */
const PROCESSES: readonly (readonly [RegExp, LogOrigin])[] = [
  [/^kube-?proxy/u, 'kube-proxy'],
  [/device-plugin|nvidia-(?:device|driver|container)|dcgm|^nvidia/u, 'device-plugin'],
  [
    /^(?:calico|felix|bird|cilium|flannel|aws-node|aws-cni|ipamd|aws-k8s-agent|aws-vpc-cni|weave|multus|kube-router|antrea|ovn|ovs|azure-(?:vnet|cni)|whereabouts|cni)/u,
    'cni',
  ],
  [
    /^(?:kubelet|hyperkube|kubenswrapper|k3s|rke2|kubelite|microk8s|origin-node|atomic-openshift-node|openshift|localkube)|daemon-kube(?:let|lite)/u,
    'kubelet',
  ],
  [
    /^(?:containerd|dockerd|docker|crio|cri-o|conmon|runc|crun|cri-dockerd|cri-containerd|podman)|daemon-containerd|shim/u,
    'runtime',
  ],
  [/^kernel$/u, 'kernel'],
  [/^(?:systemd|dbus|init$|logind)/u, 'systemd'],
];

export function originOfProcess(name: string): LogOrigin | undefined {
  const lower = name.toLowerCase();
  return PROCESSES.find(([pattern]) => pattern.test(lower))?.[1];
}

/** Files of pkg/proxy and cmd/kube-proxy that the kubelet has none of. */
const PROXY_FILE =
  /^(?:proxier|iptables|ipset|netlink_linux|server_others|bounded_frequency_runner|conntrack|endpoints(?:lice)?cache|roundrobin|graceful_termination|service_health|proxier_health|nftables)\.go$/u;
/** Files below pkg/kubelet, of volumes, of cAdvisor and of the CRI client. Names that others have too are left out. */
const KUBELET_FILE =
  /^(?:kubelet\w*|kuberuntime\w*|generic|evented|pleg|remote_(?:runtime|image)|log|pod_(?:workers|container_deletor|container_manager_linux|manager|startup_latency_tracker|sandbox\w*)|setters|status_manager|prober\w*|eviction_manager|reconciler\w*|reconstruct\w*|operation_(?:generator|executor)|nestedpendingoperations|volume_manager|desired_state_of_world\w*|(?:qos_|node_)?container_manager\w*|cgroup_manager\w*|cgroup_v[12]_manager_linux|cpu_(?:manager|assignment)|memory_manager|topology_manager|image_(?:gc_)?manager|container_(?:gc|log_manager)|summary\w*|c(?:ri|advisor)_stats_provider|docker_(?:sandbox|service|container|image|manager|streaming)\w*|oom(?:_watcher_linux|parser)|fsHandler|cni|csi_\w+|empty_dir|configmap|projected|secret_manager|node_lifecycle_manager|plugin_watcher|nodestatus|runtime_(?:state|service|cache)|endpoint|raw|watcher|handler|cri_containerd_client|dns|manager|util_linux|nodeshutdown_manager_linux|certificate_manager|provider|server_v1|mount_(?:linux|helper\w*)|metrics_(?:statfs|du|csi)|helpers_linux|lifecycle|predicate|http|file_linux|sysctl|rules|container|factory|fs|stats)\.go$/u;

/** Of `kubelet.go` in `kubelet.go:2183]`; undefined for names that many programs have. */
export function originOfSource(file: string): LogOrigin | undefined {
  if (PROXY_FILE.test(file)) return 'kube-proxy';
  return KUBELET_FILE.test(file) ? 'kubelet' : undefined;
}

/** What the kernel alone says, also where a post left its stamps out. */
const KERNEL_SAYS =
  /^(?:INFO: task \S+ blocked for more than|(?:NMI )?watchdog: |BUG: (?:soft lockup|workqueue|unable to)|rcu: |INFO: rcu_|Out of memory: |oom-kill:|Memory cgroup out of memory|Task in \/\S* killed as|SLUB: Unable to allocate|cgroup: |unregister_netdevice: |nf_conntrack: |EXT4-fs |XFS \(|Buffer I\/O error|blk_update_request: |print_req_error: |neighbour: |megaraid_sas |nvme nvme|hung_task|workqueue: |perf: interrupt took too long|TCP: |overlayfs: |NFS: |nfs: server |libceph: |rbd: )/u;
const KERNEL_SAYS_WITHIN =
  /\b(?:blocked for more than \d+ seconds|invoked oom-killer|Killed process \d+|page allocation failure|SLUB: Unable to allocate memory|Remounting filesystem read-only)\b/u;

export function isKernelMessage(text: string): boolean {
  return KERNEL_SAYS.test(text) || KERNEL_SAYS_WITHIN.test(text);
}

/** By what the message itself names, where no process is told. */
export function originOfText(text: string): LogOrigin | undefined {
  if (isKernelMessage(text)) return 'kernel';
  if (/\b(?:PLEG|pleg)\b|"SyncLoop|Skipping pod synchronization|skipping pod synchronization/u.test(text))
    return 'kubelet';
  return /\bsubsys=|\bip-masq\b/u.test(text) ? 'cni' : undefined;
}
