/**
 * Names of a cluster out of texts that leave it: nodes, pods, namespaces, images, addresses, identifiers, and functions of
 * programs that are not open source. The same name is the same stand-in throughout one export, so that it can still be read.
 */

/** What is known to be a name of the cluster. Well-known namespaces stay. */
export interface ClusterNames {
  readonly nodes: readonly string[];
  readonly pods: readonly string[];
  readonly namespaces: readonly string[];
}

type Kind = 'node' | 'pod' | 'namespace' | 'image' | 'address' | 'id' | 'function' | 'host';
const KINDS: ReadonlySet<string> = new Set<Kind>([
  ...(['node', 'pod', 'namespace', 'image', 'address', 'id', 'function', 'host'] as const),
]);

/** Every cluster has them. */
const WELL_KNOWN = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);
/** Import paths whose functions anyone can read. */
const OPEN_SOURCE =
  /^(?:k8s\.io|sigs\.k8s\.io|golang\.org|google\.golang\.org|go\.(?:etcd|uber|opentelemetry)\.\w+|gopkg\.in|github\.com\/(?:google|opencontainers|containerd|kubernetes|kubernetes-sigs|cri-o|containers|moby|docker|prometheus|coreos|etcd-io|golang|gogo|grpc|emicklei|cilium|vishvananda|cyphar|sirupsen|spf13|json-iterator|go-logr|fsnotify|k3s-io|rancher|openshift|projectcalico|flannel-io|aws|Azure|GoogleCloudPlatform)\/)/u;

const IMAGE =
  /(?<![\w./-])(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.)+[a-z]{2,18}(?::\d{1,5})?\/[a-z0-9][\w./-]{0,200}(?::[\w.-]{1,128})?(?:@sha256:[0-9a-f]{64})?(?![\w/])/gu;
const GO_FUNCTION =
  /(?<![\w./-])(?:[\w.-]{1,100}\.[a-z]{2,18}(?:\/[\w.~-]{1,100}){1,12})\.(?:\(\*?\w{1,100}\)\.)?\w{1,100}(?:\.\w{1,20}){0,4}/gu;
/** Of pods: with `pod` right before it in the names of their cgroups. */
const UUID =
  /(?<![0-9a-z])(pod)?([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12})(?![0-9a-z])/giu;
/** Of containers, sandboxes, images. */
const LONG_ID = /(?<![0-9a-z])[0-9a-f]{12}(?:[0-9a-f]{20,52})?(?![0-9a-z])/giu;
const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/gu;
const IPV6 =
  /(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4}){1,4}(?![\w:])|(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}(?![\w:])/giu;
const MAC = /(?<![\w:])(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![\w:])/giu;
/** Names of hosts in full: with two dots or more, and letters at the end. Files and packages have slashes or one dot. */
const HOST = /(?<![\w./@-])(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.){2,8}[a-z]{2,18}(?![\w/.(-])/giu;
/** Shorter names of pods and namespaces are words, too: they count as whole words alone. */
const LEAST_PART = 8;
const TOKEN = /[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?/gu;

export class Redactor {
  private readonly stand = new Map<string, string>();
  private readonly counts = new Map<Kind, number>();
  private readonly names = new Map<string, Kind>();
  /** Longest first; also as parts of other words, as names of files and folders carry them. */
  private readonly parts: readonly (readonly [name: string, kind: Kind])[];

  constructor({ nodes, pods, namespaces }: ClusterNames) {
    for (const name of namespaces) if (!WELL_KNOWN.has(name)) this.names.set(name.toLowerCase(), 'namespace');
    for (const name of pods) this.names.set(name.toLowerCase(), 'pod');
    for (const name of nodes) this.names.set(name.toLowerCase(), 'node');
    this.names.delete('');
    this.parts = [...this.names]
      .filter(([name, kind]) => kind === 'node' || name.length >= LEAST_PART)
      .sort(([a], [b]) => b.length - a.length);
  }

  text(text: string): string {
    const swapped = text
      .replace(GO_FUNCTION, name => (OPEN_SOURCE.test(name) ? name : this.standIn('function', name)))
      .replace(IMAGE, name => (OPEN_SOURCE.test(name) ? name : this.standIn('image', name)))
      .replace(
        UUID,
        (_, pod: string | undefined, id: string) =>
          `${pod ?? ''}${this.standIn('id', id.replaceAll('_', '-'))}`,
      )
      .replace(LONG_ID, id => (/\d/u.test(id) && /[a-f]/iu.test(id) ? this.standIn('id', id) : id))
      .replace(MAC, address => this.standIn('address', address))
      .replace(IPV4, address => this.standIn('address', address))
      .replace(IPV6, address => this.standIn('address', address));
    return this.insideWords(swapped.replace(TOKEN, token => this.token(token))).replace(HOST, name =>
      OPEN_SOURCE.test(name) || this.isStandIn(name) ? name : this.standIn('host', name),
    );
  }

  /** A known name, or one of its parts between dots: `web-0.shop.svc`. */
  private token(token: string): string {
    const whole = this.known(token);
    if (whole !== undefined || !token.includes('.')) return whole ?? token;
    return token
      .split('.')
      .map(part => this.known(part) ?? part)
      .join('.');
  }

  private known(name: string): string | undefined {
    const kind = this.names.get(name.toLowerCase());
    return kind === undefined ? undefined : this.standIn(kind, name.toLowerCase());
  }

  private insideWords(text: string): string {
    let changed = text;
    for (const [name, kind] of this.parts)
      if (changed.toLowerCase().includes(name))
        changed = replaceWord(changed, name, this.standIn(kind, name));
    return changed;
  }

  private isStandIn(name: string): boolean {
    return name.split('.').some(part => /^(?:node|pod|namespace|host)-\d+$/u.test(part));
  }

  private standIn(kind: Kind, name: string): string {
    const key = `${kind} ${name}`;
    const known = this.stand.get(key);
    if (known !== undefined) return known;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    const made = `${kind}-${count}`;
    this.stand.set(key, made);
    return made;
  }
}

const WORD = /[A-Za-z0-9]/u;

/** Where no letter or digit is beside it; capitals do not matter. Stand-ins are passed over: a node may be called "node". */
function replaceWord(text: string, word: string, stand: string): string {
  const lower = text.toLowerCase();
  const wanted = word.toLowerCase();
  let made = '';
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, at + 1)) {
    if (at < from) continue;
    const end = at + wanted.length;
    const isPart = WORD.test(text.charAt(at - 1)) || WORD.test(text.charAt(end));
    const isStandIn = KINDS.has(wanted) && /^-\d/u.test(text.slice(end, end + 2));
    if (isPart || isStandIn) continue;
    made += text.slice(from, at) + stand;
    from = end;
  }
  return made + text.slice(from);
}
