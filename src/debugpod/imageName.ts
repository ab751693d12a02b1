/**
 * Names of images as container runtimes write them out: `busybox` is `docker.io/library/busybox`. What is no name is
 * undefined: a name is compared as a whole or not at all. Rules: github.com/distribution/reference, normalize.go and
 * regexp.go, which containerd, the kubelet and Docker use.
 */

export interface ImageName {
  /** Host and port: `docker.io`. */
  readonly registry: string;
  /** `library/busybox`. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** `sha256:…`. */
  readonly digest: string | undefined;
}

const HOST =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62}){0,20}|\[[0-9a-fA-F:]{2,45}\])(?::\d{1,5})?$/;
const PATH_PART = /^[a-z0-9]+(?:(?:[._]|__|-{1,10})[a-z0-9]+){0,50}$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+){0,3}:[0-9a-f]{32,128}$/;
/** Of a name without its digest and tag; the reference package's NameTotalLengthMax. */
const LONGEST_NAME = 255;
const LONGEST_REFERENCE = 600;

/** Of `busybox`, `r.example:5000/tools@sha256:…`, `<none>:<none>`: undefined where it is no reference. */
export function parseImageName(text: string): ImageName | undefined {
  if (text.length > LONGEST_REFERENCE) return undefined;
  const [named = '', digest, ...more] = text.split('@');
  // A colon after the last slash begins a tag; one before it a port.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const { registry, repository } = splitName(colon < 0 ? named : named.slice(0, colon));
  const isName = more.length === 0 && isFullName(registry, repository);
  if (!isName || (tag !== undefined && !TAG.test(tag)) || (digest !== undefined && !DIGEST.test(digest)))
    return undefined;
  return { registry, repository, tag, digest };
}

function isFullName(registry: string, repository: string): boolean {
  if (registry.length + repository.length >= LONGEST_NAME || !HOST.test(registry)) return false;
  return repository.split('/').every(part => PATH_PART.test(part));
}

/** The first part is a registry where it could be no part of a repository (splitDockerDomain). */
function splitName(name: string): Pick<ImageName, 'registry' | 'repository'> {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const hasRegistry =
    slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const registry = hasRegistry && first !== 'index.docker.io' ? first : 'docker.io';
  const repository = hasRegistry ? name.slice(slash + 1) : name;
  const isShort = registry === 'docker.io' && !repository.includes('/');
  return { registry, repository: isShort ? `library/${repository}` : repository };
}

/** `docker.io/library/busybox`. */
export function fullName({ registry, repository }: ImageName): string {
  return `${registry}/${repository}`;
}

/** Written out in full. Of a tag and a digest both are kept. */
export function writeImageName(name: ImageName): string {
  const { tag, digest } = name;
  return `${fullName(name)}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
