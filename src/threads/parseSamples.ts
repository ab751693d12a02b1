/**
 * The text of sampleScript.ts as rounds of samples and looks at the node. Tolerant: a cut file loses its last round,
 * threads come and go, a line that is none of ours is counted. Counting is analyse.ts.
 */
import { readBoundedLines } from '../base/boundedLines.js';
import { TriageError } from '../base/errors.js';
import { SAMPLE_LIMITS } from '../base/limits.js';

export interface ThreadSample {
  readonly tid: number;
  readonly command: string;
  /** proc(5): R, S, D, T, t, Z, X, I, … */
  readonly state: string;
  readonly userTicks: number;
  readonly systemTicks: number;
  /** Ticks from boot to its start: another number is another thread. */
  readonly startTicks: number;
  /** As /proc says it: `running`, `-1 …` (in no call), `NR a0 … a5 SP PC`; undefined where it could not be read. */
  readonly syscall: string | undefined;
  /** Function it sleeps in; undefined for none. */
  readonly waitsIn: string | undefined;
  /** Kernel functions, innermost first. */
  readonly stack: readonly string[];
}

export interface SampleRound extends FileLook {
  readonly threads: ReadonlyMap<number, ThreadSample>;
}

/** A look at the open files: of a round, or between two. */
export interface FileLook {
  readonly uptimeSeconds: number;
  /** File descriptor → what it is open on. */
  readonly descriptors: ReadonlyMap<number, string>;
}

export interface ProcessTimes {
  readonly command: string;
  readonly startTicks: number;
  readonly userTicks: number;
  readonly systemTicks: number;
  /** Waiting for block devices; counted with delay accounting only. */
  readonly diskTicks: number;
}

export interface NodeLook {
  readonly uptimeSeconds: number;
  /** Ticks of the line `cpu` of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal, … */
  readonly cpuTicks: readonly number[];
  readonly cpus: number;
  readonly processes: ReadonlyMap<number, ProcessTimes>;
  /** Nanoseconds that the main thread of each process waited for a CPU. */
  readonly runDelays: ReadonlyMap<number, number>;
  /** The same of each thread of the sampled process. */
  readonly threadRunDelays: ReadonlyMap<number, number>;
}

export interface ThreadSamples {
  /** Header lines by key. */
  readonly header: ReadonlyMap<string, string>;
  readonly looks: readonly NodeLook[];
  readonly rounds: readonly SampleRound[];
  /** In order of time, the rounds' own among them. */
  readonly fileLooks: readonly FileLook[];
  readonly costTicks: number | undefined;
  /** Undefined: the file is cut off. */
  readonly end: string | undefined;
  readonly unparsedLines: number;
}

const FIRST_LINE = /^# node-triage thread samples (\d+)$/;
const VERSION = 1;

function firstLineOf(text: string): string {
  return text.slice(0, Math.max(0, text.indexOf('\n'))).trimEnd();
}

/** Looks at the beginning only. */
export function looksLikeThreadSamples(text: string): boolean {
  return FIRST_LINE.test(text.slice(0, text.search(/\r?\n|$/)));
}

/** @throws TriageError `format-unknown` for another format, or a version newer than ours */
export function parseSamples(text: string): ThreadSamples {
  const version = FIRST_LINE.exec(firstLineOf(text))?.[1];
  if (version === undefined) throw new TriageError('format-unknown', 'These are no samples of threads.');
  if (Number(version) > VERSION)
    throw new TriageError(
      'format-unknown',
      `Thread samples of version ${version} are newer than this reader.`,
      {
        facts: { looksLike: `thread samples of version ${version}` },
      },
    );
  const reader = new SampleReader();
  // What follows the last newline is nothing, or the beginning of a line.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const { long, isCut } = readBoundedLines(whole, SAMPLE_LIMITS.lines, line => reader.read(line));
  return reader.finish(long, isCut);
}

class SampleReader {
  private readonly header = new Map<string, string>();
  private readonly looks: NodeLook[] = [];
  private readonly rounds: SampleRound[] = [];
  private readonly fileLooks: FileLook[] = [];
  /** The shortest list of descriptors so far: where none is written, they are these. */
  private usual: FileLook['descriptors'] = new Map<number, string>();
  private section: Section | undefined;
  private unparsedLines = 0;

  read(line: string): void {
    const marked = /^# ([a-z ]+): (.*)$/.exec(line);
    if (marked?.[1] !== undefined) this.readMark(marked[1], (marked[2] ?? '').trim());
    else if (!line.startsWith('#') && line !== '' && this.section?.read(line) !== true) this.unparsedLines++;
  }

  /** @param long lines that were too long to be read; @param isCut not all lines were read */
  finish(long: number, isCut: boolean): ThreadSamples {
    const end = isCut ? undefined : this.header.get('end');
    // An open section is cut off: half a look counts processes as gone, half a round threads as missing.
    if (end !== undefined) this.close();
    const { header, looks, rounds, fileLooks } = this;
    const unparsedLines = this.unparsedLines + long;
    return { header, looks, rounds, fileLooks, costTicks: toNumber(header.get('cost')), end, unparsedLines };
  }

  private readMark(key: string, value: string): void {
    const uptime = toNumber(value.split(' ').at(-1)) ?? 0;
    const section = openSection(key, uptime);
    if (section === undefined) {
      this.header.set(key, value);
      return;
    }
    this.close();
    this.section = section;
  }

  private close(): void {
    const { section } = this;
    this.section = undefined;
    if (section instanceof LookLines) this.looks.push(section.finish());
    else if (section instanceof FileLines) this.addFiles(section.finish());
    // A process that ended between the mark and the reading leaves a round without threads.
    else if (section?.hasThreads === true) {
      const { threads, files } = section.finish();
      this.rounds.push({ ...this.addFiles(files), threads });
    }
  }

  private addFiles(look: FileLook): FileLook {
    const { descriptors } = look;
    if (descriptors.size > 0 && (this.usual.size === 0 || descriptors.size < this.usual.size))
      this.usual = descriptors;
    const complete = descriptors.size > 0 ? look : { ...look, descriptors: this.usual };
    this.fileLooks.push(complete);
    return complete;
  }
}

type Section = LookLines | RoundLines | FileLines;

function openSection(key: string, uptime: number): Section | undefined {
  if (key === 'node') return new LookLines(uptime);
  if (key === 'round') return new RoundLines(uptime);
  return key === 'look' ? new FileLines(uptime) : undefined;
}

/** Lines of one look at the node. */
class LookLines {
  private cpuTicks: readonly number[] = [];
  private cpus = 0;
  private readonly processes = new Map<number, ProcessTimes>();
  private readonly runDelays = new Map<number, number>();
  private readonly threadRunDelays = new Map<number, number>();

  constructor(private readonly uptimeSeconds: number) {}

  read(line: string): boolean {
    if (line.startsWith('cpu')) return this.readCpu(line);
    const match = /^(?:(\d+)|\d+\/task\/(\d+))\/(stat|schedstat):(.*)$/.exec(line);
    if (match === null) return false;
    const [, pid, tid, file, content = ''] = match;
    if (file === 'stat') return pid !== undefined && this.readProcess(Number(pid), content);
    const delay = toNumber(content.split(' ')[1]);
    if (delay === undefined) return false;
    if (pid !== undefined) this.runDelays.set(Number(pid), delay);
    else this.threadRunDelays.set(Number(tid), delay);
    return true;
  }

  finish(): NodeLook {
    const { uptimeSeconds, cpuTicks, cpus, processes, runDelays, threadRunDelays } = this;
    return { uptimeSeconds, cpuTicks, cpus, processes, runDelays, threadRunDelays };
  }

  private readCpu(line: string): boolean {
    const [name, ...ticks] = line.trim().split(/\s+/);
    if (name === 'cpu') this.cpuTicks = ticks.map(Number);
    else this.cpus++;
    return true;
  }

  private readProcess(pid: number, content: string): boolean {
    const stat = parseStat(content);
    if (stat === undefined) return false;
    const { command, startTicks, userTicks, systemTicks, diskTicks } = stat;
    this.processes.set(pid, { command, startTicks, userTicks, systemTicks, diskTicks });
    return true;
  }
}

interface OpenSample {
  stat: Stat | undefined;
  syscall: string | undefined;
  waitsIn: string | undefined;
  readonly stack: string[];
}

/** `lr-x------ 1 0 0 64 Nov 24 11:10 5 -> /path`, without a target where it was closed meanwhile; and `total 0`. */
class FileLines {
  private readonly descriptors = new Map<number, string>();

  constructor(private readonly uptimeSeconds: number) {}

  read(line: string): boolean {
    const link = /^l.*? (\d+) -> (.*)$/s.exec(line);
    if (link !== null) this.descriptors.set(Number(link[1]), link[2] ?? '');
    return link !== null || /^(?:l[-rwxst?]{9}|total \d+$)/.test(line);
  }

  finish(): FileLook {
    return { uptimeSeconds: this.uptimeSeconds, descriptors: this.descriptors };
  }
}

/** Lines of one round of samples. */
class RoundLines {
  private readonly threads = new Map<number, OpenSample>();
  private readonly files: FileLines;

  constructor(uptimeSeconds: number) {
    this.files = new FileLines(uptimeSeconds);
  }

  get hasThreads(): boolean {
    return this.threads.size > 0;
  }

  read(line: string): boolean {
    const match = /^(\d+)\/(stat|syscall|wchan|stack):(.*)$/.exec(line);
    if (match === null) return this.files.read(line);
    const [, tid, file, content = ''] = match;
    const sample = this.sampleOf(Number(tid));
    if (file === 'stat') sample.stat = parseStat(content);
    else if (file === 'syscall') sample.syscall = content.trim();
    else if (file === 'wchan') sample.waitsIn = content.trim() === '0' ? undefined : content.trim();
    else {
      const name = functionOf(content);
      if (name !== undefined) sample.stack.push(name);
    }
    return true;
  }

  finish(): { readonly threads: SampleRound['threads']; readonly files: FileLook } {
    const threads = new Map<number, ThreadSample>();
    for (const [tid, { stat, syscall, waitsIn, stack }] of this.threads) {
      // It ended between two reads: without its state the rest says nothing.
      if (stat === undefined) continue;
      const { command, state, userTicks, systemTicks, startTicks } = stat;
      threads.set(tid, { tid, command, state, userTicks, systemTicks, startTicks, syscall, waitsIn, stack });
    }
    return { threads, files: this.files.finish() };
  }

  private sampleOf(tid: number): OpenSample {
    let sample = this.threads.get(tid);
    if (sample === undefined) {
      sample = { stat: undefined, syscall: undefined, waitsIn: undefined, stack: [] };
      this.threads.set(tid, sample);
    }
    return sample;
  }
}

interface Stat extends ProcessTimes {
  readonly state: string;
}

/** proc(5), /proc/pid/stat. The command may hold blanks and parentheses. */
function parseStat(content: string): Stat | undefined {
  const match = /^\d+ \((.*)\) (\S) (.*)$/s.exec(content);
  if (match === null) return undefined;
  const [, command = '', state = '', rest = ''] = match;
  const fields = rest.split(' ');
  // Numbered from 4 in proc(5), as the three before stand in the pattern.
  const field = (number: number) => toNumber(fields[number - 4]);
  const userTicks = field(14);
  const systemTicks = field(15);
  const startTicks = field(22);
  if (userTicks === undefined || systemTicks === undefined || startTicks === undefined) return undefined;
  return { command, state, userTicks, systemTicks, startTicks, diskTicks: field(42) ?? 0 };
}

/** `[<0>] futex_do_wait+0x46/0x90 [module]` → `futex_do_wait`; addresses stood in the brackets before Linux 4.15. */
function functionOf(line: string): string | undefined {
  const name = /^\[<[0-9a-f]+>\] ([^\s+]+)/.exec(line)?.[1];
  // The end of a stack on old kernels.
  return name === undefined || /^0x[0-9a-f]+$/.test(name) ? undefined : name;
}

function toNumber(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
