/**
 * How long kernel functions took: ftrace's function_graph (also by perf-tools' funcgraph) and bcc's funclatency. Other
 * histograms, and traces of a kernel log, are not read here.
 */
import type { Found, KernelFunctionTime, MaterialText, TextReader } from '../model.js';
import { keep, placeOf, toNumber } from './figures.js';

export const kernelFunctionsReader: TextReader = { name: 'kernel functions', read: readKernelFunctions };

function readKernelFunctions({ file, lines }: MaterialText): Found {
  const functionTimes: KernelFunctionTime[] = [];
  const graph = new FunctionGraph();
  const latency = new FunctionLatency();
  for (const [index, outside] of lines.entries()) {
    const timed = graph.read(outside) ?? latency.read(outside);
    if (timed !== undefined) keep(functionTimes, { at: placeOf(file, index), ...timed });
  }
  const last = latency.finish();
  if (last !== undefined) keep(functionTimes, { at: placeOf(file, lines.length - 1), ...last });
  return { functionTimes };
}

interface Timed {
  readonly name: string;
  readonly seconds: number;
}

/** Beside the call: CPU, process and duration, of which trace-cmd and tracefs leave out some. */
const GRAPH =
  /^\s{0,40}(?:[\d.]{1,24}\s{0,8}\|)?\s{0,8}(\d{1,5})\)(.{0,200}?)\|(\s{2,400}\S.{0,400}|\s{0,400}[/}\w].{0,400})$/u;
/** Marks of trace_print_graph_duration: + 10 us, ! 100 us, # 1 ms, * 10 ms, @ 100 ms, $ 1 s. */
const DURATION =
  /^[^\d]{0,120}?(?:[^\s|]{1,40}-\d{1,8}\s{0,8}\|)?[\s+!#*@$]{0,12}(\d{1,15}(?:\.\d{1,6})?) us\s{0,8}$/u;
const DEEPEST = 200;

/** Calls that are open on each CPU, as `}` does not name what ends. */
class FunctionGraph {
  readonly #open = new Map<string, string[]>();

  read(line: string): Timed | undefined {
    const match = GRAPH.exec(line);
    if (match === null) return undefined;
    const [, cpu = '', before = '', rest = ''] = match;
    const call = rest.trim();
    const name = this.#follow(cpu, call);
    const microseconds = toNumber(DURATION.exec(before.slice(before.lastIndexOf('|') + 1))?.[1]);
    return name === undefined || microseconds === undefined
      ? undefined
      : { name, seconds: microseconds / 1e6 };
  }

  /** The function that a line ends. */
  #follow(cpu: string, call: string): string | undefined {
    const stack = this.#open.get(cpu) ?? [];
    const opened = /^([\w.]{1,200})\(.{0,200}\) \{$/u.exec(call)?.[1];
    if (opened !== undefined) {
      if (this.#open.size < 10_000) this.#open.set(cpu, stack);
      if (stack.length < DEEPEST) stack.push(opened);
      return undefined;
    }
    if (!call.startsWith('}')) return /^([\w.]{1,200})\(.{0,200}\);/u.exec(call)?.[1];
    const ended = stack.pop();
    return /^\} \/\* ([\w.]{1,200})/u.exec(call)?.[1] ?? ended;
  }
}

const LATENCY_UNITS: Readonly<Record<string, number>> = { nsecs: 1e-9, usecs: 1e-6, msecs: 1e-3 };

/** funclatency's histogram: the slowest call's lower bound. */
class FunctionLatency {
  #name: string | undefined;
  #unit: number | undefined;
  #slowest: number | undefined;

  read(line: string): Timed | undefined {
    const named = /\bfunclatency(?:\.py|-bpfcc)?\b(?: -\w(?: ?\d+)?)* ([\w:.]{2,100})/u.exec(line)?.[1];
    const ofHeader = /^Function = (?:b')?([\w.]{1,200})/u.exec(line.trim())?.[1];
    const before = named === undefined && ofHeader === undefined ? undefined : this.finish();
    this.#name = ofHeader ?? named ?? this.#name;
    const unit = /^\s{1,20}(nsecs|usecs|msecs)\s{1,30}: count/u.exec(line)?.[1];
    if (unit !== undefined) this.#unit = LATENCY_UNITS[unit];
    const bucket = /^\s{0,20}(\d{1,15}) -> \d{1,15}\s{1,20}: (\d{1,15})\s/u.exec(`${line} `);
    if (bucket !== null && Number(bucket[2]) > 0) this.#slowest = Number(bucket[1]);
    return before;
  }

  finish(): Timed | undefined {
    const unit = this.#unit;
    const slowest = this.#slowest;
    this.#slowest = undefined;
    this.#unit = undefined;
    return this.#name === undefined || unit === undefined || slowest === undefined
      ? undefined
      : { name: this.#name, seconds: slowest * unit };
  }
}
