/**
 * Commands that a shell timed: bash's and zsh's `time`, dash's and POSIX `time -p`, GNU time's one line, `perf stat`. The
 * command is looked for in the prompt lines above the times. A loop's times are those of one run; where it is not known
 * how often something was done, nothing is said.
 */
import type { Found, MaterialText, TextReader, TimedCommand } from '../model.js';
import { keep } from './figures.js';
import { PerfStat } from './perfStat.js';
import { findCommand } from './promptLine.js';
import { runsOf } from './timedRuns.js';

/** bash: `real	0m9.061s`; POSIX: `real 9.06`. */
const SHELL_TIME = /^\s*(real|user|sys)[ \t]+(?:(\d+)m)?([\d.,]+)s?\s*$/u;
/** zsh: `cat memory.stat > /dev/null  0.00s user 9.06s system 99% cpu 9.061 total`. */
const ZSH_TIME = /^(\S.{0,500}?) {2}([\d.]+)s user ([\d.]+)s system \d+% cpu (?:(\d+):)?([\d.]+) total\s*$/u;
/** GNU: `0.00user 9.05system 0:09.06elapsed 99%CPU (…)`. */
const GNU_TIME = /^([\d.]+)user ([\d.]+)system (?:(\d+):)?(\d+):([\d.]+)elapsed\b/u;
const COMMAND = /\btime[ \t]{1,8}(\S[^\n\u2028\u2029]{0,4000})/u;
const TIME_OPTIONS = /^(?:-[pv] {1,4}|-- {1,4}){1,4}/u;
/** Of a loop that is typed over several lines. */
const LINES_OF_LOOP = 10;
/** The file's own text may stand between a command and its times: memory.stat has some 40 lines. */
const LINES_BETWEEN = 400;
const LINES_TO_MENTION = 5;

export const timedCommandsReader: TextReader = { name: 'timed commands', read: readTimedCommands };

function readTimedCommands({ file, lines }: MaterialText): Found {
  const shells = new ShellTimes(file);
  const timed: TimedCommand[] = [];
  const stat = new PerfStat(file);
  for (const [index, line] of lines.entries()) {
    shells.read(line, index);
    keep(timed, stat.read(line, index));
  }
  keep(timed, stat.finish());
  return { timed: [...shells.finish(), ...timed].flatMap(toOneRun) };
}

/** A loop's times, divided by how often it ran. */
function toOneRun(timed: TimedCommand): readonly TimedCommand[] {
  const runs = runsOf(timed.command);
  if (runs === undefined) return [];
  if (runs === 1) return [timed];
  const ofOne = (seconds: number | undefined): number | undefined =>
    seconds === undefined ? undefined : seconds / runs;
  return [
    {
      ...timed,
      realSeconds: timed.realSeconds / runs,
      userSeconds: ofOne(timed.userSeconds),
      systemSeconds: ofOne(timed.systemSeconds),
    },
  ];
}

interface Times {
  readonly index: number;
  readonly real?: number;
  readonly user?: number;
  readonly sys?: number;
}

interface LineOfCommand {
  readonly text: string;
  readonly index: number;
}

class ShellTimes {
  readonly #timed: TimedCommand[] = [];
  #command: LineOfCommand | undefined;
  /** What may have been timed where no `time` was pasted: a command, or a line that names the file. */
  #mention: LineOfCommand | undefined;
  #used: LineOfCommand | undefined;
  #open: Times | undefined;

  constructor(private readonly file: string) {}

  read(line: string, index: number): void {
    const parts = SHELL_TIME.exec(line);
    if (parts !== null) {
      this.#addPart(parts, index);
      return;
    }
    // A blank line stands above the three, never within.
    this.#close();
    const whole = readWholeLine(line, { file: this.file, line: index + 1 });
    if (whole !== undefined)
      keep(this.#timed, whole.command === '' ? { ...whole, command: this.#commandAt(index) } : whole);
    this.#listen(line, index);
  }

  #listen(line: string, index: number): void {
    const asked = COMMAND.exec(line)?.[1];
    const open = this.#command;
    if (asked !== undefined) this.#command = { text: asked.replace(TIME_OPTIONS, ''), index };
    else if (open !== undefined && isOpenLoop(open.text) && index - open.index <= LINES_OF_LOOP)
      this.#command = { ...open, text: `${open.text} ${line.slice(0, 400).trim()}` };
    else if (line.includes('memory.stat') || findCommand(line) !== undefined)
      this.#mention = { text: line.slice(0, 1000).trim(), index };
  }

  finish(): readonly TimedCommand[] {
    this.#close();
    return this.#timed;
  }

  #addPart([, kind = '', minutes = '0', seconds = '']: RegExpExecArray, index: number): void {
    if (kind === 'real') this.#close();
    const open = this.#open ?? { index };
    this.#open = { ...open, [kind]: Number(minutes) * 60 + Number(seconds.replace(',', '.')) };
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open?.real === undefined) return;
    keep(this.#timed, {
      at: { file: this.file, line: open.index + 1 },
      command: this.#commandAt(open.index),
      realSeconds: open.real,
      userSeconds: open.user,
      systemSeconds: open.sys,
    });
  }

  #commandAt(index: number): string {
    const timed = this.#command;
    const mention = this.#mention;
    const isNear = mention !== undefined && index - mention.index <= LINES_TO_MENTION;
    if (timed !== undefined && index - timed.index <= LINES_BETWEEN)
      // A loop prints the times of one command again and again, below nothing else.
      return isNear && mention.index > timed.index && this.#isUsed(timed) ? mention.text : this.#use(timed);
    return isNear ? mention.text : '';
  }

  #use(command: LineOfCommand): string {
    this.#used = command;
    return command.text;
  }

  #isUsed(command: LineOfCommand): boolean {
    return this.#used === command;
  }
}

/** `for i in {1..100}; do` whose body and `done` follow. */
function isOpenLoop(command: string): boolean {
  return /^(?:for|while)\b/u.test(command) && !/\bdone\b/u.test(command);
}

function readWholeLine(line: string, at: TimedCommand['at']): TimedCommand | undefined {
  const zsh = ZSH_TIME.exec(line);
  if (zsh !== null) {
    const [, command = '', user, system, minutes = '0', seconds] = zsh;
    return {
      at,
      command,
      realSeconds: Number(minutes) * 60 + Number(seconds),
      userSeconds: Number(user),
      systemSeconds: Number(system),
    };
  }
  const gnu = GNU_TIME.exec(line);
  if (gnu === null) return undefined;
  const [, user, system, hours = '0', minutes, seconds] = gnu;
  return {
    at,
    command: '',
    realSeconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
    userSeconds: Number(user),
    systemSeconds: Number(system),
  };
}
