/**
 * Stacks of bcc's `profile` as posts quote them: a function a line, the
 * innermost first, then `-  COMMAND (PID)` and the number of samples. Each function's share with all it calls, of the
 * samples that are shown.
 */
import type { Found, ListedFunction, MaterialText, Place, TextReader } from '../model.js';
import { keep, MOST_ROWS, placeOf } from './figures.js';
import { plainToolLine } from './plainToolLine.js';

export const bccProfileReader: TextReader = { name: 'bcc profile', read: readBccProfile };

/** `    -                kubelet (48021)`: the command may have blanks. */
const OWNER = /^\s{0,40}-\s{1,40}(\S.{0,60}) \((\d{1,8})\)\s{0,20}$/u;
const COUNT = /^\s{1,40}(\d{1,10})\s{0,20}$/u;
/** Functions of C++ and of unknown addresses, too; no prose: a name has no blanks. */
const FRAME = /^\s{1,40}(\S{2,1000})\s{0,20}$/u;
/** Between the kernel's frames and those of the program (-d). */
const BETWEEN = /^\s{0,40}--\s{0,20}$/u;
const MOST_FRAMES = 256;
/** Shares of fewer samples say nothing. */
const LEAST_SAMPLES = 20;

interface Row {
  readonly at: Place;
  readonly command: string;
  readonly name: string;
  samples: number;
}

function readBccProfile({ file, lines }: MaterialText): Found {
  const reader = new BccStacks();
  for (const [index, outside] of lines.entries()) reader.read(plainToolLine(outside), placeOf(file, index));
  return { listed: reader.listed };
}

class BccStacks {
  readonly #rows = new Map<string, Row>();
  #total = 0;
  #frames: string[] = [];
  #command: string | undefined;

  read(line: string, at: Place): void {
    const command = this.#command;
    this.#command = undefined;
    const samples = command === undefined ? undefined : COUNT.exec(line)?.[1];
    if (samples !== undefined && command !== undefined) this.#add(command, Number(samples), at);
    else if (this.#frames.length > 0 && OWNER.test(line)) this.#command = OWNER.exec(line)?.[1];
    else if (!BETWEEN.test(line)) this.#readFrame(FRAME.exec(line)?.[1]);
  }

  get listed(): readonly ListedFunction[] {
    const listed: ListedFunction[] = [];
    if (this.#total < LEAST_SAMPLES) return listed;
    for (const { at, command, name, samples } of this.#rows.values()) {
      const cum = samples / this.#total;
      keep(listed, { at, tool: 'perf', name, flat: undefined, cum, command, isKernel: undefined });
    }
    return listed;
  }

  #readFrame(frame: string | undefined): void {
    if (frame === undefined) this.#frames = [];
    else if (this.#frames.length < MOST_FRAMES) this.#frames.push(frame);
  }

  #add(command: string, samples: number, at: Place): void {
    this.#total += samples;
    for (const name of new Set(this.#frames)) {
      const key = `${command}\0${name}`;
      const known = this.#rows.get(key);
      if (known !== undefined) known.samples += samples;
      else if (this.#rows.size < MOST_ROWS) this.#rows.set(key, { at, command, name, samples });
    }
    this.#frames = [];
  }
}
