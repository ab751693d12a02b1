/**
 * The manifest of a debug pod: what it may do, and every bound on its life that the cluster itself keeps. Data in,
 * data out; who may make it and what it runs is decided elsewhere.
 */
import { assertNever } from '../base/assertNever.js';
import type { PodManifest } from '../cluster/podPorts.js';
import { POD_KEEPER } from './keeperScript.js';
import type { DebugPodRequest, PodLevel } from './ports.js';

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
        ...appArmorAnnotation(request.kubeletVersion),
      },
    },
    spec: {
      // Set here, not by the scheduler: cordoned and tainted nodes are those that need it most, and a pod of a node
      // that is deleted is collected by the controller manager.
      nodeName: request.node,
      restartPolicy: 'Never',
      activeDeadlineSeconds: request.lifetimeSeconds,
      terminationGracePeriodSeconds: GRACE_SECONDS,
      hostPID: true,
      // No address and no CNI are needed on a sick node.
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
        { name: 'host', hostPath: { path: '/', type: 'Directory' } },
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
      { name: 'host', mountPath: '/host', readOnly: true },
      { name: 'work', mountPath: WORK_FOLDER },
    ],
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

/** Kubernetes reads `$(NAME)` in a command as a variable and `$$` as a dollar (third_party/forked/golang/expansion). */
function literal(text: string): string {
  return text.replaceAll('$', () => '$$');
}

function securityContext(level: PodLevel, kubeletVersion: string): object {
  const unconfined = {
    runAsUser: 0,
    runAsNonRoot: false,
    seccompProfile: { type: 'Unconfined' },
    // container_t may not look at the host's processes; on a node without SELinux this changes nothing.
    seLinuxOptions: { type: 'spc_t' },
    ...appArmorField(kubeletVersion),
  };
  switch (level) {
    case 'privileged':
      return { ...unconfined, privileged: true };
    case 'ptrace':
      return {
        ...unconfined,
        capabilities: {
          drop: ['ALL'],
          // Tracing; /proc/PID/stack; other users' files below /host; `chroot /host`; ending jobs of any user.
          add: ['SYS_PTRACE', 'SYS_ADMIN', 'DAC_READ_SEARCH', 'SYS_CHROOT', 'KILL'],
        },
      };
    default:
      return assertNever(level);
  }
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

function appArmorAnnotation(kubeletVersion: string): Readonly<Record<string, string>> {
  return (minorVersion(kubeletVersion) ?? 0) < 30
    ? { [`container.apparmor.security.beta.kubernetes.io/${CONTAINER_NAME}`]: 'unconfined' }
    : {};
}

/** 32 of `v1.32.5-eks-1a2b`. */
function minorVersion(version: string): number | undefined {
  const minor = /^v?1\.(\d+)/.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
}
