/** The manifest of a debug pod: its bounds, its rights by level, its name for any node. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POD_KEEPER } from '../../../src/debugpod/keeperScript.js';
import { buildPodManifest, debugPodName } from '../../../src/debugpod/podSpec.js';
import type { DebugPodRequest, PodLevel } from '../../../src/debugpod/debugPodPorts.js';
import { request } from '../../support/debugPodKit.js';

interface Spec {
  readonly containers: readonly [
    {
      readonly image: string;
      readonly command: readonly string[];
      readonly imagePullPolicy: string;
      readonly resources: { readonly requests: object; readonly limits: Readonly<Record<string, string>> };
      readonly securityContext: Readonly<Record<string, unknown>>;
      readonly volumeMounts: readonly { readonly name: string; readonly readOnly?: boolean }[];
    },
  ];
  readonly [field: string]: unknown;
}

interface Manifest {
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: Spec;
}

const identity = {
  name: 'node-triage-node1-abc',
  session: '7c4cd0f4-2c43-4a0e-9a39-1c2d0b1f2a3b',
  expiresAtMs: Date.UTC(2026, 10, 24, 3, 4, 5, 678),
};
const build = (change: Partial<DebugPodRequest> = {}) =>
  buildPodManifest({ ...request, ...change }, identity) as unknown as Manifest;
const LEVELS = ['read', 'sample', 'facts', 'ptrace', 'privileged'] as const;
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/tools';

describe('the manifest', () => {
  it('bounds the pod by what the cluster itself keeps', () => {
    const { metadata, spec } = build({ lifetimeSeconds: 240 });
    expect(spec).toMatchObject({
      nodeName: 'node1',
      restartPolicy: 'Never',
      activeDeadlineSeconds: 240,
      terminationGracePeriodSeconds: 10,
      hostPID: true,
      hostNetwork: true,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      tolerations: [{ operator: 'Exists' }],
    });
    expect(metadata.labels).toEqual({
      'app.kubernetes.io/managed-by': 'node-triage',
      'node-triage/session': identity.session,
    });
    expect(metadata.annotations).toEqual({
      'node-triage/node': 'node1',
      'node-triage/expires-at': '2026-11-24T03:04:05Z',
      'sidecar.istio.io/inject': 'false',
      'linkerd.io/inject': 'disabled',
    });
    for (const field of ['hostIPC', 'priorityClassName', 'serviceAccountName', 'imagePullSecrets'])
      expect(spec).not.toHaveProperty(field);
  });

  it('has a memory limit and never one of CPU, whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.record({
          level: fc.constantFrom(...LEVELS),
          kubeletVersion: fc.constantFrom('v1.18.8', 'v1.32.5', 'strange'),
          lifetimeSeconds: fc.integer({ min: 1, max: 3600 }),
          isCritical: fc.boolean(),
        }),
        change => {
          const { resources } = build(change).spec.containers[0];
          expect(resources.limits).toEqual({ memory: '512Mi' });
          expect(resources.requests).toEqual({ cpu: '10m', memory: '32Mi' });
        },
      ),
    );
  });

  it.each<[PodLevel, readonly string[]]>([
    ['read', ['/sys/fs/cgroup', '/proc/timer_list']],
    ['sample', []],
    ['facts', []],
    ['ptrace', ['/']],
    ['privileged', []],
  ])('level %s mounts no more of the node than its job reads, read-only and all below it', (level, paths) => {
    const { spec } = build({ level });
    const mounts = spec.containers[0].volumeMounts;
    expect(mounts.at(-1)).toEqual({ name: 'work', mountPath: '/node-triage' });
    expect(mounts.slice(0, -1)).toEqual(
      paths.map(path => ({
        name: expect.any(String) as string,
        mountPath: path === '/' ? '/host' : `/host${path}`,
        readOnly: true,
        recursiveReadOnly: 'IfPossible',
      })),
    );
    const volumes = spec['volumes'] as readonly { hostPath?: { path: string } }[];
    expect(volumes.flatMap(({ hostPath }) => hostPath?.path ?? [])).toEqual(paths);
    expect(volumes.at(-1)).toEqual({ name: 'work', emptyDir: { medium: 'Memory', sizeLimit: '128Mi' } });
  });

  it.each([
    ['v1.29.15', false],
    ['v1.30.4-eks-1a2b3c', false],
    ['v1.31.0', true],
    ['v1.37.2+k3s1', true],
    ['', true],
  ])('of kubelet %s asks for recursive read-only: %s', (kubeletVersion, asks) => {
    const [mount] = build({ level: 'ptrace', kubeletVersion }).spec.containers[0].volumeMounts;
    expect(mount).toHaveProperty('readOnly', true);
    expect(mount !== undefined && 'recursiveReadOnly' in mount).toBe(asks);
  });

  it.each(LEVELS)('level %s never has both a folder of the node and the right to mount it anew', level => {
    const { containers } = build({ level }).spec;
    const { capabilities, privileged } = containers[0].securityContext as {
      readonly capabilities?: { readonly add?: readonly string[] };
      readonly privileged?: boolean;
    };
    const mayMount = privileged === true || capabilities?.add?.includes('SYS_ADMIN') === true;
    expect(mayMount && containers[0].volumeMounts.some(({ name }) => name !== 'work')).toBe(false);
  });

  it('its PID 1 is the keeper, as Kubernetes will read it', () => {
    const { command } = build({ lifetimeSeconds: 240 }).spec.containers[0];
    // `$$` is a dollar; `$(NAME)` would be a variable, were a single dollar left.
    const read = command.map(word =>
      word.replaceAll(/\$\$|\$\(\w+\)/g, found => (found === '$$' ? '$' : '?')),
    );
    expect(read).toEqual([
      'sh',
      '-c',
      POD_KEEPER,
      'node-triage-pod',
      '/node-triage',
      '240',
      '120',
      '/proc',
      '',
      '/dev/termination-log',
    ]);
  });

  it('level read: confined, without a capability, and without the node’s processes', () => {
    const { spec, metadata } = build({ level: 'read', kubeletVersion: 'v1.29.0' });
    expect(spec).not.toHaveProperty('hostPID');
    expect(metadata.annotations).not.toHaveProperty(APP_ARMOR);
    expect(spec.containers[0].securityContext).toEqual({
      runAsUser: 0,
      runAsNonRoot: false,
      allowPrivilegeEscalation: false,
      seccompProfile: { type: 'RuntimeDefault' },
      seLinuxOptions: { type: 'spc_t' },
      capabilities: { drop: ['ALL'] },
    });
  });

  it.each<[PodLevel, readonly string[]]>([
    ['sample', ['SYS_PTRACE', 'SYS_ADMIN', 'DAC_READ_SEARCH']],
    ['facts', ['SYS_PTRACE', 'SYS_ADMIN', 'DAC_READ_SEARCH', 'SYS_CHROOT', 'SYSLOG']],
    ['ptrace', ['SYS_PTRACE', 'SYS_CHROOT', 'DAC_READ_SEARCH', 'KILL']],
  ])('level %s: named capabilities and nothing privileged', (level, add) => {
    const { spec } = build({ level });
    expect(spec['hostPID']).toBe(true);
    expect(spec.containers[0].securityContext).toEqual({
      runAsUser: 0,
      runAsNonRoot: false,
      seccompProfile: { type: 'Unconfined' },
      seLinuxOptions: { type: 'spc_t' },
      appArmorProfile: { type: 'Unconfined' },
      capabilities: { drop: ['ALL'], add },
    });
  });

  it('level privileged: privileged', () => {
    const { securityContext } = build({ level: 'privileged' }).spec.containers[0];
    expect(securityContext).toMatchObject({ privileged: true, runAsUser: 0 });
    expect(securityContext).not.toHaveProperty('capabilities');
  });

  it.each([
    ['v1.18.8', 'annotation'],
    ['v1.29.15-eks-1a2b3c', 'annotation'],
    ['v1.30.0', 'field'],
    ['v1.37.2+k3s1', 'field'],
    ['', 'both'],
  ])('AppArmor of %s stands aside by %s', (kubeletVersion, way) => {
    const { metadata, spec } = build({ kubeletVersion });
    expect('appArmorProfile' in spec.containers[0].securityContext).toBe(way !== 'annotation');
    expect(metadata.annotations[APP_ARMOR]).toBe(way === 'field' ? undefined : 'unconfined');
  });

  it('what the settings and the person said reaches it', () => {
    const image = {
      ...request.image,
      reference: 'r.example/busybox@sha256:ab',
      pullPolicy: 'IfNotPresent',
    } as const;
    const { spec } = build({ image, isCritical: true, pullSecret: 'regcred', serviceAccount: 'triage' });
    expect(spec.containers[0]).toMatchObject({ image: image.reference, imagePullPolicy: 'IfNotPresent' });
    expect(spec).toMatchObject({
      priorityClassName: 'system-node-critical',
      imagePullSecrets: [{ name: 'regcred' }],
      serviceAccountName: 'triage',
    });
  });
});

describe('the name', () => {
  it('is a DNS label of 63 characters at most for any node, and keeps the suffix', () => {
    const part = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,80}[a-z0-9])?$/);
    fc.assert(
      fc.property(
        fc.oneof(part, fc.string({ maxLength: 253 })),
        fc.stringMatching(/^[a-z0-9]{1,16}$/),
        (node, suffix) => {
          const name = debugPodName(node, suffix);
          expect(name).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
          expect(name.length).toBeLessThanOrEqual(63);
          expect(name.endsWith(`-${suffix}`)).toBe(true);
        },
      ),
    );
  });

  it.each([
    ['node1', 'node-triage-node1-abc'],
    [
      'ip-10-0-0-1.eu-central-1.compute.internal',
      'node-triage-ip-10-0-0-1-eu-central-1-compute-internal-abc',
    ],
    ['...', 'node-triage-abc'],
  ])('of %s reads %s', (node, name) => {
    expect(debugPodName(node, 'abc')).toBe(name);
  });
});
