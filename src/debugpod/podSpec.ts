/**
 * The manifest of a debug pod: what it may do, and every bound on its life that the cluster itself keeps. Data in,
 * data out; who may make it and what it runs is decided elsewhere.
 */
import type { PodManifest } from '../cluster/podPorts.js';
import { POD_KEEPER } from './keeperScript.js';
import type { DebugPodRequest, PodLevel } from './debugPodPorts.js';

export const CONTAINER_NAME = 'tools';
/** Of every pod of ours; the sweeper finds them by it. */
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
export const MANAGED_BY = 'node-triage';
/** Value: the UUID of the window that made it. */
export const SESSION_LABEL = 'node-triage/session';
/** Node names have up to 253 characters, label values 63: hence an annotation. */
export const NODE_ANNOTATION = 'node-triage/node';
/** RFC 3339, whole seconds. */
export const EXPIRES_ANNOTATION = 'node-triage/expires-at';

/** Where a pod's own files are, on a tmpfs of its own. */
export const WORK_FOLDER = '/node-triage';
/** Silence of the client that ends the pod: four missed heartbeats. */
export const SILENCE_SECONDS = 120;
/** PID 1 has this long for killing jobs and taking back what they left: an undo may take 3 s. */
export const GRACE_SECONDS = 10;

const WORK_SIZE = '128Mi';
/** A name is a label of a host name too: 63 characters at most (RFC 1123, Kubernetes' IsDNS1123Label). */
const NAME_LENGTH = 63;
const NAME_PREFIX = 'node-triage-';

/** Where what is the node's is mounted. */
const HOST_FOLDER = '/host';
/** Kubernetes' default, also for PID 1's last words. */
const TERMINATION_LOG = '/dev/termination-log';

interface HostMount {
  readonly name: string;
  /** On the node; in the pod below /host. */
  readonly path: string;
  readonly type: 'Directory' | 'File';
}

interface LevelRights {
  readonly hostPid: boolean;
  /** None: confined, too. Of a privileged pod not written into the manifest, as it has all. */
  readonly capabilities: readonly string[];
  readonly mounts: readonly HostMount[];
}

/**
 * What each level takes, and the job that takes it. A remount of what is mounted needs SYS_ADMIN: no level has both it
 * and a folder of the node, but for `privileged`, which has no such folder to begin with. That is a guard against slips:
 * root that sees the node's processes reaches its files through /proc/1/root, writable, whatever is mounted.
 */
const RIGHTS: Readonly<Record<PodLevel, LevelRights>> = {
  read: {
    hostPid: false,
    capabilities: [],
    mounts: [
      { name: 'cgroups', path: '/sys/fs/cgroup', type: 'Directory' },
      // A clock for shells that have none (healthScript.ts); a container's own is masked.
      { name: 'timers', path: '/proc/timer_list', type: 'File' },
    ],
  },
  sample: {
    hostPid: true,
    // /proc/PID/{syscall,fd,root}; /proc/PID/stack (fs/proc/base.c, proc_pid_stack); a kubelet that is not root's.
    capabilities: ['SYS_PTRACE', 'SYS_ADMIN', 'DAC_READ_SEARCH'],
    mounts: [],
  },
  facts: {
    hostPid: true,
    // As `sample`; `chroot` into the root of process 1 for the node's own journalctl and runc; syslog(2) for dmesg.
    capabilities: ['SYS_PTRACE', 'SYS_ADMIN', 'DAC_READ_SEARCH', 'SYS_CHROOT', 'SYSLOG'],
    mounts: [],
  },
  ptrace: {
    hostPid: true,
    // Tracing; `chroot /host` for the node's own strace; a kubelet that is not root's, and waking it.
    capabilities: ['SYS_PTRACE', 'SYS_CHROOT', 'DAC_READ_SEARCH', 'KILL'],
    mounts: [{ name: 'host', path: '/', type: 'Directory' }],
  },
  privileged: { hostPid: true, capabilities: ['ALL'], mounts: [] },
};

export interface PodIdentity {
  readonly name: string;
  readonly session: string;
  /** Unix epoch, milliseconds. */
  readonly expiresAtMs: number;
}

/**
 * `node-triage-NODE-SUFFIX`, a valid pod name of 63 characters at most for any node name. `suffix`: lower-case letters
 * and digits, random: it makes names of one node differ.
 */
export function debugPodName(node: string, suffix: string): string {
  const room = NAME_LENGTH - NAME_PREFIX.length - suffix.length - 1;
  const readable = node
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, room)
    .replace(/-+/g, '-')
    .replace(/^-|-$/g, '');
  return readable === '' ? `${NAME_PREFIX}${suffix}` : `${NAME_PREFIX}${readable}-${suffix}`;
}

/** The very object that is sent, to dryRun and to create. */
export function buildPodManifest(request: DebugPodRequest, identity: PodIdentity): PodManifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: identity.name,
      namespace: request.namespace,
      labels: { [MANAGED_BY_LABEL]: MANAGED_BY, [SESSION_LABEL]: identity.session },
      annotations: {
        [NODE_ANNOTATION]: request.node,
        [EXPIRES_ANNOTATION]: formatTime(identity.expiresAtMs),
        // A sidecar keeps a pod from ending, and opens the node's network to a mesh.
        'sidecar.istio.io/inject': 'false',
        'linkerd.io/inject': 'disabled',
        ...appArmorAnnotation(request),
      },
    },
    spec: {
      // Set here, not by the scheduler: cordoned and tainted nodes are those that need it most, and a pod of a node
      // that is deleted is collected by the controller manager.
      nodeName: request.node,
      restartPolicy: 'Never',
      activeDeadlineSeconds: request.lifetimeSeconds,
      terminationGracePeriodSeconds: GRACE_SECONDS,
      ...(RIGHTS[request.level].hostPid ? { hostPID: true } : {}),
      // Not for what it shows: a pod without an address of its own starts also where the node's CNI is what is broken.
      hostNetwork: true,
      dnsPolicy: 'Default',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      tolerations: [{ operator: 'Exists' }],
      ...(request.isCritical === true ? { priorityClassName: 'system-node-critical' } : {}),
      ...(request.serviceAccount === undefined ? {} : { serviceAccountName: request.serviceAccount }),
      ...(request.pullSecret === undefined ? {} : { imagePullSecrets: [{ name: request.pullSecret }] }),
      containers: [container(request)],
      volumes: [
        ...RIGHTS[request.level].mounts.map(({ name, path, type }) => ({ name, hostPath: { path, type } })),
        // Memory, not the node's disk: it may be the disk that is full. Its pages count against the limit below.
        { name: 'work', emptyDir: { medium: 'Memory', sizeLimit: WORK_SIZE } },
      ],
    },
  };
}

/** RFC 3339 in UTC, whole seconds: what Kubernetes itself writes. */
export function formatTime(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

function container(request: DebugPodRequest): object {
  return {
    name: CONTAINER_NAME,
    image: request.image.reference,
    imagePullPolicy: request.image.pullPolicy,
    command: [
      'sh',
      '-c',
      literal(POD_KEEPER),
      'node-triage-pod',
      WORK_FOLDER,
      String(request.lifetimeSeconds),
      String(SILENCE_SECONDS),
      '/proc',
      '',
      TERMINATION_LOG,
    ],
    env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
    resources: {
      // Burstable: admitted under memory pressure, where BestEffort is not (kubelet's eviction manager, Admit).
      requests: { cpu: '10m', memory: '32Mi' },
      // Never a CPU limit: a throttled tracer stops the kubelet that it traces.
      limits: { memory: '512Mi' },
    },
    securityContext: securityContext(request.level, request.kubeletVersion),
    volumeMounts: [
      ...RIGHTS[request.level].mounts.map(mount => hostMount(mount, request.kubeletVersion)),
      { name: 'work', mountPath: WORK_FOLDER },
    ],
    terminationMessagePath: TERMINATION_LOG,
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

/** Kubernetes reads `$(NAME)` in a command as a variable and `$$` as a dollar (third_party/forked/golang/expansion). */
function literal(text: string): string {
  return text.replaceAll('$', () => '$$');
}

function securityContext(level: PodLevel, kubeletVersion: string): object {
  const root = {
    runAsUser: 0,
    runAsNonRoot: false,
    // container_t may not look at what is the host's; on a node without SELinux this changes nothing.
    seLinuxOptions: { type: 'spc_t' },
  };
  const { capabilities } = RIGHTS[level];
  if (capabilities.length === 0)
    return {
      ...root,
      allowPrivilegeEscalation: false,
      seccompProfile: { type: 'RuntimeDefault' },
      capabilities: { drop: ['ALL'] },
    };
  const unconfined = { ...root, seccompProfile: { type: 'Unconfined' }, ...appArmorField(kubeletVersion) };
  return level === 'privileged'
    ? { ...unconfined, privileged: true }
    : { ...unconfined, capabilities: { drop: ['ALL'], add: capabilities } };
}

/**
 * `readOnly` alone leaves what is mounted below writable (/dev/shm, the controllers of cgroup v1). `IfPossible` asks for
 * all of it where the runtime can (containerd 2.0, runc 1.1, Linux 5.12), and for nothing more elsewhere. Kubelets have
 * the field on by default since v1.31 (KEP-3857), API servers are never older than their kubelets, and those that do not
 * know a field leave it out.
 */
function hostMount({ name, path }: HostMount, kubeletVersion: string): object {
  const recursive = (minorVersion(kubeletVersion) ?? 31) >= 31 ? { recursiveReadOnly: 'IfPossible' } : {};
  return {
    name,
    mountPath: path === '/' ? HOST_FOLDER : `${HOST_FOLDER}${path}`,
    readOnly: true,
    ...recursive,
  };
}

/**
 * AppArmor's profile of containerd keeps a container from tracing the host. It is asked to stand aside by a field since
 * v1.30 and by an annotation before. A kubelet is never newer than its API server, and API servers from v1.30 on take
 * the annotation for kubelets before (pkg/registry/core/pod/strategy.go, applyAppArmorVersionSkew), so that the
 * kubelet's version decides. Where that cannot be read, both: older servers ignore the field, newer ones ask that both
 * agree.
 */
function appArmorField(kubeletVersion: string): object {
  return (minorVersion(kubeletVersion) ?? 30) >= 30 ? { appArmorProfile: { type: 'Unconfined' } } : {};
}

function appArmorAnnotation({ level, kubeletVersion }: DebugPodRequest): Readonly<Record<string, string>> {
  if (RIGHTS[level].capabilities.length === 0) return {};
  return (minorVersion(kubeletVersion) ?? 0) < 30
    ? { [`container.apparmor.security.beta.kubernetes.io/${CONTAINER_NAME}`]: 'unconfined' }
    : {};
}

/** 32 of `v1.32.5-eks-1a2b`. */
function minorVersion(version: string): number | undefined {
  const minor = /^v?1\.(\d+)/.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
}
