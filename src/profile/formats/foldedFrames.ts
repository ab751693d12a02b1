/**
 * Frames of folded stacks: what tools put into a frame's text beside the name. `_[k]` kernel, `_[i]` inlined, `_[w]` the
 * waker's side (stackcollapse, bcc); `_[0]`, `_[1]`, `_[j]` interpreted or compiled (async-profiler), which is no other
 * function; `name (file.py:12)` (py-spy) and `file.py:name:12` (Austin). A frame `-` parts the user's stack from the
 * kernel's, `--` the waker's (bcc's -d).
 */
import { UNKNOWN_FUNCTION, type FrameIndex } from '../model.js';
import type { ProfileBuilder } from '../profileBuilder.js';

const MARK = /_\[([01ijkw])\]$/;
const KERNEL = '[kernel]';
const WAKER = '[waker]';
const MODULE_OF_MARK: Readonly<Record<string, string>> = { k: KERNEL, w: WAKER };
const KERNEL_DELIMITER = '-';
const WAKER_DELIMITER = '--';
const PY_SPY_FRAME = /^(.+) \(([^()]+?)(?::(\d+))?\)$/;
const AUSTIN_FRAME = /^(.+):([^:]*):(\d+)$/;
/** Longer ones are taken as they are: the patterns are for names and paths. */
const MAX_FRAME = 1 << 12;

export type FoldedDialect = 'plain' | 'py-spy' | 'austin';

interface FrameText {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly module?: string;
}

/** The same few thousand frames come again on every line: their text leads straight to them. */
export class FoldedFrames {
  readonly #builder: ProfileBuilder;
  readonly #dialect: FoldedDialect;
  readonly #known = new Map<string, FrameIndex>();

  constructor(builder: ProfileBuilder, dialect: FoldedDialect) {
    this.#builder = builder;
    this.#dialect = dialect;
  }

  /** Frames of `root;…;leaf`. */
  of(stack: string): FrameIndex[] {
    const frames: FrameIndex[] = [];
    let module = '';
    for (const text of stack.split(';')) {
      if (text === KERNEL_DELIMITER && module !== WAKER) module = KERNEL;
      else if (text === WAKER_DELIMITER) {
        module = WAKER;
        frames.push(this.#frame(text, module));
      } else if (text !== KERNEL_DELIMITER) frames.push(this.#frame(text, module));
    }
    return frames;
  }

  #frame(text: string, behind: string): FrameIndex {
    const key = behind === '' ? text : `${behind}\n${text}`;
    let frame = this.#known.get(key);
    if (frame === undefined) {
      const mark = MARK.exec(text)?.[1];
      const {
        name,
        file,
        line = 0,
        module,
      } = readFrame(mark === undefined ? text : text.slice(0, -4), this.#dialect);
      const ofMark = mark === undefined ? undefined : MODULE_OF_MARK[mark];
      const func = this.#builder.function({
        name: name === '[unknown]' ? UNKNOWN_FUNCTION : name,
        file,
        module: ofMark ?? module ?? behind,
      });
      frame = this.#builder.frame(func, line, mark === 'i');
      this.#known.set(key, frame);
    }
    return frame;
  }
}

function readFrame(text: string, dialect: FoldedDialect): FrameText {
  if (dialect === 'plain' || text.length > MAX_FRAME) return { name: text };
  return (dialect === 'austin' ? readAustin(text) : readPySpy(text)) ?? { name: text };
}

function readAustin(text: string): FrameText | undefined {
  const [, file, name, line] = AUSTIN_FRAME.exec(text) ?? [];
  if (file === undefined || name === undefined) return undefined;
  return { name: name === '' ? file : name, file, line: Number(line) };
}

function readPySpy(text: string): FrameText | undefined {
  const [, name, file, line] = PY_SPY_FRAME.exec(text) ?? [];
  if (name === undefined || file === undefined || /^(?:thread|process)\b/.test(text)) return undefined;
  return line === undefined ? { name, module: file } : { name, file, line: Number(line) };
}

/** py-spy's frames: `fib (app.py:12)`, `<module> (<string>:1)`. */
export function isPySpyFrame(text: string): boolean {
  return text.length <= MAX_FRAME && /^.+ \((?:[^()]+\.pyx?|<[^()]*>)(?::\d+)?\)$/.test(text);
}
