/**
 * Commands that a shell timed: bash's and zsh's `time`, dash's and POSIX `time -p`, GNU time's one line. The command is
 * looked for in the prompt lines above the times.
 */
import type { Found, MaterialText, TextReader, TimedCommand } from '../model.js';

/** bash: `real	0m9.061s`; POSIX: `real 9.06`. */
const SHELL_TIME = /^\s*(real|user|sys)[ \t]+(?:(\d+)m)?([\d.,]+)s?\s*$/u;
/** zsh: `cat memory.stat > /dev/null  0.00s user 9.06s system 99% cpu 9.061 total`. */
const ZSH_TIME = /^(\S.{0,500}?) {2}([\d.]+)s user ([\d.]+)s system \d+% cpu (?:(\d+):)?([\d.]+) total\s*$/u;
/** GNU: `0.00user 9.05system 0:09.06elapsed 99%CPU (…)`. */
const GNU_TIME = /^([\d.]+)user ([\d.]+)system (?:(\d+):)?(\d+):([\d.]+)elapsed\b/u;
const COMMAND = /\b(?:time|\/usr\/bin\/time)\s+(?:-p\s+|-v\s+|--\s+)*(\S.*)$/u;
/** The file's own text may stand between a command and its times: memory.stat has some 40 lines. */
const LINES_BETWEEN = 400;

export const timedCommandsReader: TextReader = { name: 'timed commands', read: readTimedCommands };

function readTimedCommands({ file, lines }: MaterialText): Found {
  const shells = new ShellTimes(file);
  for (const [index, line] of lines.entries()) shells.read(line, index);
  return { timed: shells.finish() };
}

interface Times {
  readonly index: number;
  readonly real?: number;
  readonly user?: number;
  readonly sys?: number;
}

class ShellTimes {
  readonly #timed: TimedCommand[] = [];
  #command: { readonly text: string; readonly index: number } | undefined;
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
      this.#timed.push(whole.command === '' ? { ...whole, command: this.#commandAt(index) } : whole);
    const asked = COMMAND.exec(line);
    if (asked !== null) this.#command = { text: asked[1] ?? '', index };
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
    this.#timed.push({
      at: { file: this.file, line: open.index + 1 },
      command: this.#commandAt(open.index),
      realSeconds: open.real,
      userSeconds: open.user,
      systemSeconds: open.sys,
    });
  }

  #commandAt(index: number): string {
    return this.#command !== undefined && index - this.#command.index <= LINES_BETWEEN
      ? this.#command.text
      : '';
  }
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
