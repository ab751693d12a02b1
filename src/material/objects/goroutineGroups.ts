/**
 * Goroutines anywhere in a text: `debug=1` with its counts, and one by one as `debug=2`, SIGQUIT and a panic print them.
 * Those of the same state and stack are one group. Whole files of them are profiles, too (profile/legacy); here a post
 * with three goroutines is read.
 */
import type { Found, GoroutineGroup, MaterialText, Place, TextReader } from '../model.js';
import { unquoted } from '../text/quotedLine.js';

export const goroutineGroupsReader: TextReader = { name: 'goroutines', read: readGoroutineGroups };

const MOST_GROUPS = 20_000;
/** Go elides frames beyond 100 (runtime/traceback.go). */
const MOST_FRAMES = 128;

/** `goroutine 7 [select, 5 minutes]:`, since Go 1.23 with `gp=0x…` and `m=…`. */
const HEADER = /^goroutine \d{1,12} [^[]{0,100}\[([^\]]{1,200})\]:?$/u;
const WAIT = /^(\d{1,9}) minutes?$/u;
const COUNTED = /^(\d{1,9}) @(?: 0x[0-9a-f]{1,16}){1,200}$/u;
/** `#	0x43a1b6	net/http.(*conn).serve+0x69	net/http/server.go:2157`; posts make blanks of the tabs. */
const COMMENT = /^#[ \t]{1,8}0x[0-9a-f]{1,16}[ \t]{1,8}(\S{1,500})\+0x[0-9a-f]{1,16}[ \t]/u;
const PLACE = /^(?:\S{1,1000}\.(?:go|s):\d{1,7}|\?\?:0)(?: \+0x[0-9a-f]+)?/u;

function readGoroutineGroups({ file, lines }: MaterialText): Found {
  const text = new GoroutineText(file);
  for (const [index, line] of lines.entries()) text.read(unquoted(line), index + 1);
  return { goroutines: text.finish() };
}

interface Open {
  readonly at: Place;
  readonly count: number;
  readonly state: string | undefined;
  readonly waitSeconds: number | undefined;
  readonly frames: string[];
}

class GoroutineText {
  readonly #groups = new Map<string, GoroutineGroup>();
  #open: Open | undefined;
  #isAtCreator = false;

  constructor(private readonly file: string) {}

  read(line: string, lineNumber: number): void {
    const at = { file: this.file, line: lineNumber };
    if (line.startsWith('goroutine ')) {
      const header = HEADER.exec(line);
      if (header !== null) this.#start(openOne(at, header[1] ?? ''));
    } else if (COUNTED.test(line))
      this.#start({
        at,
        count: Number.parseInt(line, 10),
        state: undefined,
        waitSeconds: undefined,
        frames: [],
      });
    else {
      // `grep -C 10 relist` leaves a stack without its count.
      if (this.#open === undefined && COMMENT.test(line))
        this.#start({ at, count: 1, state: undefined, waitSeconds: undefined, frames: [] });
      if (this.#open !== undefined) this.#readWithin(line, this.#open);
    }
  }

  finish(): readonly GoroutineGroup[] {
    this.#close();
    return [...this.#groups.values()];
  }

  #start(open: Open): void {
    this.#close();
    this.#open = open;
    this.#isAtCreator = false;
  }

  #readWithin(line: string, open: Open): void {
    const name = COMMENT.exec(line)?.[1] ?? calledName(line);
    if (name !== undefined) {
      if (open.frames.length < MOST_FRAMES && !this.#isAtCreator) open.frames.push(name);
      return;
    }
    if (line.startsWith('created by ')) {
      this.#isAtCreator = true;
      return;
    }
    // Places, elisions and lines without a name belong to it; anything else ends it.
    if (!PLACE.test(line) && !/^(?:\.\.\.|#|goroutine running on other thread)/u.test(line)) this.#close();
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || open.frames.length === 0) return;
    const key = `${open.state ?? ''}\n${open.frames.join('\n')}`;
    const known = this.#groups.get(key);
    if (known === undefined && this.#groups.size >= MOST_GROUPS) return;
    this.#groups.set(key, known === undefined ? open : joined(known, open));
  }
}

/** `pkg.(*Type).Method(0xc000, {0x1, 0x2})`: arguments have no parentheses of their own. */
function calledName(line: string): string | undefined {
  const open = line.endsWith(')') ? line.lastIndexOf('(') : -1;
  const name = line.slice(0, Math.max(open, 0));
  return name.includes('.') && !/\s/u.test(name) ? name : undefined;
}

function openOne(at: Place, words: string): Open {
  const parts = words.split(', ');
  const wait = parts.map(part => WAIT.exec(part)).find(match => match !== null);
  const state = parts.filter(part => !WAIT.test(part) && part !== 'locked to thread').join(', ');
  const waitSeconds = wait === undefined ? undefined : Number(wait[1]) * 60;
  return { at, count: 1, state, waitSeconds, frames: [] };
}

function joined(known: GoroutineGroup, more: Open): GoroutineGroup {
  const waits = [known.waitSeconds, more.waitSeconds].filter(wait => wait !== undefined);
  return {
    ...known,
    count: known.count + more.count,
    waitSeconds: waits.length === 0 ? undefined : Math.max(...waits),
  };
}
