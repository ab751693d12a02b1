/** Configuration files and command lines of a node's containerd and kubelet. Data only: nodeDaemons.ts uses them. */
import path from 'node:path';
import { PAUSE_IMAGE } from './buildImages.js';
import { kubeconfigOf, LINK, type ClusterLayout, type NodeLayout } from './clusterLayout.js';

export type Snapshotter = 'overlayfs' | 'native';

export function containerdConfiguration(node: NodeLayout, snapshotter: Snapshotter): string {
  return `version = 2
root = "${node.folder}/containerd/root"
state = "${node.folder}/containerd/state"
disabled_plugins = [${['btrfs', 'zfs', 'aufs', 'devmapper'].map(name => `"io.containerd.snapshotter.v1.${name}"`).join(', ')}]
[debug]
  address = "${node.folder}/containerd-debug.sock"
[grpc]
  address = "${node.containerdSocket}"
[ttrpc]
  address = "${node.containerdSocket}.ttrpc"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  disable_apparmor = true
  # Without CAP_SYS_RESOURCE (some machines) runc cannot lower oom_score_adj, and every pod would fail.
  restrict_oom_score_adj = true
  stream_server_port = "0"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${node.folder}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "${snapshotter}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
`;
}

/**
 * Every pod gets an address on the cluster's link and no route: no pod here needs a network, and so nothing is changed
 * in the machine's routing, forwarding or packet filter.
 */
export function networkConfiguration(node: NodeLayout): string {
  const ranges = [[{ subnet: `10.244.${node.index}.0/24` }]];
  const ipam = { type: 'host-local', ranges, dataDir: path.join(node.folder, 'ipam') };
  return JSON.stringify({
    cniVersion: '0.4.0',
    name: node.name,
    plugins: [{ type: 'bridge', bridge: LINK, isGateway: false, ipMasq: false, ipam }],
  });
}

/** JSON is YAML. */
export function kubeletConfiguration(layout: ClusterLayout, node: NodeLayout): string {
  const pki = path.join(layout.folder, 'pki');
  return JSON.stringify(
    {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      address: node.address,
      healthzPort: 0,
      authentication: {
        anonymous: { enabled: false },
        webhook: { enabled: true },
        x509: { clientCAFile: `${pki}/ca.crt` },
      },
      authorization: { mode: 'Webhook' },
      tlsCertFile: `${pki}/${node.name}-server.crt`,
      tlsPrivateKeyFile: `${pki}/${node.name}-server.key`,
      cgroupDriver: 'cgroupfs',
      cgroupRoot: node.cgroup,
      failCgroupV1: false,
      failSwapOn: false,
      containerRuntimeEndpoint: `unix://${node.containerdSocket}`,
      podLogsDir: path.join(node.folder, 'logs'),
      volumePluginDir: path.join(node.folder, 'plugins'),
      resolvConf: path.join(node.folder, 'resolv.conf'),
      makeIPTablesUtilChains: false,
      // A sign of life every 2 s (a quarter of the lease): see NODE_GRACE_SECONDS in controlPlane.ts.
      nodeLeaseDurationSeconds: 8,
      nodeStatusUpdateFrequency: '2s',
      imageGCHighThresholdPercent: 100,
      imageGCLowThresholdPercent: 99,
      evictionHard: {
        'memory.available': '100Mi',
        'nodefs.available': '1%',
        'imagefs.available': '1%',
        'nodefs.inodesFree': '1%',
      },
      maxPods: 200,
    },
    undefined,
    2,
  );
}

/** The file that tells one kubelet's process from the other's. */
export function kubeletConfigurationFile(node: NodeLayout): string {
  return path.join(node.folder, 'kubelet.json');
}

export function kubeletCommand(layout: ClusterLayout, node: NodeLayout): readonly string[] {
  return [
    path.join(layout.binaries, 'kubelet'),
    `--config=${kubeletConfigurationFile(node)}`,
    `--kubeconfig=${kubeconfigOf(layout, node.name)}`,
    `--hostname-override=${node.name}`,
    `--node-ip=${node.address}`,
    `--root-dir=${node.folder}/pods`,
    `--cert-dir=${node.folder}/pki`,
  ];
}
