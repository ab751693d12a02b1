/**
 * Which image a debug pod can run on a node, best first, without a setting made: one that is on the node already needs
 * no registry and no disk. Chooses from names; whether an image keeps what its name promises shows when it runs.
 */
import type { NodeDetails } from '../cluster/podPorts.js';
import type { ImageChoice } from './ports.js';

/** What a command needs of its image. */
export type ImageNeed = 'shell' | 'strace';

export interface ImageWish {
  readonly need: ImageNeed;
  /** The setting, trimmed; empty: not made. */
  readonly setting: string;
}

const DEFAULT_SHELL = 'busybox';
const DEFAULT_STRACE = 'nicolaka/netshoot';

/**
 * Images known to have sh, setsid and the usual small tools as root, by the last part of their repository, which
 * mirrors keep; the smallest first. Distroless images and the pause image have none, and are not in it.
 */
const SHELL_REPOSITORIES = [
  'busybox',
  'mirrored-library-busybox', // Rancher's copy, on nodes of k3s and RKE2
  'alpine',
  'debian',
  'ubuntu',
  'netshoot',
];
/** With strace in it: nicolaka/netshoot's and lightrun-platform/koolkits' Dockerfiles install it. */
const STRACE_REPOSITORIES = ['netshoot', 'koolkits'];

/**
 * The images to try, in order; the second is for when the first cannot be had (`pod-not-started` with a reason of
 * {@link isImageReason}), and so on. A setting is the only choice: who names an image means that one. For strace the
 * last one is a shell that uses the node's own strace through /host.
 */
export function chooseImages(
  { need, setting }: ImageWish,
  node: NodeDetails,
): readonly [ImageChoice, ...ImageChoice[]] {
  if (setting !== '') return [bySetting(setting, need, node)];
  const shells = rank(node, [...SHELL_REPOSITORIES, ...STRACE_REPOSITORIES]);
  const shell: ImageChoice = shells[0] ?? pulled(DEFAULT_SHELL);
  if (need === 'shell') return shells.length === 0 ? [shell] : [shell, pulled(DEFAULT_SHELL)];
  const [first, ...others] = rank(node, STRACE_REPOSITORIES).map(withStrace('image'));
  const last = withStrace('host')(shell);
  if (first !== undefined) return [first, ...others, last];
  return [withStrace('image')(pulled(DEFAULT_STRACE)), last];
}

/** True where the pod did not start because of its image: the next choice may do. */
export function isImageReason(reason: string): boolean {
  return /^(ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|RegistryUnavailable)$/.test(
    reason,
  );
}

/** Of the setting: pulled only where the node has not got it. Digest and tag stay as they were written. */
function bySetting(reference: string, need: ImageNeed, node: NodeDetails): ImageChoice {
  const found = node.images.find(({ names }) => names.some(name => sameImage(name, reference)));
  return {
    reference,
    pullPolicy: found === undefined ? 'IfNotPresent' : 'Never',
    origin: 'setting',
    bytes: found?.bytes,
    strace: need === 'strace' ? 'image' : undefined,
  };
}

function pulled(reference: string): ImageChoice {
  return { reference, pullPolicy: 'IfNotPresent', origin: 'default', bytes: undefined, strace: undefined };
}

const withStrace =
  (strace: 'image' | 'host') =>
  (choice: ImageChoice): ImageChoice => ({ ...choice, strace });

/** Images of the node that are of these repositories, in order of the repositories. */
function rank(node: NodeDetails, repositories: readonly string[]): readonly ImageChoice[] {
  return repositories.flatMap(repository =>
    node.images.flatMap(({ names, bytes }): ImageChoice[] => {
      // A tag reads better than a digest, and with `Never` it cannot change its meaning on the way.
      const ours = names.filter(name => isUsable(name) && lastPart(name) === repository);
      const reference = ours.find(name => !name.includes('@')) ?? ours[0];
      if (reference === undefined) return [];
      return [{ reference, pullPolicy: 'Never', origin: 'on-node', bytes, strace: undefined }];
    }),
  );
}

/** Of koolkits: `lightruncom/koolkits:golang`. Registry, path, tag and digest fall away. */
function lastPart(name: string): string {
  const { repository } = splitReference(name);
  return repository.slice(repository.lastIndexOf('/') + 1);
}

function isUsable(name: string): boolean {
  return !name.includes('<none>');
}

/** Docker's short names are what the runtime writes out: `busybox` is `docker.io/library/busybox:latest`. */
function sameImage(onNode: string, wanted: string): boolean {
  return isUsable(onNode) && normalize(onNode) === normalize(wanted);
}

function normalize(reference: string): string {
  const { repository, tag, digest } = splitReference(reference);
  const [first = '', ...rest] = repository.split('/');
  const hasRegistry = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const path = hasRegistry ? repository : `docker.io/${rest.length === 0 ? 'library/' : ''}${repository}`;
  // With a digest the tag says nothing to the runtime.
  return digest === undefined ? `${path}:${tag ?? 'latest'}` : `${path}@${digest}`;
}

/** A colon after the last slash begins a tag; one before it a port. */
function splitReference(reference: string): {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
} {
  const [named = '', digest] = reference.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  if (colon < 0) return { repository: named, tag: undefined, digest };
  return { repository: named.slice(0, colon), tag: named.slice(colon + 1), digest };
}
