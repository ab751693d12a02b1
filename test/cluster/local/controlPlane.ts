/** Command lines of etcd, the API server, the controller manager and the scheduler. Data only: up.ts starts them. */
import path from 'node:path';
import { API_SERVER_ADDRESS, kubeconfigOf, type ClusterLayout } from './clusterLayout.js';

/**
 * A node counts as NotReady this long after its last sign of life (Kubernetes: 40 s, from v1.32 on 50 s). Its kubelet
 * gives one every 2 s (nodeConfiguration.ts); under load on two cores some come late.
 */
const NODE_GRACE_SECONDS = 12;

export function etcdCommand({ folder, ports }: ClusterLayout): readonly string[] {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.etcdPeer}`;
  return [
    '/usr/bin/etcd',
    '--name=test',
    `--data-dir=${folder}/etcd`,
    // A test cluster needs no durability, and its fsyncs would wait for those of other processes.
    '--unsafe-no-fsync',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=test=${peer}`,
  ];
}

export function apiServerCommand({ folder, binaries, ports }: ClusterLayout): readonly string[] {
  const pki = path.join(folder, 'pki');
  return [
    path.join(binaries, 'kube-apiserver'),
    '--bind-address=127.0.0.1',
    `--advertise-address=${API_SERVER_ADDRESS}`,
    `--secure-port=${ports.apiServer}`,
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    `--client-ca-file=${pki}/ca.crt`,
    `--tls-cert-file=${pki}/api-server.crt`,
    `--tls-private-key-file=${pki}/api-server.key`,
    `--kubelet-client-certificate=${pki}/api-server-to-kubelet.crt`,
    `--kubelet-client-key=${pki}/api-server-to-kubelet.key`,
    `--kubelet-certificate-authority=${pki}/ca.crt`,
    '--kubelet-preferred-address-types=InternalIP',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${pki}/service-account.pub`,
    `--service-account-signing-key-file=${pki}/service-account.key`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged=true',
    `--cert-dir=${pki}`,
  ];
}

export function controllerManagerCommand(layout: ClusterLayout): readonly string[] {
  const pki = path.join(layout.folder, 'pki');
  return [
    path.join(layout.binaries, 'kube-controller-manager'),
    `--kubeconfig=${kubeconfigOf(layout, 'controller-manager')}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${layout.ports.controllerManager}`,
    `--root-ca-file=${pki}/ca.crt`,
    `--service-account-private-key-file=${pki}/service-account.key`,
    '--use-service-account-credentials=true',
    '--allocate-node-cidrs=false',
    '--leader-elect=false',
    '--node-monitor-period=1s',
    `--node-monitor-grace-period=${NODE_GRACE_SECONDS}s`,
    `--cert-dir=${pki}`,
  ];
}

export function schedulerCommand(layout: ClusterLayout): readonly string[] {
  return [
    path.join(layout.binaries, 'kube-scheduler'),
    `--kubeconfig=${kubeconfigOf(layout, 'scheduler')}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${layout.ports.scheduler}`,
    '--leader-elect=false',
    `--cert-dir=${layout.folder}/pki`,
  ];
}
