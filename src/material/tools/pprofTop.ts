/**
 * `go tool pprof -top`, `-top -cum` and `top` at its prompt: functions by CPU time, and the cores of the kubelet where the
 * table says that it is the kubelet's. Of `-peek` and `list` the function itself is read, not its callers and lines. Tables of
 * memory, goroutines and locks are no CPU and passed over.
 */
import type { Found, ListedFunction, MaterialText, Place, TextReader } from '../model.js';
import { keep, placeOf, toShare } from './figures.js';
import { ListedFunctions } from './listedFunctions.js';
import { plainToolLine } from './plainToolLine.js';

export const pprofTopReader: TextReader = { name: 'pprof -top', read: readPprofTop };

const HEADER = /^\s{0,40}flat {1,20}flat% {1,20}sum% {1,20}cum {1,20}cum%/u;
/** `     0.30s  0.25%  0.41%      4.60s 37.70%  name`: figures, a share each, and the rest. */
const ROW =
  /^\s{0,40}(\d{1,12}(?:\.\d{1,6})?)([a-zA-Z]{0,5})\s{1,30}(\d{1,3}(?:\.\d{1,6})?(?:e-\d\d)?)%\s{1,30}\d{1,3}(?:\.\d{1,6})?(?:e-\d\d)?%\s{1,30}(\d{1,12}(?:\.\d{1,6})?)([a-zA-Z]{0,5})\s{1,30}(\d{1,3}(?:\.\d{1,6})?(?:e-\d\d)?)%\s{1,40}(?:\| {1,4})?(\S.{0,2000})$/u;
const TIME_UNIT = /^(?:ns|us|ms|s|mins|hrs|days)$/u;
const CPU_TYPE = /^(?:cpu|samples|nanoseconds)$/iu;
const KUBELET = /^(?:.*\/)?(?:kubelet|hyperkube|k3s|rke2|kubelite)(?:[-_.][\w.-]*)?$/u;

interface Head {
  readonly program: string | undefined;
  readonly type: string | undefined;
}
const NO_HEAD: Head = { program: undefined, type: undefined };

function readPprofTop({ file, lines }: MaterialText): Found {
  const listed = new ListedFunctions();
  const kubeletCores: { at: Place; cores: number; seconds: number | undefined }[] = [];
  const routine = new ListedRoutine();
  let head = NO_HEAD;
  let isTable: boolean | undefined;
  for (const [index, outside] of lines.entries()) {
    const line = plainToolLine(outside.replaceAll('\t', ' '));
    head = readHead(line, head);
    const cores = readDuration(line);
    if (cores !== undefined && isOfKubelet(head)) keep(kubeletCores, { at: placeOf(file, index), ...cores });
    const isCpu = head.type === undefined || CPU_TYPE.test(head.type);
    if (HEADER.test(line)) isTable = isCpu;
    // A few rows are quoted without their header: their shape is of no other tool.
    else if (isTable ?? isCpu) listed.add(readRow(line, placeOf(file, index)));
    listed.add(routine.read(line, placeOf(file, index)));
  }
  return { listed: listed.all, kubeletCores };
}

/** `File: kubelet`, then `Type: cpu`; each report begins with the one or the other. */
function readHead(line: string, before: Head): Head {
  const match = /^\s{0,8}(File|Type): {1,4}(\S{1,200})\s*$/u.exec(line);
  if (match?.[1] === 'File') return { program: match[2], type: undefined };
  return match === null ? before : { ...before, type: match[2] };
}

function isOfKubelet({ program, type }: Head): boolean {
  return program !== undefined && KUBELET.test(program) && (type === undefined || CPU_TYPE.test(type));
}

/** `Duration: 30.01s, Total samples = 40.21s (133.99%)`: the percent are of one CPU. */
function readDuration(line: string): { cores: number; seconds: number | undefined } | undefined {
  const match =
    /\bDuration: {1,4}(\d{1,9}(?:\.\d{1,4})?)([a-z]{1,4}), Total samples = \S{1,20} \((\d{1,9}(?:\.\d{1,4})?)%\)/u.exec(
      line,
    );
  if (match === null) return undefined;
  const cores = toShare(match[3]);
  const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, mins: 60, hrs: 3600 };
  const unit = units[match[2] ?? ''];
  return cores === undefined
    ? undefined
    : { cores, seconds: unit === undefined ? undefined : Number(match[1]) * unit };
}

function readRow(line: string, at: Place): ListedFunction | undefined {
  const match = ROW.exec(line);
  if (match === null) return undefined;
  const [, flat, flatUnit = '', flatShare, cum, cumUnit = '', cumShare, rest = ''] = match;
  // Bytes and bare counts are of other profiles; 0 has no unit in any.
  if (!isTime(flat, flatUnit) || !isTime(cum, cumUnit) || (flatUnit === '' && cumUnit === ''))
    return undefined;
  return {
    at,
    tool: 'pprof',
    name: nameOf(rest),
    flat: toShare(flatShare),
    cum: toShare(cumShare),
    command: undefined,
    isKernel: undefined,
  };
}

/**
 * Of `list`: `ROUTINE ======================== main.walk in /go/src/x.go`, then `10ms     50.20s (flat, cum) 62.44% of Total`.
 */
class ListedRoutine {
  #name: string | undefined;

  read(line: string, at: Place): ListedFunction | undefined {
    const named = /^\s{0,8}ROUTINE ={3,40} (\S{1,1000})/u.exec(line)?.[1];
    if (named !== undefined) this.#name = named;
    const name = this.#name;
    if (name === undefined || named !== undefined) return undefined;
    this.#name = undefined;
    const match =
      /^\s{0,40}\S{1,20}\s{1,30}\d[\d.]{0,15}(\w{0,5}) \(flat, cum\)\s{1,8}(\d{1,3}(?:\.\d{1,6})?)% of Total/u.exec(
        line,
      );
    if (match === null || !TIME_UNIT.test(match[1] ?? '')) return undefined;
    const cum = toShare(match[2]);
    return { at, tool: 'pprof', name, flat: undefined, cum, command: undefined, isKernel: undefined };
  }
}

function isTime(figure: string | undefined, unit: string): boolean {
  return unit === '' ? Number(figure) === 0 : TIME_UNIT.test(unit);
}

/** Without `(inline)` and the file that `-files` and old versions append. */
function nameOf(rest: string): string {
  const name = rest.trimEnd().replace(/ \((?:partial-)?inline\)$/u, '');
  const file = name.search(/ (?:\/|[\w.-]{1,80}\/)\S/u);
  return (file === -1 ? name : name.slice(0, file)).slice(0, 1000);
}
