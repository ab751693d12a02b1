/**
 * A node in words: its row, its tooltip, what a screen reader says, and the icon that goes with its state. Text in, text
 * out; nodeTreeItems.ts makes tree items of it, nodePicker.ts quick pick items.
 */
import { wholeProgramOfVersion } from '../kubelet/wholeProgram.js';
import type { ClusterNode, KubeletProfileName, NodePressure } from '../cluster/clusterPorts.js';
import { memoryStatFix } from '../kernelfix/kernelFix.js';
import type { KubeletCpu } from './nodeRef.js';
import type { RowFace } from './rowUpdates.js';
import type { Translate } from '../words/translate.js';

/** All that is known of a node at one moment. */
export interface NodeFacts {
  readonly node: ClusterNode;
  readonly cpu: KubeletCpu | undefined;
  /** Cores from which a kubelet counts as hot. */
  readonly hotCores: number;
  /** The capture that runs on it. */
  readonly capturing: { readonly profile: KubeletProfileName; readonly secondsLeft: number } | undefined;
  /** `namespace/name` of the debug pod of this window that lives on it. */
  readonly debugPod: string | undefined;
}

export function isHot(facts: Pick<NodeFacts, 'cpu' | 'hotCores'>): boolean {
  return facts.cpu?.kind === 'measured' && facts.cpu.cores >= facts.hotCores;
}

/** What the row says, what is told to a screen reader and the icon, by what of it may wait while a person reads the hover. */
export function nodeFace(facts: NodeFacts, t: Translate): RowFace {
  return {
    state: [...stateWords(facts, t), facts.debugPod ?? '', facts.capturing?.profile ?? ''].join('\n'),
    rest: `${describeNode(facts, t)}\n${chooseNodeIcon(facts).id}`,
  };
}

/** The most first, then those without a number; otherwise as they are given. */
export function sortByCpu<T>(items: readonly T[], cpuOf: (item: T) => KubeletCpu | undefined): readonly T[] {
  const coresOf = (item: T): number => {
    const cpu = cpuOf(item);
    return cpu?.kind === 'measured' ? cpu.cores : -1;
  };
  return items
    .map(item => ({ item, cores: coresOf(item) }))
    .sort((a, b) => b.cores - a.cores)
    .map(({ item }) => item);
}

/** `0.42 cores`, or `-` where there is no number. */
export function formatKubeletCpu(cpu: KubeletCpu | undefined, t: Translate): string {
  return cpu?.kind === 'measured' ? t('{0} cores', formatCores(cpu.cores)) : '-';
}

function formatCores(cores: number): string {
  return cores.toFixed(cores < 10 ? 2 : 1);
}

export function readinessWord(node: Pick<ClusterNode, 'readiness'>, t: Translate): string {
  switch (node.readiness) {
    case 'ready':
      return t('Ready');
    case 'not-ready':
      return t('NotReady');
    case 'unknown':
      return t('Unknown');
  }
}

export function pressureWord(pressure: NodePressure, t: Translate): string {
  switch (pressure) {
    case 'memory':
      return t('memory pressure');
    case 'disk':
      return t('disk pressure');
    case 'pid':
      return t('PID pressure');
    case 'network-unavailable':
      return t('network unavailable');
  }
}

/** Readiness and everything that is wrong, in words: colour and icon only repeat it. */
export function stateWords(facts: NodeFacts, t: Translate): readonly string[] {
  const { node } = facts;
  return [
    readinessWord(node, t),
    ...node.pressures.map(pressure => pressureWord(pressure, t)),
    ...(node.isCordoned ? [t('cordoned')] : []),
  ];
}

function capturingWords(facts: NodeFacts, t: Translate): string | undefined {
  if (facts.capturing === undefined) return undefined;
  const { secondsLeft } = facts.capturing;
  const profile = facts.capturing.profile === 'cpu' ? 'CPU' : facts.capturing.profile;
  return secondsLeft > 0
    ? t('profiling {0}, {1} s left', profile, Math.ceil(secondsLeft))
    : t('profiling {0}', profile);
}

/** The grey text beside the name, most urgent first: a side bar cuts it off at the right. */
export function describeNode(facts: NodeFacts, t: Translate): string {
  const { node } = facts;
  const cpu = formatKubeletCpu(facts.cpu, t);
  const [readiness = '', ...others] = stateWords(facts, t);
  const isReady = node.readiness === 'ready';
  return join([
    capturingWords(facts, t),
    facts.debugPod === undefined ? undefined : t('debug pod'),
    // Before the CPU: where the kubelet is hot, the icon says so and nothing but these words says what is wrong besides.
    ...(isReady ? others : [readiness, ...others]),
    isHot(facts) ? t('{0} hot', cpu) : cpu,
    ...(isReady ? [readiness] : []),
    node.kubeletVersion,
    node.roles.join(','),
    node.kernelVersion,
  ]);
}

/** The row as a sentence: every fact named, as a screen reader has no columns. */
export function speakNode(facts: NodeFacts, t: Translate): string {
  const { node } = facts;
  return [
    node.name,
    capturingWords(facts, t),
    facts.debugPod === undefined ? undefined : t('debug pod'),
    stateWords(facts, t).join(', '),
    t('kubelet CPU {0}', facts.cpu?.kind === 'measured' ? formatKubeletCpu(facts.cpu, t) : t('not known')),
    isHot(facts) ? t('hot') : undefined,
    t('kubelet {0}', node.kubeletVersion),
    node.roles.length > 0 ? t('roles {0}', node.roles.join(', ')) : undefined,
    t('kernel {0}', node.kernelVersion),
  ]
    .filter(part => part !== undefined && part !== '')
    .join(', ');
}

export interface NodeIcon {
  /** Codicon. */
  readonly id: string;
  /** Theme colour; undefined: the text's. */
  readonly color: string | undefined;
}

/** One icon, for the most urgent state. */
export function chooseNodeIcon(facts: NodeFacts): NodeIcon {
  const { node } = facts;
  if (facts.capturing !== undefined) return { id: 'loading~spin', color: undefined };
  if (node.readiness === 'not-ready') return { id: 'error', color: 'list.errorForeground' };
  if (node.readiness === 'unknown') return { id: 'question', color: 'list.warningForeground' };
  if (isHot(facts)) return { id: 'flame', color: 'nodeTriage.hotKubelet' };
  if (node.pressures.length > 0) return { id: 'warning', color: 'list.warningForeground' };
  if (node.isCordoned) return { id: 'circle-slash', color: 'disabledForeground' };
  return { id: 'pass', color: 'testing.iconPassed' };
}

/** `[label, value]` of everything known. Values are plain text as the cluster gave them. */
export function nodeFactRows(
  facts: NodeFacts,
  now: number,
  t: Translate,
): readonly (readonly [string, string])[] {
  const { node } = facts;
  const rows: readonly (readonly [string, string | undefined])[] = [
    [t('Status'), join([readinessWord(node, t), node.readinessReason], ': ')],
    [t('Pressure'), node.pressures.map(pressure => pressureWord(pressure, t)).join(', ')],
    [t('Scheduling'), node.isCordoned ? t('cordoned: takes no new pods') : undefined],
    [t('Debug pod'), facts.debugPod],
    [t('Kubelet CPU'), cpuSentence(facts, t)],
    [t('Roles'), node.roles.join(', ')],
    [t('Kubelet'), node.kubeletVersion],
    [t('Kernel'), kernelSentence(node, t)],
    [t('OS'), node.osImage],
    [t('Runtime'), node.containerRuntimeVersion],
    [t('Platform'), join([node.operatingSystem, node.architecture], '/')],
    [t('CPUs'), node.cpuCores === undefined ? undefined : String(node.cpuCores)],
    [t('Internal IP'), node.internalIp],
    [t('Age'), node.createdAt === undefined ? undefined : formatAge(Date.parse(node.createdAt), now, t)],
  ];
  return rows.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [[label, value] as const],
  );
}

/** The release, with a word of warning where it is known to make the kubelet's statistics slow. */
function kernelSentence(node: ClusterNode, t: Translate): string {
  const isLinux = node.operatingSystem === 'linux';
  if (!isLinux || memoryStatFix(node.kernelVersion).fix !== 'not-fixed') return node.kernelVersion;
  return t(
    '{0}: reads memory.stat slowly once many memory cgroups have died (fixed in Linux 5.2 and RHEL 8 4.18.0-176)',
    node.kernelVersion,
  );
}

function cpuSentence(facts: NodeFacts, t: Translate): string {
  const { cpu } = facts;
  if (cpu === undefined) return t('not measured');
  switch (cpu.kind) {
    case 'measured': {
      const number = t('{0} cores over {1} s', formatCores(cpu.cores), Math.round(cpu.overSeconds));
      const shown = isHot(facts) ? t('{0}: hot (from {1} cores)', number, facts.hotCores) : number;
      const program = wholeProgramOfVersion(facts.node.kubeletVersion);
      return program === undefined
        ? shown
        : t('{0}, of all of {1}, of which the kubelet is a part', shown, program);
    }
    case 'pending':
      return t('being measured');
    case 'unavailable':
      return `- (${cpu.reason})`;
  }
}

/** As kubectl shows it: the two largest units at most. */
export function formatAge(createdMs: number, now: number, t: Translate): string | undefined {
  const minutes = Math.floor((now - createdMs) / 60_000);
  if (!Number.isFinite(minutes)) return undefined;
  if (minutes < 1) return t('less than a minute');
  const hours = Math.floor(minutes / 60);
  if (hours < 1) return t('{0} min', minutes);
  const days = Math.floor(hours / 24);
  if (days < 1) return t('{0} h {1} min', hours, minutes % 60);
  return days < 10 && hours % 24 > 0 ? t('{0} d {1} h', days, hours % 24) : t('{0} d', days);
}

function join(parts: readonly (string | undefined)[], separator = ' · '): string {
  return parts.filter(part => part !== undefined && part !== '').join(separator);
}
