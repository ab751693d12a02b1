/**
 * Which image a debug pod can run on a node, best first, without a setting made: one that is on the node already needs
 * no registry and no disk. The image's owner becomes root on the node, so that images are known by their full name,
 * registry included, and never by a part of it: every account may push `attacker/busybox`, and any tenant can make a node pull
 * it. Whether an image keeps what its name promises shows when it runs.
 */
import type { NodeDetails } from '../cluster/podPorts.js';
import { fullName, parseImageName, writeImageName, type ImageName } from './imageName.js';
import type { ImageChoice } from './debugPodPorts.js';

/** What a command needs of its image. */
export type ImageNeed = 'shell' | 'strace';

export interface ImageWish {
  readonly need: ImageNeed;
  /** The setting, trimmed; empty: not made. */
  readonly setting: string;
}

/**
 * What is pulled where the node has nothing: fixed tags. A tag can be moved by its owner, which the consent says; no
 * digest is written here, as one that is not maintained would stay an old image.
 */
const DEFAULT_SHELL = 'docker.io/library/busybox:1.37.0';
const DEFAULT_STRACE = 'docker.io/nicolaka/netshoot:v0.14';

/** Registries that serve Docker's official images under their own names, and take no others there. */
const OFFICIAL = [
  'docker.io/library', // github.com/docker-library/official-images; only Docker pushes to it
  'public.ecr.aws/docker/library', // Docker's verified account at AWS: gallery.ecr.aws/docker
  'mirror.gcr.io/library', // Google's cache of Docker Hub: cloud.google.com/artifact-registry/docs/pull-cached-dockerhub-images
] as const;

const official = (name: string): readonly string[] => OFFICIAL.map(registry => `${registry}/${name}`);

/** With strace in it, as their Dockerfiles install it: github.com/nicolaka/netshoot, github.com/lightrun-platform/koolkits. */
const STRACE_REPOSITORIES: readonly string[] = [
  'docker.io/nicolaka/netshoot',
  'docker.io/lightruncom/koolkits',
];

/**
 * Images known to have sh, setsid and the usual small tools as root, by registry and repository; the smallest first.
 * Distroless images and the pause image have none, and are not in it. A private mirror is a setting, never a guess.
 */
const SHELL_REPOSITORIES: readonly string[] = [
  ...official('busybox'),
  'docker.io/rancher/mirrored-library-busybox', // SUSE's copy, in k3s's own scripts/airgap/image-list.txt: on nodes of k3s
  'registry.k8s.io/e2e-test-images/busybox', // Kubernetes' copy for its tests: test/utils/image/manifest.go
  ...official('alpine'),
  ...official('debian'),
  ...official('ubuntu'),
  ...STRACE_REPOSITORIES,
];

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
  const shells = rank(node, SHELL_REPOSITORIES);
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

/** Of the setting: pulled only where the node has not got it. */
function bySetting(reference: string, need: ImageNeed, node: NodeDetails): ImageChoice {
  const strace = need === 'strace' ? 'image' : undefined;
  const wanted = parseImageName(reference);
  const found = node.images.find(({ names }) => names.some(name => isSame(parseImageName(name), wanted)));
  if (wanted === undefined || found === undefined)
    return {
      reference,
      name: reference,
      pullPolicy: 'IfNotPresent',
      origin: 'setting',
      bytes: undefined,
      strace,
    };
  return { ...onNode(wanted, found.names), origin: 'setting', bytes: found.bytes, strace };
}

function pulled(reference: string): ImageChoice {
  return {
    reference,
    name: reference,
    pullPolicy: 'IfNotPresent',
    origin: 'default',
    bytes: undefined,
    strace: undefined,
  };
}

const withStrace =
  (strace: 'image' | 'host') =>
  (choice: ImageChoice): ImageChoice => ({ ...choice, strace });

/** Images of the node that are of these repositories, in order of the repositories. */
function rank(node: NodeDetails, repositories: readonly string[]): readonly ImageChoice[] {
  return repositories.flatMap(repository =>
    node.images.flatMap(({ names, bytes }): ImageChoice[] => {
      const ours = names
        .flatMap(text => parseImageName(text) ?? [])
        .filter(name => fullName(name) === repository);
      const shown = ours.find(({ tag }) => tag !== undefined) ?? ours[0];
      if (shown === undefined) return [];
      return [{ ...onNode(shown, names), origin: 'on-node', bytes, strace: undefined }];
    }),
  );
}

/**
 * Run by the digest that the node lists under the same repository: a tag may mean another image by the time the pod
 * starts, and then something else would run than what was shown. containerd and CRI-O resolve the digests that they
 * list (status.images is their RepoDigests and RepoTags, pkg/kubelet/nodestatus/setters.go), also with `Never`. Images
 * that were loaded from an archive have none; then the tag is all there is.
 */
function onNode(
  shown: ImageName,
  names: readonly string[],
): Pick<ImageChoice, 'reference' | 'name' | 'pullPolicy'> {
  const digest =
    shown.digest ??
    names
      .flatMap(text => parseImageName(text) ?? [])
      .find(name => fullName(name) === fullName(shown) && name.digest !== undefined)?.digest;
  const reference = digest === undefined ? shown : { ...shown, tag: undefined, digest };
  return { reference: writeImageName(reference), name: writeImageName(shown), pullPolicy: 'Never' };
}

/** With a digest the tag says nothing to the runtime; without either it is `latest`. */
function isSame(onNode: ImageName | undefined, wanted: ImageName | undefined): boolean {
  if (onNode === undefined || wanted === undefined || fullName(onNode) !== fullName(wanted)) return false;
  if (wanted.digest !== undefined) return onNode.digest === wanted.digest;
  return onNode.digest === undefined && (onNode.tag ?? 'latest') === (wanted.tag ?? 'latest');
}
