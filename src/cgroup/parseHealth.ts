/** The text of healthScript.ts as the model. Tolerant: what is missing is undefined, and a warning says what was cut. */
import { readBoundedLines } from '../base/boundedLines.js';
import { HEALTH_LIMITS } from '../base/limits.js';
import { sentence, type Sentence } from '../base/sentence.js';
import { TriageError } from '../base/errors.js';
import { CGROUP_WARNING_TEXTS } from './cgroupSentences.js';
import type { CgroupHealth, CgroupLayout, ReadClock, StatRead } from './model.js';

const FIRST_LINE = /^# node-triage cgroup health (\d+)$/;
const VERSION = 1;
const SECONDS_PER_TICK = 0.01;
const SLOWEST_SHOWN = 20;

/** Looks at the beginning only. */
export function looksLikeCgroupHealth(text: string): boolean {
  return FIRST_LINE.test(text.slice(0, text.search(/\r?\n|$/)));
}

interface ScannedRead {
  readonly cgroup: string;
  readonly seconds: number;
}

interface Lines {
  /** `# key: value`. */
  readonly header: ReadonlyMap<string, string>;
  /** `key: value`, of those that come more than once all. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly reads: readonly StatRead[];
  readonly scanned: readonly ScannedRead[];
  readonly unparsedLines: number;
}

/** @throws TriageError `format-unknown` for another format, or a version newer than ours */
export function parseHealth(text: string): CgroupHealth {
  const version = FIRST_LINE.exec(text.slice(0, Math.max(0, text.indexOf('\n'))).trimEnd())?.[1];
  if (version === undefined) throw new TriageError('format-unknown', 'This is no check of cgroup health.');
  if (Number(version) > VERSION)
    throw new TriageError(
      'format-unknown',
      `A cgroup check of version ${version} is newer than this reader.`,
      {
        facts: { looksLike: `cgroup health of version ${version}` },
      },
    );
  // What follows the last newline is nothing, or the beginning of a line.
  const lines = readLines(text.slice(0, text.lastIndexOf('\n') + 1));
  const { header, reads } = lines;
  const layout = layoutOf(header.get('layout'));
  const root = header.get('root');
  return {
    layout,
    root: root === '' ? undefined : root,
    kernelRelease: header.get('kernel'),
    machine: header.get('machine'),
    osName: unquote(lines.values.get('os')?.[0]),
    bootOptions: lines.values.get('boot') ?? [],
    cpus: numberOf(header.get('cpus')),
    uptimeSeconds: numberOf(header.get('uptime')),
    clock: clockOf(header.get('clock')),
    reads,
    ...scanOf(lines),
    counts: countsOf(lines, layout),
    memory: memoryOf(lines),
    dentries: dentriesOf(lines.values.get('dentries')?.[0]),
    checkCpuSeconds: scaled(header.get('cost'), SECONDS_PER_TICK),
    checkSeconds: scaled(header.get('took'), 1e-6),
    warnings: listWarnings(lines, layout),
  };
}

function readLines(text: string): Lines {
  const header = new Map<string, string>();
  const values = new Map<string, string[]>();
  const reads: StatRead[] = [];
  const scanned: ScannedRead[] = [];
  let unparsedLines = 0;
  const read = (row: string, _: boolean, line: number): void => {
    const match = /^(# )?([a-z][a-z.]*): ?(.*)$/.exec(row);
    const [, mark, key = '', value = ''] = match ?? [];
    if (match === null) unparsedLines += row === '' || FIRST_LINE.test(row.trimEnd()) ? 0 : 1;
    else if (mark !== undefined) header.set(key, value.trim());
    else if (key === 'read') unparsedLines += addParsed(reads, parseRead(value, line));
    else if (key === 'scan') unparsedLines += addParsed(scanned, parseScan(value));
    else {
      const list = values.get(key);
      if (list === undefined) values.set(key, [value.trim()]);
      else if (list.length < HEALTH_LIMITS.fileLines) list.push(value.trim());
    }
  };
  const { long, isCut } = readBoundedLines(text, HEALTH_LIMITS.lines, read);
  if (isCut) header.delete('end');
  return { header, values, reads, scanned, unparsedLines: unparsedLines + long };
}

/** @returns how many lines were not understood: 0 or 1 */
function addParsed<T>(list: T[], parsed: T | undefined): number {
  if (parsed === undefined) return 1;
  list.push(parsed);
  return 0;
}

/** `ROLE N TICKS EARLY US,US,… PATH`. */
function parseRead(value: string, line: number): StatRead | undefined {
  const match = /^(root|kubepods|other) (\d+) (\d+) ([01]) (\d+(?:,\d+)*) (\/.*)$/.exec(value);
  if (match === null) return undefined;
  const [, role, reads, ticks, early, times = '', cgroup = ''] = match;
  const readsPerRound = Math.max(1, Number(reads));
  const seconds = times
    .split(',')
    .map(time => Number(time) / 1e6 / readsPerRound)
    .sort((a, b) => a - b);
  return {
    cgroup,
    role: role === 'root' || role === 'kubepods' ? role : 'other',
    line,
    rounds: seconds.length,
    readsPerRound,
    medianSeconds: medianOf(seconds),
    minSeconds: seconds[0] ?? 0,
    maxSeconds: seconds.at(-1) ?? 0,
    systemSeconds: Number(ticks) * SECONDS_PER_TICK,
    isStoppedEarly: early === '1',
  };
}

function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function parseScan(value: string): ScannedRead | undefined {
  const match = /^(\d+) (\/.*)$/.exec(value);
  return match === null ? undefined : { seconds: Number(match[1]) / 1e6, cgroup: match[2] ?? '' };
}

function scanOf({ header, scanned }: Lines): Pick<CgroupHealth, 'slowest' | 'scan'> {
  if (scanned.length === 0) return { slowest: [], scan: undefined };
  const directories = numberOf(header.get('directories')) ?? scanned.length;
  return {
    slowest: [...scanned].sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST_SHOWN),
    scan: {
      cgroups: scanned.length,
      totalSeconds: scanned.reduce((sum, { seconds }) => sum + seconds, 0),
      isPartial: scanned.length < directories || !header.has('scanned'),
    },
  };
}

function countsOf({ header, values }: Lines, layout: CgroupLayout): CgroupHealth['counts'] {
  // subsys_name hierarchy num_cgroups enabled
  const kernel = numberOf(values.get('cgroups')?.[0]?.split(/\s+/)[2]);
  const directories = numberOf(header.get('directories'));
  const isPartial = header.get('cut') === 'yes';
  const stat = new Map(
    (values.get('cgroup.stat') ?? []).map(line => {
      const [name = '', value] = line.split(' ');
      return [name, numberOf(value)];
    }),
  );
  const dead =
    kernel === undefined || directories === undefined || isPartial ? undefined : kernel - directories;
  return {
    kernel,
    directories,
    // Cgroups come and go between the two counts.
    dying:
      layout === 'v2' ? stat.get('nr_dying_descendants') : dead === undefined ? undefined : Math.max(0, dead),
    pods: numberOf(header.get('pods')),
    isPartial,
  };
}

function memoryOf({ values }: Lines): CgroupHealth['memory'] {
  const bytes = new Map(
    (values.get('meminfo') ?? []).map(line => {
      const [name = '', value] = line.split(/:\s*/);
      return [name, scaled(value?.replace(/ kB$/, ''), 1024)];
    }),
  );
  return {
    total: bytes.get('MemTotal'),
    available: bytes.get('MemAvailable'),
    pageCache: bytes.get('Cached'),
    slab: bytes.get('Slab'),
    slabReclaimable: bytes.get('SReclaimable'),
    slabUnreclaimable: bytes.get('SUnreclaim'),
    percpu: bytes.get('Percpu'),
  };
}

/** nr_dentry nr_unused … (Documentation/admin-guide/sysctl/fs.rst). */
function dentriesOf(line: string | undefined): CgroupHealth['dentries'] {
  const [count, unused] = (line ?? '').split(/\s+/).map(numberOf);
  return count === undefined || unused === undefined ? undefined : { count, unused };
}

function listWarnings({ header, scanned, unparsedLines }: Lines, layout: CgroupLayout): readonly Sentence[] {
  const isWhole = header.has('end');
  const isUnscanned = isWhole && layout !== 'none' && scanned.length === 0;
  const texts = CGROUP_WARNING_TEXTS;
  return [
    ...(isWhole ? [] : [sentence(texts.cut)]),
    ...(layout === 'none' ? [sentence(texts.noCgroups)] : []),
    ...(isUnscanned && header.get('clock') === 'uptime' ? [sentence(texts.coarseClock)] : []),
    ...(header.get('cut') === 'yes'
      ? [sentence(texts.listCut, numberOf(header.get('directories')) ?? 0)]
      : []),
    ...(unparsedLines > 0 ? [sentence(texts.unparsed, unparsedLines)] : []),
  ];
}

function layoutOf(text: string | undefined): CgroupLayout {
  return text === 'v1' || text === 'v2' ? text : 'none';
}

function clockOf(text: string | undefined): ReadClock | undefined {
  return text === 'shell' || text === 'timer-list' || text === 'date' || text === 'uptime' ? text : undefined;
}

function unquote(line: string | undefined): string | undefined {
  return line?.replace(/^PRETTY_NAME=/, '').replace(/^(["'])(.*)\1$/, '$2');
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function scaled(text: string | undefined, factor: number): number | undefined {
  const number = numberOf(text);
  return number === undefined ? undefined : number * factor;
}
