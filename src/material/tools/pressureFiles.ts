/**
 * Pressure stall information: /proc/pressure, the *.pressure files of cgroups, `sar -q`. Lines of the files do not say what
 * they are of: that stands in the path above them, in grep's path before them, or in a word before them.
 */
import type { Found, MaterialText, Place, PressureReading, TextReader } from '../model.js';
import { keep, placeOf } from './figures.js';
import { cgroupOf, NodeFile } from './nodeFile.js';
import { plainToolLine } from './plainToolLine.js';
import { SysstatColumns, sysstatWords } from './sysstatTable.js';

export const pressureFilesReader: TextReader = { name: 'pressure', read: readPressureFiles };

const LINE =
  /\b(some|full)[ :]{1,4}avg10=(\d{1,3}\.\d{1,4}),? avg60=(\d{1,3}\.\d{1,4}),? avg300=(\d{1,3}\.\d{1,4})\b/u;
const OF_PATH = /(?:^|[/.])(cpu|memory|io)(?:\.pressure)?$/u;
const NAMED = /^\W{0,12}(cpu|memory|io)\b/iu;

function readPressureFiles({ file, lines }: MaterialText): Found {
  const pressure: PressureReading[] = [];
  const source = new PressureSource();
  const sar = new SarPressure();
  for (const [index, outside] of lines.entries()) {
    const line = plainToolLine(outside);
    for (const one of sar.read(line, placeOf(file, index))) keep(pressure, one);
    const match = LINE.exec(line);
    const of = source.follow(line, index, match?.[1]);
    if (match === null || of === undefined) continue;
    const [, kind, avg10, avg60, avg300] = match;
    keep(pressure, {
      at: placeOf(file, index),
      resource: of.resource,
      kind: kind === 'full' ? 'full' : 'some',
      avg10: Number(avg10) / 100,
      avg60: Number(avg60) / 100,
      avg300: Number(avg300) / 100,
      cgroup: of.cgroup,
    });
  }
  return { pressure };
}

/** `sar -q CPU|IO|MEM`: `%scpu-10  %scpu-60 %scpu-300`, and `%fio-10` for full. */
class SarPressure {
  #columns: SysstatColumns | undefined;

  read(line: string, at: Place): readonly PressureReading[] {
    const header = line.includes('-10') && /%[sf](?:cpu|io|mem)-10\b/u.test(line);
    const columns = this.#columns;
    if (!header && columns === undefined) return [];
    const { words } = sysstatWords(line);
    if (header) this.#columns = new SysstatColumns(words);
    else if (words.length === 0) this.#columns = undefined;
    return header || columns === undefined ? [] : SAR_NAMES.flatMap(name => ofSar(name, words, columns, at));
  }
}

const SAR_NAMES = ['scpu', 'sio', 'fio', 'smem', 'fmem'] as const;

function ofSar(
  name: (typeof SAR_NAMES)[number],
  words: readonly string[],
  columns: SysstatColumns,
  at: Place,
): readonly PressureReading[] {
  const avg10 = columns.share(words, `%${name}-10`);
  const avg60 = columns.share(words, `%${name}-60`);
  const avg300 = columns.share(words, `%${name}-300`);
  if (avg10 === undefined || avg60 === undefined || avg300 === undefined) return [];
  const resource = name.endsWith('cpu') ? 'cpu' : name.endsWith('io') ? 'io' : 'memory';
  return [
    { at, resource, kind: name.startsWith('f') ? 'full' : 'some', avg10, avg60, avg300, cgroup: undefined },
  ];
}

interface PressureOf {
  readonly resource: PressureReading['resource'];
  readonly cgroup: string | undefined;
}

/** Which file a line is of. `cat /proc/pressure/*` prints them one after another: each begins with `some`. */
class PressureSource {
  readonly #files = new NodeFile();
  #named: PressureOf | undefined;
  #begun = -1;
  #paths: readonly string[] = [];

  follow(line: string, index: number, kind: string | undefined): PressureOf | undefined {
    const rest = this.#files.follow(line, index);
    const paths = this.#files.at(index).filter(path => OF_PATH.test(path));
    if (paths !== this.#paths && paths.join(' ') !== this.#paths.join(' ')) this.#begun = -1;
    this.#paths = paths;
    if (rest === undefined) this.#named = undefined;
    const name = NAMED.exec(line)?.[1];
    if (name !== undefined) this.#named = { resource: resourceOf(name), cgroup: undefined };
    if (kind === undefined) return undefined;
    if (kind === 'some' || this.#begun === -1) this.#begun++;
    const path = paths[Math.min(this.#begun, paths.length - 1)];
    const resource = OF_PATH.exec(path ?? '')?.[1];
    return resource === undefined
      ? this.#named
      : { resource: resourceOf(resource), cgroup: cgroupOfPressure(path) };
  }
}

function resourceOf(name: string): PressureReading['resource'] {
  const lower = name.toLowerCase();
  return lower === 'io' || lower === 'memory' ? lower : 'cpu';
}

/** The root's own files are the node's. */
function cgroupOfPressure(path: string | undefined): string | undefined {
  const cgroup = cgroupOf(path);
  return cgroup === '/' ? undefined : cgroup;
}
