/**
 * Facts that a person states: the "Environment" list of Kubernetes' issue template, kubectl's server version, and sentences
 * such as "we run Kubernetes v1.19.3 on CentOS 7.6". They count least: a sentence may be of another node, and a server's
 * version is that of the control plane. What names a version as fixed, older or to come is passed over.
 */
import type { Found, MaterialText, NodeFacts, TextReader } from '../model.js';
import { unquoted } from '../text/quotedLine.js';
import { addFacts, type PartialFacts } from './nodeFacts.js';

export const statedFactsReader: TextReader = { name: 'stated facts', read: readStatedFacts };

/** Longer paragraphs are still read to here. */
const LONGEST = 2_000;

type Facts = Partial<NodeFacts>;

const KERNEL = /\b(\d{1,2}\.\d{1,3}\.\d{1,3}[.\w+~-]{0,60})/u;
const KUBERNETES = /\bv?(1\.\d{1,2}(?:\.\d{1,3})?(?:[+-][\w.+-]{1,40})?)\b/u;
const RUNTIME_VERSION = /\bv?(\d{1,2}\.\d{1,2}(?:\.\d{1,3})?(?:[-~+.][\w.~+-]{1,30})?)/u;

/** `- **Kernel** (e.g. uname -a): 4.9.24-coreos`. */
const ENTRY =
  /^(?:[-•*] ?)?([A-Za-z][A-Za-z /-]{1,48}?)(?: ?[([][^)\]]{0,80}[)\]])?(?: version)? ?[:：] ?(\S.{0,300})$/u;

const ENTRIES: readonly (readonly [label: RegExp, facts: (value: string) => Facts])[] = [
  [/^kernel(?: version)?$|^linux kernel$/iu, value => ({ kernelVersion: KERNEL.exec(value)?.[1] })],
  [
    /^(?:kubernetes|k8s|kubelet|node|kube)(?: version)?$|^(?:eks|gke|aks|rke2?|k3s|ack|openshift)(?: version)?$/iu,
    value => ({ kubeletVersion: versionOf(value) }),
  ],
  [/^(?:os|operating system|linux distribution|distro|os version|host os|os image)$/iu, value => osOf(value)],
  [
    /^(?:container ?runtime|container runtime version|cri|docker|docker version|containerd|cri-o|crio|runtime)$/iu,
    value => ({ containerRuntimeVersion: runtimeOf(value) }),
  ],
  [/^systemd$/iu, value => ({ systemdVersion: /^v?(2\d\d)\b/u.exec(value)?.[1] })],
  [/^runc$/iu, value => ({ runcVersion: RUNTIME_VERSION.exec(value)?.[1] })],
  [/^cgroup driver$/iu, value => ({ cgroupDriver: driverIn(value) })],
  [/^cgroups? ?version$|^cgroups?$/iu, value => ({ cgroupVersion: cgroupIn(value) })],
];

/** `Kernel | 4.4.227-1.el7`: the first two cells of a row of a Markdown table, without its borders, as an entry. */
function ofTableRow(line: string): string {
  const [label = '', value = '', ...more] = line.split('|', 4).map(cell => cell.trim());
  return label === '' || value === '' || more.length > 2 ? line : `${label}: ${value}`;
}

/** What `label: value` says; the label may bring the runtime's name. */
function factsOfEntry(line: string): Facts {
  const plain = line.replaceAll('**', '').replaceAll('`', '');
  const match = ENTRY.exec(ofTableRow(plain));
  if (match === null) return {};
  const [, label = '', value = ''] = match;
  // `Kubernetes version: Client Version: …`: kubectl's own, on the machine of the person who asks.
  if (/^client version/iu.test(value)) return {};
  const entry = ENTRIES.find(([pattern]) => pattern.test(label.trim()));
  if (entry === undefined) return {};
  const isNamed = /^(?:docker|containerd|cri-?o)/iu.test(label);
  return entry[1](isNamed ? `${label.replace(/ version$/iu, '')} ${value}` : value);
}

/**
 * Headings of issue forms whose answer stands below: Kubernetes', containerd's, systemd's, runc's. Read as an entry with
 * the label behind them.
 */
const HEADINGS: readonly (readonly [heading: RegExp, label: string])[] = [
  [/^(?:linux )?kernel version/iu, 'kernel'],
  [/^(?:kubernetes|k8s|kubelet|eks|gke|aks|k3s|rke2?) version/iu, 'kubernetes'],
  [/^(?:used distribution|os version|operating system|linux distribution|host os)/iu, 'os'],
  [/^(?:what )?version of containerd|^containerd version/iu, 'containerd'],
  [/^(?:what )?version of runc|^runc version/iu, 'runc'],
  [/^systemd version/iu, 'systemd'],
  [/^container runtime/iu, 'runtime'],
];
const HEADING = /^(?:#{1,5} ?|\*\*)([A-Z].{3,80}?)(?:\*\*)?[:?]?$/iu;

function labelOfHeading(line: string): string | undefined {
  const heading = HEADING.exec(line)?.[1];
  return heading === undefined ? undefined : HEADINGS.find(([pattern]) => pattern.test(heading))?.[1];
}

function versionOf(value: string): string | undefined {
  const version = KUBERNETES.exec(value)?.[1];
  return version === undefined ? undefined : `v${version}`;
}

/** `CoreOS 1353.7.0`; a template's own words and file names are no system. */
function osOf(value: string): Facts {
  const system = value
    .replace(/^PRETTY_NAME=/u, '')
    .replaceAll('"', '')
    .trim();
  const isSystem = /\d|linux|ubuntu|debian|centos|coreos|bottlerocket|flatcar/iu.test(value);
  return isSystem && !/^(?:linux|e\.g\.|cat |\/etc)/iu.test(value) ? { osImage: system.slice(0, 100) } : {};
}

function runtimeOf(value: string): string | undefined {
  const name = /\b(docker|containerd|cri-?o|podman)\b/iu
    .exec(value)?.[1]
    ?.toLowerCase()
    .replace('crio', 'cri-o');
  const version = RUNTIME_VERSION.exec(value)?.[1];
  return name === undefined || version === undefined ? undefined : `${name}://${version}`;
}

function driverIn(value: string): 'systemd' | 'cgroupfs' | undefined {
  if (/\bsystemd\b/iu.test(value)) return 'systemd';
  return /\bcgroupfs\b/iu.test(value) ? 'cgroupfs' : undefined;
}

function cgroupIn(value: string): 1 | 2 | undefined {
  const version = /^(?:cgroups? ?)?v?([12])\b(?![.\d])/iu.exec(value)?.[1];
  return version === undefined ? undefined : version === '2' ? 2 : 1;
}

/** Paths that only one version of cgroups has, in whatever was run or logged. */
const V1_PATH =
  /\/sys\/fs\/cgroup\/(?:memory|cpu,cpuacct|cpuacct|cpu|pids|blkio|devices|hugetlb|freezer)\//gu;
const V2_PATH = /\/sys\/fs\/cgroup\/(?:kubepods|system)(?:\.slice)?\//gu;

/** A sentence ends with a stop, a version does not. */
function withoutStop(text = ''): string {
  return text.endsWith('.') || text.endsWith('-') ? withoutStop(text.slice(0, -1)) : text;
}

/** `gcc (Debian 10.2.1-6)`, `Ubuntu 5.15.0-91.101-generic`: the version of a package that a distribution built. */
function isOfPackage({ index, input, 0: whole }: RegExpExecArray): boolean {
  return (
    input.charAt(index + whole.length) === '-' ||
    /\bgcc\b/u.test(input.slice(Math.max(0, index - 100), index))
  );
}

/** What people state stands above what they paste. */
const MOST_LINES = 50_000;

const SENTENCES: readonly (readonly [pattern: RegExp, facts: (match: RegExpExecArray) => Facts])[] = [
  [
    /\b[Kk]ernel(?: version)?(?: is| was| of|:| [Ll]inux)?[ -]v?(\d{1,2}\.\d{1,3}(?:\.\d{1,3})?[.\w+~-]{0,60})/gu,
    match => ({ kernelVersion: withoutStop(match[1]) }),
  ],
  [
    /\b(\d\.\d{1,3}\.\d{1,3}-[.\w+~-]{3,60}(?:x86_64|amd64|aarch64|generic|aws|azure|gke|gcp|coreos|flatcar|amzn\d?))\b/gu,
    match => ({ kernelVersion: match[1] }),
  ],
  [
    /\b(?:[Kk]ubernetes|[Kk]8[Ss]|[Kk]ubelet|KUBERNETES|EKS|GKE|AKS|kubeadm|k3s|RKE2?)(?: cluster)?(?: version)?(?: is|:)? ?v?(1\.\d{1,2}(?:\.\d{1,3})?(?:[+-][\w.+-]{1,40})?)\b/gu,
    match => ({ kubeletVersion: `v${match[1] ?? ''}` }),
  ],
  [
    /\b((?:CentOS|RHEL|Ubuntu|Debian|Amazon Linux|Rocky(?: Linux)?|AlmaLinux|Oracle Linux|SLES|Fedora|Container-Optimized OS|CoreOS|RHCOS|Flatcar|Bottlerocket(?: OS)?|openSUSE|Red Hat Enterprise Linux|Photon(?: OS)?)(?: Linux| Stream| LTS| release| version)? v?\d[\d.]{0,12}(?: LTS| SP\d)?)/gu,
    match => (isOfPackage(match) ? {} : { osImage: withoutStop(match[1]) }),
  ],
  [
    /\b(docker|Docker|containerd|Containerd|CRI-O|cri-o|crio)(?:-ce|-ee|\.io)?(?: version)?[ :=]{1,3}v?(\d{1,2}\.\d{1,2}(?:\.\d{1,3})?(?:-[\w.~+]{1,20})?)\b/gu,
    match => ({ containerRuntimeVersion: runtimeOf(`${match[1] ?? ''} ${match[2] ?? ''}`) }),
  ],
  [
    /\brunc(?: version)?[ :=-]{1,2}v?(1\.\d{1,2}\.\d{1,2}(?:[-~+][\w.~+]{1,20})?)\b/gu,
    match => ({ runcVersion: match[1] }),
  ],
  [/\bsystemd(?: version)?[ :-]v?(2\d\d)\b/gu, match => ({ systemdVersion: match[1] })],
  [
    /(?<![\w-])[Cc]groups? ?v([12])\b(?!.{0,80}(?:\?|\bv[12]\b))/gu,
    match => ({ cgroupVersion: cgroupIn(match[1] ?? '') }),
  ],
  [
    /\bcgroup[ -]?driver(?:[:=] ?| is )"?(systemd|cgroupfs)\b/iu,
    match => ({ cgroupDriver: driverIn(match[1] ?? '') }),
  ],
  [V1_PATH, () => ({ cgroupVersion: 1 })],
  [V2_PATH, () => ({ cgroupVersion: 2 })],
];

/** "We tried 5.15.0-1-generic. The nodes have 5.4.0-1-generic": one a sentence, as lists are of fixed versions. */
const MOST_SENTENCES = 4;

function matchesOf(pattern: RegExp, line: string): readonly RegExpExecArray[] {
  const matches: RegExpExecArray[] = [];
  let from = 0;
  while (from !== -1 && matches.length < MOST_SENTENCES) {
    pattern.lastIndex = from;
    const match = pattern.exec(line);
    if (match === null) break;
    matches.push(match);
    from = line.indexOf('. ', match.index + match[0].length - 1);
  }
  return matches;
}

/** Right before a version, or right after it: it is not the node's. */
const OTHERS_BEFORE =
  /(?:fixed|fixes|fix|since|until|before|after|upgrad\w{1,4}|updat\w{1,4}|downgrad\w{1,4}|newer|older|later|than|backport\w{0,3}|patch\w{0,3}|merged|released?|landed|introduced|requires?|recommend\w{0,3}|tr(?:y|ied)|test\w{0,3}|to|not|no|up to|like|such as|other|another|>=?|<=?)(?: \S{1,24}){0,3} ?$/iu;
const OTHERS_AFTER =
  /^[^.;\n]{0,30}\b(?:or (?:later|newer|above)|and (?:later|newer|above)|does not|doesn't|is not affected|\+ )/iu;

function isOfOthers(line: string, match: RegExpExecArray): boolean {
  const before = line.slice(Math.max(0, match.index - 60), match.index);
  return OTHERS_BEFORE.test(before) || OTHERS_AFTER.test(line.slice(match.index + match[0].length));
}

/** `Server Version: v1.27.4`, and the old form with GitVersion and GoVersion. */
const SERVER = /^Server Version: (?:version\.Info\{|&version\.Info\{)?(.{1,600})$/u;

function factsOfServer(line: string): Facts {
  const match = SERVER.exec(line);
  if (match === null) return {};
  const text = match[1] ?? '';
  const plain = /^(v1\.\d{1,3}\.\S{1,60})$/u.exec(text)?.[1];
  return {
    kubeletVersion: plain ?? /GitVersion:"(v1\.[^"]{1,60})"/u.exec(text)?.[1],
    goVersion: /GoVersion:"(go1\.[^"]{1,20})"/u.exec(text)?.[1],
  };
}

/** What stands between a heading and its answer: fences, tags, commands, the template's own words. */
function isAnswer(line: string): boolean {
  return line !== '' && !/^(?:<|`{3}|[$#>] ?|_|console|e\.g\.|client version|kustomize version)/iu.test(line);
}

function readStatedFacts({ lines }: MaterialText): Found {
  const entries: PartialFacts = {};
  const server: PartialFacts = {};
  const sentences: PartialFacts = {};
  let label: string | undefined;
  for (const raw of lines.slice(0, MOST_LINES)) {
    const line = unquoted(raw).slice(0, LONGEST);
    const heading = labelOfHeading(raw.trim());
    if (label !== undefined && heading === undefined && isAnswer(line)) {
      addFacts(entries, factsOfEntry(`${label}: ${line}`));
      label = undefined;
    }
    label = heading ?? label;
    if (line.length < 3 || line.startsWith('Client Version')) continue;
    addFacts(entries, factsOfEntry(line));
    addFacts(server, factsOfServer(line));
    for (const [pattern, factsOf] of SENTENCES)
      for (const match of matchesOf(pattern, line))
        if (!isOfOthers(line, match)) addFacts(sentences, factsOf(match));
  }
  addFacts(entries, server);
  addFacts(entries, sentences);
  return { facts: entries };
}
