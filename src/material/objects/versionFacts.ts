/**
 * Facts of the node as commands and files print them: uname, os-release, kubelet, kubectl version, docker, containerd,
 * crictl, runc, systemctl, iptables, lscpu, nproc, the kernel's own log. One line tells one fact, some only below the
 * command that asked; kubectl's client is not the node's. Prose is statedFacts.ts's.
 */
import type { Found, MaterialText, NodeFacts, TextReader } from '../model.js';
import { quantityOf } from '../text/durations.js';
import { unquoted } from '../text/quotedLine.js';
import { addFacts, type PartialFacts } from './nodeFacts.js';

export const versionFactsReader: TextReader = { name: 'versions', read: readVersionFacts };

/** Longer lines are of a log or a document. */
const LONGEST = 1_000;

type Facts = Partial<NodeFacts>;
type FactLine = readonly [pattern: RegExp, facts: (match: RegExpExecArray) => Facts];

const ARCHITECTURE = /\b(x86_64|aarch64|arm64|amd64|ppc64le|s390x|armv7l)\b/u;

/** Lines that say by themselves what they are of. */
const LINES: readonly FactLine[] = [
  // uname -a; also quoted after `Kernel (e.g. uname -a):`.
  [
    /\bLinux \S{1,253} (\d{1,2}\.\d{1,3}[.\w+~-]{0,80}) #\d/u,
    match => ({ kernelVersion: match[1], architecture: ARCHITECTURE.exec(match.input)?.[1] }),
  ],
  [/^Linux version (\d{1,2}\.\d{1,3}[.\w+~-]{0,80}) /u, match => ({ kernelVersion: match[1] })],
  // sysstat's first line.
  [
    /^Linux (\d{1,2}\.\d{1,3}[.\w+~-]{0,80}) \((\S{1,253})\)\s+\S{1,20}\s+_(\w{3,10})_\s+\((\d{1,5}) CPU\)/u,
    match => ({ kernelVersion: match[1], architecture: match[3], cpus: Number(match[4]) }),
  ],
  // hostnamectl, docker info.
  [/^Kernel: Linux (\d\S{0,80})$/u, match => ({ kernelVersion: match[1] })],
  [/^Kernel Version: {1,3}(\d\S{0,80})$/u, match => ({ kernelVersion: match[1] })],
  // A hung task or an oops names the running kernel.
  [
    /\b(?:Not tainted|Tainted: [A-Z ]{1,30}) (\d{1,2}\.\d{1,3}\.\d[.\w+~-]{0,80}) #\d/u,
    match => ({ kernelVersion: match[1] }),
  ],
  [/^PRETTY_NAME="?([^"]{2,100})"?$/u, match => ({ osImage: match[1] })],
  [
    /^((?:CentOS|Red Hat|Rocky|AlmaLinux|Oracle|Fedora|Amazon)[\w ]{0,40} release [\d.]{1,12}(?: \(\w{1,20}\))?)\s*$/u,
    match => ({ osImage: match[1] }),
  ],
  [/^Operating System: {1,3}((?!linux$)\S.{2,100})$/u, match => ({ osImage: match[1] })],
  [/^Kubernetes (v1\.\d{1,3}\.\S{1,60})$/u, match => ({ kubeletVersion: match[1] })],
  [/^(?:k3s|rke2) version (v1\.\d{1,3}\.\S{1,60}) \(/u, match => ({ kubeletVersion: match[1] })],
  // kubelet's first lines in its log.
  [/"Kubelet version" kubeletVersion="(v1\.[^"]{1,60})"/u, match => ({ kubeletVersion: match[1] })],
  [/\bserver\.go:\d{1,5}\] Version: (v1\.\S{1,60})$/u, match => ({ kubeletVersion: match[1] })],
  [
    /"Golang settings" .{0,100}version="(go1\.[\w.]{1,12})"|^go version (go1\.[\w.]{1,12}) /u,
    match => ({ goVersion: match[1] }),
  ],
  [
    /^Docker version (\d[\w.+~-]{1,40}), build/u,
    match => ({ containerRuntimeVersion: `docker://${match[1] ?? ''}` }),
  ],
  // docker info; kubectl's server version begins with a v, and that of `oc version` is OpenShift's, 3 or 4.
  [
    /^Server Version: {1,3}((?:1|1[789]|2\d)\.\d{1,2}[.\w+~-]{0,40})$/u,
    match => ({ containerRuntimeVersion: `docker://${match[1] ?? ''}` }),
  ],
  [
    /^containerd \S{1,80} v?(\d[\w.+~-]{1,40})(?: [0-9a-f]{7,40})?$/u,
    match => ({ containerRuntimeVersion: `containerd://${match[1] ?? ''}` }),
  ],
  [
    /^crio version:? {1,3}v?(\d[\w.+~-]{1,40})$/u,
    match => ({ containerRuntimeVersion: `cri-o://${match[1] ?? ''}` }),
  ],
  [/^runc version:? {1,3}v?(\d[\w.+~-]{1,40})$/u, match => ({ runcVersion: match[1] })],
  [/^systemd (\d{3})(?: \(\S{1,60}\))?$/u, match => ({ systemdVersion: match[1] })],
  [
    /^iptables (v1\.\d{1,2}\.\d{1,2})(?: \((\w{1,12})\))?$/u,
    match => ({ iptablesVersion: match[0].slice(9) }),
  ],
  [/^Cgroup Driver: (systemd|cgroupfs)$/u, match => ({ cgroupDriver: driverOf(match[1]) })],
  [/^Cgroup Version: ([12])$/u, match => ({ cgroupVersion: match[1] === '2' ? 2 : 1 })],
  [
    /\bBOOT_IMAGE=.{1,600}\bsystemd\.unified_cgroup_hierarchy=([01])\b/u,
    match => ({ cgroupVersion: match[1] === '1' ? 2 : 1 }),
  ],
  [/^cgroup2fs$/u, () => ({ cgroupVersion: 2 })],
  [/^cgroup2? on \/sys\/fs\/cgroup(?:\/\S{1,60})? type (cgroup2?) /u, match => mountedCgroups(match)],
  [/^CPUs: {1,3}(\d{1,5})$|^CPU\(s\):\s{1,40}(\d{1,5})$/u, match => ({ cpus: Number(match[1] ?? match[2]) })],
  // uptime and top's first line.
  [
    /\bup (?:(\d{1,5}) days?, {1,3})?(?:(\d{1,2}):(\d\d)|(\d{1,2}) min),/u,
    match => ({
      uptimeSeconds:
        Number(match[1] ?? 0) * 86_400 +
        Number(match[2] ?? 0) * 3600 +
        Number(match[3] ?? match[4] ?? 0) * 60,
    }),
  ],
  [/^Architecture:\s{1,40}(\w{4,10})$/u, match => ({ architecture: match[1] })],
  [/^Total Memory: (\d[\d.]{0,12} ?[KMGT]i?B)$/u, match => ({ memoryBytes: roundedBytes(match[1] ?? '') })],
  // The kubelet's /statusz.
  [/^Go version= (go1\.[\w.]{1,12})$/u, match => ({ goVersion: match[1] })],
  [/^Binary version= v?(1\.\d{1,3}\.\S{1,60})$/u, match => ({ kubeletVersion: `v${match[1] ?? ''}` })],
];

/** What a line says only below the command that asked for it. */
const ANSWERS: readonly (readonly [command: RegExp, ...answer: FactLine])[] = [
  [/\buname -r\s*$/u, /^(\d{1,2}\.\d{1,3}\.\d[.\w+~-]{0,80})$/u, match => ({ kernelVersion: match[1] })],
  [/\bnproc\s*$/u, /^(\d{1,5})$/u, match => ({ cpus: Number(match[1]) })],
  [/\bstat -\S*c ?%T \/sys\/fs\/cgroup\/?\s*$/u, /^(cgroup2fs|tmpfs)$/u, match => cgroupFileSystem(match)],
  // They have the kubelet in them.
  [
    /^(?:k3s|rke2) version v1\./u,
    /^go version (go1\.[\w.]{1,12})(?: X:\w{1,20})?$/u,
    match => ({ goVersion: match[1] }),
  ],
  [/\bkubelet --version\s*$/u, /^Kubernetes (v\S{1,60})$/u, match => ({ kubeletVersion: match[1] })],
];

/** `62.79GiB` is no whole number of bytes. */
function roundedBytes(text: string): number | undefined {
  const bytes = quantityOf(text);
  return bytes === undefined ? undefined : Math.round(bytes);
}

function driverOf(text: string | undefined): 'systemd' | 'cgroupfs' {
  return text === 'systemd' ? 'systemd' : 'cgroupfs';
}

function cgroupFileSystem(match: RegExpExecArray): Facts {
  return { cgroupVersion: match[1] === 'tmpfs' ? 1 : 2 };
}

/** A hybrid node mounts the second version beside the first, at `unified`. */
function mountedCgroups({ 0: whole, 1: type }: RegExpExecArray): Facts {
  if (type === 'cgroup') return { cgroupVersion: 1 };
  return whole.startsWith('cgroup2 on /sys/fs/cgroup type') ? { cgroupVersion: 2 } : {};
}

/** `docker version`: sections with a version each; `Version:` alone says nothing. */
const DOCKER_SECTION =
  /^(Server|Client|Engine|containerd|runc|docker-init)(?::| Docker Engine\b.{0,40}| Version:$)/u;
const DOCKER_VERSION = /^Version: {1,20}v?(\d[\w.+~-]{1,40})$/u;

class DockerVersion {
  #isServer = false;
  #section = '';

  read(line: string): Facts {
    const section = DOCKER_SECTION.exec(line)?.[1];
    if (section !== undefined) {
      if (section === 'Server' || section === 'Client') this.#isServer = section === 'Server';
      this.#section = section;
      return {};
    }
    const version = this.#isServer ? DOCKER_VERSION.exec(line)?.[1] : undefined;
    if (version === undefined) return {};
    if (this.#section === 'runc') return { runcVersion: version };
    const isEngine = this.#section === 'Engine' || this.#section === 'Server';
    return isEngine ? { containerRuntimeVersion: `docker://${version}` } : {};
  }
}

function readVersionFacts({ lines }: MaterialText): Found {
  const facts: PartialFacts = {};
  const docker = new DockerVersion();
  let above = '';
  let runtime: string | undefined;
  for (const raw of lines) {
    if (raw.length > LONGEST) continue;
    const line = unquoted(raw);
    if (line === '') continue;
    addFacts(facts, answered(above, line));
    addFacts(facts, factsOfLine(line));
    addFacts(facts, docker.read(line));
    // crictl version has the name a line above the version.
    const name = /^RuntimeName: {1,4}([\w-]{1,20})$/u.exec(line);
    if (name !== null) runtime = name[1];
    const version = /^RuntimeVersion: {1,4}v?(\d\S{0,60})$/u.exec(line);
    if (version !== null && runtime !== undefined)
      addFacts(facts, { containerRuntimeVersion: `${runtime}://${version[1] ?? ''}` });
    above = line;
  }
  return { facts };
}

function answered(above: string, line: string): Facts {
  for (const [command, answer, factsOf] of ANSWERS) {
    if (!command.test(above)) continue;
    const match = answer.exec(line);
    if (match !== null) return factsOf(match);
  }
  return {};
}

function factsOfLine(line: string): Facts {
  const facts: PartialFacts = {};
  for (const [pattern, factsOf] of LINES) {
    const match = pattern.exec(line);
    if (match !== null) addFacts(facts, factsOf(match));
  }
  return facts;
}
