/** The text of factsScript.ts as the model. Tolerant: what a section does not say is undefined, and what was cut is said. */
import { TriageError } from '../base/errors.js';
import { sentence, type Sentence } from '../base/sentence.js';
import { FACT_WARNING_TEXTS } from './factSentences.js';
import type { FactSectionName, LoggedLine, NodeFactsReading } from './model.js';
import { TICKS_PER_SECOND, toWhole, valueOfFile, valueOfKey, wordsOf } from './numbers.js';
import {
  readCpu,
  readDisks,
  readMemory,
  readPressure,
  readSoftirqs,
  readVmstat,
  type TwoLooks,
} from './readLoad.js';
import { readCgroupTree, readMounts, readNetwork, readSlabs, readVersions } from './readObjects.js';
import { readBlocked, readInotify, readProcesses } from './readTasks.js';
import { FIRST_LINE, splitSections, type FactsFile, type FactsSection } from './splitSections.js';

const VERSION = 1;

/** Looks at the beginning only. */
export function looksLikeNodeFacts(text: string): boolean {
  return FIRST_LINE.test(text.slice(0, text.search(/\r?\n|$/u)));
}

/** @throws TriageError `format-unknown` for another format, or a version newer than ours */
export function parseFacts(text: string): NodeFactsReading {
  const version = FIRST_LINE.exec(text.slice(0, Math.max(0, text.indexOf('\n'))).trimEnd())?.[1];
  if (version === undefined) throw new TriageError('format-unknown', 'These are no facts of a node.');
  if (Number(version) > VERSION)
    throw new TriageError('format-unknown', `Node facts of version ${version} are newer than this reader.`, {
      facts: { looksLike: `node facts of version ${version}` },
    });
  const file = splitSections(text.replaceAll('\r\n', '\n'));
  const looks = new Looks(file);
  return {
    kernelRelease: file.header.get('kernel'),
    machine: file.header.get('machine'),
    seconds: looks.twice('cpu')?.seconds ?? looks.twice('disks')?.seconds,
    uptimeSeconds: file.sections[0]?.uptime,
    missing: file.missing,
    cut: file.cut,
    ...ofLoad(looks),
    ...ofTasks(looks, toWhole(file.header.get('pid'))),
    ...ofObjects(looks),
    kernelLog: looks.lines('kernel-log'),
    journal: looks.lines('journal'),
    costSeconds: scaled(file.header.get('cost')),
    warnings: warningsOf(file),
  };
}

/** The looks at one thing. */
class Looks {
  readonly #sections: readonly FactsSection[];

  constructor({ sections }: FactsFile) {
    this.#sections = sections;
  }

  all(name: FactSectionName): readonly FactsSection[] {
    return this.#sections.filter(section => section.name === name);
  }

  last(name: FactSectionName): FactsSection | undefined {
    return this.all(name).at(-1);
  }

  lines(name: FactSectionName): readonly LoggedLine[] {
    return this.last(name)?.lines ?? [];
  }

  /** From the first to the last. */
  twice(name: FactSectionName): TwoLooks | undefined {
    return between(this.all(name)[0], this.last(name));
  }

  /** From each to the next. */
  intervals(name: FactSectionName): readonly TwoLooks[] {
    const all = this.all(name);
    return all.flatMap((after, at) => between(all[at - 1], after) ?? []);
  }
}

function between(before: FactsSection | undefined, after: FactsSection | undefined): TwoLooks | undefined {
  if (before === undefined || after === undefined || after.uptime <= before.uptime) return undefined;
  return { before, after, seconds: after.uptime - before.uptime };
}

function ofLoad(
  looks: Looks,
): Pick<
  NodeFactsReading,
  | 'pressure'
  | 'cpu'
  | 'cpus'
  | 'loadAverage'
  | 'tasks'
  | 'pidMax'
  | 'openFiles'
  | 'openFilesMax'
  | 'dentries'
  | 'dentriesUnused'
  | 'memory'
  | 'vmstat'
  | 'disks'
  | 'diskIntervals'
  | 'softirqs'
> {
  const load = looks.lines('load');
  const cpu = looks.twice('cpu');
  const vmstat = looks.twice('vmstat');
  const disks = looks.twice('disks');
  const softirqs = looks.twice('softirqs');
  const line = load.find(({ text }) => text.startsWith('loadavg:'));
  const [, average, tasks] =
    /^loadavg:(\d{1,6}\.\d\d) \S{1,12} \S{1,12} \d{1,7}\/(\d{1,8}) /u.exec(line?.text ?? '') ?? [];
  const words = (path: string): readonly string[] =>
    wordsOf(load.find(({ text }) => text.startsWith(`${path}:`))?.text.slice(path.length + 1) ?? '');
  return {
    pressure: readPressure(looks.lines('pressure')),
    cpu: cpu === undefined ? undefined : readCpu(cpu),
    cpus: valueOfFile(load, 'cpus')?.value,
    loadAverage:
      average === undefined || line === undefined ? undefined : { value: Number(average), line: line.line },
    tasks: toWhole(tasks),
    pidMax: valueOfFile(load, 'sys/kernel/pid_max'),
    openFiles: valueOfFile(load, 'sys/fs/file-nr'),
    openFilesMax: toWhole(words('sys/fs/file-nr')[2]),
    dentries: valueOfFile(load, 'sys/fs/dentry-state'),
    dentriesUnused: toWhole(words('sys/fs/dentry-state')[1]),
    memory: readMemory(looks.lines('memory')),
    vmstat: vmstat === undefined ? new Map() : readVmstat(vmstat),
    disks: disks === undefined ? [] : readDisks(disks, looks.lines('filesystems')),
    diskIntervals: looks.intervals('disks').flatMap(each => readDisks(each, looks.lines('filesystems'))),
    softirqs: softirqs === undefined ? [] : readSoftirqs(softirqs),
  };
}

type OfTasks = 'processes' | 'processCount' | 'states' | 'named' | 'blocked' | 'inotify';

function ofTasks(looks: Looks, ownPid: number | undefined): Pick<NodeFactsReading, OfTasks> {
  const processes = looks.last('processes');
  const since = looks.twice('cpu')?.before.uptime;
  const seconds = processes === undefined || since === undefined ? 0 : processes.uptime - since;
  const blocked = looks.all('blocked');
  const inotify = looks.last('inotify');
  return {
    ...(processes === undefined || seconds <= 0
      ? { processes: [], processCount: undefined, states: new Map<string, number>(), named: [] }
      : readProcesses(processes, { seconds, ownPid, commands: looks.lines('commands') })),
    blocked: blocked.length === 0 ? undefined : readBlocked(blocked),
    inotify: inotify === undefined ? undefined : readInotify(inotify.lines),
  };
}

type OfObjects = 'mounts' | 'network' | 'cgroups' | 'slabs' | 'bpfLimit' | 'bpfUsed' | 'versions';

function ofObjects(looks: Looks): Pick<NodeFactsReading, OfObjects> {
  const mounts = looks.last('mounts');
  const cgroups = looks.last('cgroups');
  return {
    mounts: mounts === undefined ? undefined : readMounts(mounts, looks.twice('mounts')?.seconds),
    network: readNetwork(looks.lines('network')),
    cgroups: cgroups === undefined ? undefined : readCgroupTree(cgroups.lines),
    slabs: readSlabs(looks.lines('slabs')),
    bpfLimit: valueOfKey(looks.lines('bpf'), 'limit'),
    bpfUsed: valueOfKey(looks.lines('bpf'), 'used'),
    versions: readVersions(looks.lines('versions')),
  };
}

function scaled(ticks: string | undefined): number | undefined {
  const value = toWhole(ticks);
  return value === undefined ? undefined : value / TICKS_PER_SECOND;
}

function warningsOf({ isComplete, cut }: FactsFile): readonly Sentence[] {
  return [
    ...(isComplete ? [] : [sentence(FACT_WARNING_TEXTS.cut)]),
    ...(cut.length === 0 ? [] : [sentence(FACT_WARNING_TEXTS.long, cut.join(', '))]),
  ];
}
