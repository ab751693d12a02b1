/** The times that `perf stat COMMAND` prints below its counters; with -r they are means of the runs. Counters are not read. */
import type { TimedCommand } from '../model.js';

const HEAD = /^\s{0,8}Performance counter stats for '([^']{1,1000})'/u;
/** `       9.061234567 seconds time elapsed`, `9.0612 +- 0.0123 seconds time elapsed  ( +-  0.14% )`. */
const TIME = /^\s{0,40}(\d{1,9}[.,]\d{1,12})(?: \+- \d{1,9}[.,]\d{1,12})? seconds (time elapsed|user|sys)\b/u;

/** Follows a text line by line; says a command when its last time was read. */
export class PerfStat {
  #open: TimedCommand | undefined;
  #command: string | undefined;

  constructor(private readonly file: string) {}

  /** The command when `sys`, the last line, is reached; old versions print the elapsed time alone. */
  read(line: string, index: number): TimedCommand | undefined {
    const command = HEAD.exec(line)?.[1];
    if (command !== undefined) {
      this.#command = command;
      return this.#end();
    }
    const [, figure, kind] = TIME.exec(line) ?? [];
    const seconds = Number(figure?.replace(',', '.'));
    if (kind === 'time elapsed') return this.#begin(seconds, index);
    if (kind === 'user' && this.#open !== undefined) this.#open = { ...this.#open, userSeconds: seconds };
    if (kind !== 'sys') return undefined;
    if (this.#open !== undefined) this.#open = { ...this.#open, systemSeconds: seconds };
    return this.#end();
  }

  finish(): TimedCommand | undefined {
    return this.#end();
  }

  #begin(realSeconds: number, index: number): TimedCommand | undefined {
    const before = this.#end();
    const at = { file: this.file, line: index + 1 };
    const command = this.#command;
    this.#command = undefined;
    if (command !== undefined)
      this.#open = { at, command, realSeconds, userSeconds: undefined, systemSeconds: undefined };
    return before;
  }

  #end(): TimedCommand | undefined {
    const whole = this.#open;
    this.#open = undefined;
    return whole;
  }
}
