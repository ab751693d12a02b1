/**
 * The node's CPUs: the lines above top's table, mpstat, `sar -u`, `sar -q`, iostat's avg-cpu, /proc/stat read twice,
 * load averages and the uptime beside them. vmstat has a reader of its own. Rows of single CPUs are left out.
 */
import type { Found, MaterialText, NodeCpuReading, NodeFacts, TextReader } from '../model.js';
import { cpuReading } from '../emptyReadings.js';
import { keep, placeOf, toNumber, toShare, toWhole, wordsOf } from './figures.js';
import { plainToolLine } from './plainToolLine.js';
import { SysstatColumns, sysstatWords } from './sysstatTable.js';

export const nodeCpuReader: TextReader = { name: 'node CPU', read: readNodeCpu };

type Shares = Partial<Omit<NodeCpuReading, 'at'>>;

function readNodeCpu({ file, lines }: MaterialText): Found {
  const cpu: NodeCpuReading[] = [];
  const tables = new CpuTables();
  const counters = new StatCounters();
  let facts: Partial<NodeFacts> = {};
  for (const [index, outside] of lines.entries()) {
    const line = plainToolLine(outside);
    const found = readTop(line) ?? tables.read(line) ?? counters.read(line);
    if (found !== undefined) keep(cpu, cpuReading(placeOf(file, index), found));
    facts = { ...readFacts(line), ...facts };
  }
  return { cpu, facts };
}

/** Blogs have top's first lines run together, so that one line may have both. */
function readTop(line: string): Shares | undefined {
  const load = readLoad(line);
  const shares = readTopLine(line);
  return load === undefined && shares === undefined ? undefined : { ...load, ...shares };
}

/** Words of top and of busybox's top. */
const TOP_NAMES: ReadonlyMap<string, keyof Shares> = new Map<string, keyof Shares>([
  ['us', 'user'],
  ['usr', 'user'],
  ['sy', 'system'],
  ['sys', 'system'],
  ['id', 'idle'],
  ['idle', 'idle'],
  ['wa', 'ioWait'],
  ['io', 'ioWait'],
  ['hi', 'irq'],
  ['irq', 'irq'],
  ['si', 'softIrq'],
  ['sirq', 'softIrq'],
  ['st', 'steal'],
]);

/**
 * `%Cpu(s):  7.6 us, 90.5 sy,…`, `Cpu(s): 12.3%us,…`, `%Cpu(s):  7,6 us, 90,5 sy,…`, busybox's `CPU:  12% usr  50% sys`.
 */
function readTopLine(line: string): Shares | undefined {
  const rest = /(?:^\s{0,8}|\s)(?:%?Cpu\(s\)|CPU) ?:(.{10,300})/u.exec(line)?.[1];
  if (rest === undefined) return undefined;
  let shares: Shares = {};
  for (const [, value, name = ''] of rest.matchAll(/(\d{1,3}(?:[.,]\d{1,3})?)[ %]{1,3}([a-z]{2,4})\b/gu)) {
    const key = TOP_NAMES.get(name);
    if (key !== undefined) shares = { ...shares, [key]: toShare(value) };
  }
  return shares.idle === undefined && shares.system === undefined ? undefined : shares;
}

/** uptime, w and top's first line; /proc/loadavg with its runnable tasks. */
function readLoad(line: string): Shares | undefined {
  const from = line.search(/\bload averages?:/iu);
  if (from !== -1) {
    const loadAverage = toNumber(/: {0,4}(\d{1,6}[.,]\d\d?)\b/u.exec(line.slice(from, from + 40))?.[1]);
    return loadAverage === undefined ? undefined : { loadAverage };
  }
  const file = /^(\d{1,6}\.\d\d) \d{1,6}\.\d\d \d{1,6}\.\d\d (\d{1,7})\/\d{1,8} \d{1,10}$/u.exec(line.trim());
  return file === null ? undefined : { loadAverage: toNumber(file[1]), runnable: toWhole(file[2]) };
}

/** `top - 09:48:06 up 2 days, 13:36,  3 users,  load average: …`; lscpu's `CPU(s): 64`. */
function readFacts(line: string): Partial<NodeFacts> {
  const cpus = toWhole(/^CPU\(s\): {1,40}(\d{1,5})$/u.exec(line.trim())?.[1]);
  if (cpus !== undefined) return { cpus };
  const up = /\bup {1,3}(?:(\d{1,6}) days?, {1,3})?(?:(\d{1,2}):(\d\d)|(\d{1,2}) min)?(?=,| {2})/u.exec(
    line.slice(0, 200),
  );
  if (up === null || !/\bload average/u.test(line)) return {};
  const [, days = '0', hours = '0', minutes, onlyMinutes] = up;
  const uptimeSeconds =
    Number(days) * 86400 + Number(hours) * 3600 + Number(minutes ?? onlyMinutes ?? '0') * 60;
  return uptimeSeconds === 0 ? {} : { uptimeSeconds };
}

type CpuTable = 'cpu' | 'avg-cpu' | 'queue';

/** mpstat, sar and iostat's avg-cpu: a header and rows below it. */
class CpuTables {
  #columns: SysstatColumns | undefined;
  #kind: CpuTable = 'cpu';

  read(line: string): Shares | undefined {
    const { words } = sysstatWords(line);
    const [first = ''] = words;
    if (first === 'avg-cpu:') this.#open('avg-cpu', words.slice(1));
    else if (first === 'runq-sz') this.#open('queue', words);
    else if (first === 'CPU' && words.includes('%idle')) this.#open('cpu', words);
    else if (this.#columns !== undefined && words.length > 0) return this.#readRow(words, this.#columns);
    return undefined;
  }

  #open(kind: CpuTable, names: readonly string[]): void {
    this.#kind = kind;
    this.#columns = new SysstatColumns(names);
  }

  #readRow(words: readonly string[], columns: SysstatColumns): Shares | undefined {
    if (this.#kind === 'queue') return readQueue(words, columns);
    const idle = columns.share(words, '%idle');
    // A row below mpstat is of one CPU or of all; below avg-cpu there is one row.
    const isRow = this.#kind === 'avg-cpu' ? words.length === columns.length : words[0] === 'all';
    if (this.#kind === 'avg-cpu') this.#columns = undefined;
    if (!isRow || idle === undefined) return undefined;
    return {
      idle,
      user: columns.share(words, '%usr', '%user'),
      system: columns.share(words, '%sys', '%system'),
      ioWait: columns.share(words, '%iowait'),
      irq: columns.share(words, '%irq'),
      softIrq: columns.share(words, '%soft'),
      steal: columns.share(words, '%steal'),
    };
  }
}

function readQueue(words: readonly string[], columns: SysstatColumns): Shares | undefined {
  const loadAverage = columns.figure(words, 'ldavg-1');
  if (loadAverage === undefined || toWhole(words[0]) === undefined) return undefined;
  return {
    loadAverage,
    runnable: columns.figure(words, 'runq-sz'),
    blocked: columns.figure(words, 'blocked'),
  };
}

/** Fields of /proc/stat's `cpu` line, in proc(5)'s order; guest times are in user and nice already. */
const STAT_FIELDS = ['user', 'nice', 'system', 'idle', 'ioWait', 'irq', 'softIrq', 'steal'] as const;

/** What passed between two reads. */
class StatCounters {
  #last: readonly number[] | undefined;

  read(line: string): Shares | undefined {
    const blocked = toWhole(/^procs_blocked (\d{1,7})$/u.exec(line.trim())?.[1]);
    if (blocked !== undefined) return { blocked };
    if (!line.startsWith('cpu ')) return undefined;
    const counters = wordsOf(line)
      .slice(1, 1 + STAT_FIELDS.length)
      .map(Number);
    if (counters.length < 7 || counters.some(Number.isNaN)) return undefined;
    const last = this.#last;
    this.#last = counters;
    const spent = counters.map((value, field) => value - (last?.[field] ?? 0));
    const total = spent.reduce((sum, value) => sum + value, 0);
    // The same read pasted twice, or another node's.
    if (last === undefined || total <= 0 || spent.some(value => value < 0)) return undefined;
    const share = (name: (typeof STAT_FIELDS)[number]): number =>
      (spent[STAT_FIELDS.indexOf(name)] ?? 0) / total;
    return {
      user: share('user') + share('nice'),
      system: share('system'),
      idle: share('idle'),
      ioWait: share('ioWait'),
      irq: share('irq'),
      softIrq: share('softIrq'),
      steal: share('steal'),
    };
  }
}
