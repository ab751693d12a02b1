/**
 * Files of cgroups and of their controllers: cpu.stat (throttling), freezer.state and cgroup.freeze, cgroup.stat,
 * /proc/cgroups. Whose they are is told by the path above them; memory.stat is read by no one here.
 */
import type {
  Counted,
  CpuThrottling,
  Found,
  FreezerReading,
  MaterialText,
  Place,
  TextReader,
} from '../model.js';
import { keep, placeOf, toWhole } from './figures.js';
import { cgroupOf, NodeFile } from './nodeFile.js';
import { plainToolLine } from './plainToolLine.js';

export const cgroupFilesReader: TextReader = { name: 'cgroup files', read: readCgroupFiles };

function readCgroupFiles({ file, lines }: MaterialText): Found {
  const throttling = new Throttling();
  const freezers: FreezerReading[] = [];
  const counted: Counted[] = [];
  const files = new NodeFile();
  for (const [index, outside] of lines.entries()) {
    const rest = files.follow(plainToolLine(outside), index);
    if (rest === undefined) {
      throttling.close();
      continue;
    }
    const at = placeOf(file, index);
    const path = files.at(index)[0];
    throttling.read(rest, cgroupOf(path), at);
    keep(freezers, readFreezer(rest, path, at));
    keep(counted, readCount(rest, path, at));
  }
  throttling.close();
  return { throttling: throttling.found, freezers, counted };
}

const THROTTLING = /^(nr_periods|nr_throttled|throttled_time|throttled_usec)\s{1,8}(\d{1,20})$/u;

interface OpenThrottling {
  readonly at: Place;
  readonly cgroup: string | undefined;
  readonly values: ReadonlyMap<string, number>;
}

/** The three lines of cpu.stat, which begin with nr_periods. */
class Throttling {
  readonly found: CpuThrottling[] = [];
  #open: OpenThrottling | undefined;

  read(line: string, cgroup: string | undefined, at: Place): void {
    const match = THROTTLING.exec(line.trim());
    if (match === null) return;
    const [, name = '', value] = match;
    if (name === 'nr_periods' || this.#open === undefined) {
      this.close();
      this.#open = { at, cgroup, values: new Map() };
    }
    this.#open = { ...this.#open, values: new Map(this.#open.values).set(name, Number(value)) };
  }

  close(): void {
    const open = this.#open;
    this.#open = undefined;
    const periods = open?.values.get('nr_periods');
    const throttledPeriods = open?.values.get('nr_throttled');
    if (open === undefined || periods === undefined || throttledPeriods === undefined) return;
    // v1 counts nanoseconds, v2 microseconds.
    const nanoseconds = open.values.get('throttled_time');
    const microseconds = open.values.get('throttled_usec');
    keep(this.found, {
      at: open.at,
      cgroup: open.cgroup,
      periods,
      throttledPeriods,
      throttledSeconds: nanoseconds === undefined ? over(microseconds, 1e6) : over(nanoseconds, 1e9),
    });
  }
}

function over(value: number | undefined, divisor: number): number | undefined {
  return value === undefined ? undefined : value / divisor;
}

function readFreezer(line: string, path: string | undefined, at: Place): FreezerReading | undefined {
  const word = line.trim();
  if (word === 'FROZEN' || word === 'FREEZING' || word === 'THAWED')
    return { at, cgroup: cgroupOf(path), state: word };
  const isFile = path?.endsWith('cgroup.freeze') === true && /^[01]$/u.test(word);
  const isEvent = path?.endsWith('cgroup.events') === true && /^frozen [01]$/u.test(word);
  if (!isFile && !isEvent) return undefined;
  return { at, cgroup: cgroupOf(path), state: word.endsWith('1') ? 'FROZEN' : 'THAWED' };
}

/** `memory	5	1234	1` of /proc/cgroups; `nr_dying_descendants 1234` of cgroup.stat. */
function readCount(line: string, path: string | undefined, at: Place): Counted | undefined {
  const memory = toWhole(/^memory\s{1,20}\d{1,3}\s{1,20}(\d{1,9})\s{1,20}[01]$/u.exec(line.trim())?.[1]);
  if (memory !== undefined) return { at, thing: 'memory-cgroups', value: memory, note: undefined };
  const [, kind, text] = /^nr_(dying_)?descendants\s{1,8}(\d{1,9})$/u.exec(line.trim()) ?? [];
  const value = toWhole(text);
  if (value === undefined) return undefined;
  const thing = kind === undefined ? 'cgroup-directories' : 'dying-cgroups';
  return { at, thing, value, note: cgroupOf(path) };
}
