/**
 * The cluster's certificate authority, a certificate for every component and user, and their kubeconfigs, by openssl.
 * Made anew for every cluster, valid for 30 days, never cached.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { API_SERVER_ADDRESS, kubeconfigOf, type ClusterLayout } from './clusterLayout.js';
import { runCommand } from './runCommand.js';

const DAYS = '30';
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

interface CertificateRequest {
  /** Of the files: NAME.crt and NAME.key. */
  readonly name: string;
  readonly subject: string;
  readonly usage: 'serverAuth' | 'clientAuth';
  readonly alternativeNames?: string;
}

export async function createCertificates(layout: ClusterLayout): Promise<void> {
  const pki = path.join(layout.folder, 'pki');
  const openssl = (...argv: readonly string[]) => runCommand('openssl', argv, { cwd: pki });
  const authority = ['-x509', '-days', DAYS, '-subj', '/CN=node-triage-test-ca'];
  await openssl(
    ...['req', ...authority, ...NEW_KEY, '-keyout', 'ca.key', '-out', 'ca.crt'],
    ...['-addext', 'basicConstraints=critical,CA:TRUE'],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign,digitalSignature'],
  );
  await openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'service-account.key');
  await openssl('ec', '-in', 'service-account.key', '-pubout', '-out', 'service-account.pub');
  await Promise.all(
    certificateRequests(layout).map(async ({ name, subject, usage, alternativeNames }) => {
      const names = alternativeNames === undefined ? '' : `subjectAltName=${alternativeNames}\n`;
      const extensions = `basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=${usage}\n${names}`;
      writeFileSync(path.join(pki, `${name}.ext`), extensions);
      await openssl(
        'req',
        '-new',
        ...NEW_KEY,
        '-subj',
        subject,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
      );
      const signing = [
        '-CA',
        'ca.crt',
        '-CAkey',
        'ca.key',
        '-set_serial',
        `0x${randomSerial()}`,
        '-days',
        DAYS,
      ];
      await openssl(
        ...[
          'x509',
          '-req',
          '-in',
          `${name}.csr`,
          ...signing,
          '-extfile',
          `${name}.ext`,
          '-out',
          `${name}.crt`,
        ],
      );
    }),
  );
  const users = [
    'admin',
    'limited',
    'controller-manager',
    'scheduler',
    ...layout.nodes.map(node => node.name),
  ];
  for (const user of users) writeKubeconfig(layout, user);
}

function certificateRequests(layout: ClusterLayout): readonly CertificateRequest[] {
  const masters = '/O=system:masters';
  const client = (name: string, subject: string): CertificateRequest => ({
    name,
    subject,
    usage: 'clientAuth',
  });
  return [
    {
      name: 'api-server',
      subject: '/CN=kube-apiserver',
      usage: 'serverAuth',
      alternativeNames: `DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:${API_SERVER_ADDRESS},IP:10.96.0.1`,
    },
    client('api-server-to-kubelet', `${masters}/CN=kube-apiserver-kubelet-client`),
    client('admin', `${masters}/CN=admin`),
    // May read nodes and pods (clusterObjects.ts) and not nodes/proxy: the user of a real 403.
    client('limited', '/CN=limited'),
    client('controller-manager', '/CN=system:kube-controller-manager'),
    client('scheduler', '/CN=system:kube-scheduler'),
    ...layout.nodes.flatMap(({ name, address }): readonly CertificateRequest[] => [
      client(name, `/O=system:nodes/CN=system:node:${name}`),
      {
        name: `${name}-server`,
        subject: `/CN=${name}`,
        usage: 'serverAuth',
        alternativeNames: `DNS:${name},IP:${address}`,
      },
    ]),
  ];
}

/** Everything inlined: the file works wherever it is copied. JSON is YAML. */
function writeKubeconfig(layout: ClusterLayout, user: string): void {
  const inline = (file: string) => readFileSync(path.join(layout.folder, 'pki', file)).toString('base64');
  const context = 'node-triage-test';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: context,
        cluster: {
          server: `https://127.0.0.1:${layout.ports.apiServer}`,
          'certificate-authority-data': inline('ca.crt'),
        },
      },
    ],
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': inline(`${user}.crt`),
          'client-key-data': inline(`${user}.key`),
        },
      },
    ],
    contexts: [{ name: context, context: { cluster: context, user } }],
    'current-context': context,
  };
  const file = kubeconfigOf(layout, user);
  writeFileSync(file, JSON.stringify(config, undefined, 2), { mode: 0o600 });
  chmodSync(file, 0o600);
}

function randomSerial(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 16);
}
