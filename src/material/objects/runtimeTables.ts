/**
 * What `crictl ps -a`, `crictl pods`, `crictl images`, `docker ps -a`, `docker info` and bare counts behind `wc -l` say of
 * how many containers, sandboxes and images a node has. Rows are counted, not kept.
 */
import type { Counted, CountedThing, Found, MaterialText, Place, TextReader } from '../model.js';
import { unquoted } from '../text/quotedLine.js';

export const runtimeTablesReader: TextReader = { name: 'containers and images', read: readRuntimeTables };

type Table = 'containers' | 'sandboxes' | 'images' | 'docker';

const HEADERS: readonly (readonly [RegExp, Table])[] = [
  [/^POD ID\s+CREATED\s+STATE\s/u, 'sandboxes'],
  [/^CONTAINER(?: ID)?\s+IMAGE\s+CREATED\s+STATE\s/u, 'containers'],
  [/^CONTAINER ID\s+IMAGE\s+COMMAND\s+CREATED\s+STATUS\s/u, 'docker'],
  [/^(?:IMAGE|REPOSITORY)\s+TAG\s+(?:DIGEST\s+)?IMAGE ID\s/u, 'images'],
];
const ID = /^[0-9a-f]{12,64}\s/u;
/** By where a row says it: crictl's STATE stands behind CREATED. */
const CRICTL_STATE =
  /^[0-9a-f]{12,64}\s{1,40}.{0,400}? ago\s{1,40}(Running|Exited|Ready|NotReady|Created|Unknown)\s/u;
const DOCKER_STATE = /\s(Exited \(\d{1,3}\)|Up (?:\d|About|Less)|Dead|Created)(?:\s|$)/u;

function readRuntimeTables({ file, lines }: MaterialText): Found {
  const text = new RuntimeText(file);
  for (const [index, line] of lines.entries()) text.read(unquoted(line), index + 1);
  return { counted: text.finish() };
}

class RuntimeText {
  readonly #counted: Counted[] = [];
  #table: Table | undefined;
  #at: Place;
  #states = new Map<CountedThing, number>();
  #isCut = false;
  #command = '';
  #all: { readonly at: Place; readonly value: number } | undefined;

  constructor(private readonly file: string) {
    this.#at = { file, line: 1 };
  }

  read(line: string, lineNumber: number): void {
    const at = { file: this.file, line: lineNumber };
    const header = HEADERS.find(([pattern]) => pattern.test(line));
    if (header !== undefined) {
      this.#start(header[1], at);
      return;
    }
    const table = this.#table ?? tableOfRow(line);
    if (table !== undefined && this.#readRow(line, table, at)) return;
    this.#end();
    this.#readCount(line, at);
    this.#command = line;
  }

  finish(): readonly Counted[] {
    this.#end();
    const running = this.#counted.find(({ thing }) => thing === 'containers-running');
    // `ps -a` counts all: what does not run has exited.
    if (this.#all !== undefined && running !== undefined && this.#all.value > running.value)
      this.#counted.push({
        at: this.#all.at,
        thing: 'containers-exited',
        value: this.#all.value - running.value,
        note: 'all containers less those that run',
      });
    return this.#counted;
  }

  #start(table: Table, at: Place): void {
    this.#end();
    this.#table = table;
    this.#at = at;
  }

  #readRow(line: string, table: Table, at: Place): boolean {
    if (this.#table === undefined) this.#start(table, at);
    if (/^(?:\.{3,6}|…)$/u.test(line)) {
      this.#isCut = true;
      return true;
    }
    const thing = thingOfRow(line, table);
    if (thing === undefined) return false;
    this.#states.set(thing, (this.#states.get(thing) ?? 0) + 1);
    return true;
  }

  #end(): void {
    for (const [thing, value] of this.#states)
      this.#counted.push({
        at: this.#at,
        thing,
        value,
        note: this.#isCut ? 'at least: the table is cut' : undefined,
      });
    this.#table = undefined;
    this.#states = new Map();
    this.#isCut = false;
  }

  /** `docker info` says its numbers; a `wc -l` answers the command above it. */
  #readCount(line: string, at: Place): void {
    const info = /^(Containers|Running|Stopped|Images): (\d{1,9})$/u.exec(line);
    const thing = DOCKER_INFO[info?.[1] ?? ''];
    if (info !== null && thing !== undefined)
      this.#counted.push({ at, thing, value: Number(info[2]), note: 'docker info' });
    const answer = /^(\d{1,9})$/u.exec(line);
    if (answer === null) return;
    if (ALL_CONTAINERS.test(this.#command)) this.#all = { at, value: Number(answer[1]) };
    const asked = COUNTING.find(([pattern]) => pattern.test(this.#command));
    if (asked !== undefined)
      this.#counted.push({
        at,
        thing: asked[1],
        value: Number(answer[1]),
        note: this.#command.slice(0, 200),
      });
  }
}

const DOCKER_INFO: Readonly<Record<string, CountedThing>> = {
  Running: 'containers-running',
  Stopped: 'containers-exited',
  Images: 'images',
};

const ALL_CONTAINERS = /\b(?:crictl|docker) ps (?:-aq?|-qa|-a -q|-q -a|--all) ?\| ?wc -l/u;
const COUNTING: readonly (readonly [command: RegExp, thing: CountedThing])[] = [
  [/\b(?:crictl|docker) ps\b.{0,200}(?:[Ee]xited|status=exited).{0,100}\bwc -l/u, 'containers-exited'],
  [/\bcrictl pods\b.{0,200}[Nn]ot[Rr]eady.{0,100}\bwc -l/u, 'sandboxes-exited'],
  [/\b(?:crictl|docker) ps(?: -q)? ?\| ?wc -l/u, 'containers-running'],
  [/\b(?:crictl images?|docker (?:images|image ls))\b.{0,100}\bwc -l/u, 'images'],
  [/\bkubectl get (?:pods?|po)\b.{0,300}nodeName.{0,100}\bwc -l/u, 'pods'],
];

/** Rows are told without a header by an age in the place of CREATED. */
function tableOfRow(line: string): Table | undefined {
  if (!ID.test(line)) return undefined;
  const state = CRICTL_STATE.exec(line)?.[1];
  if (state === 'Ready' || state === 'NotReady') return 'sandboxes';
  if (state !== undefined) return 'containers';
  return DOCKER_STATE.test(line) && line.includes(' ago') ? 'docker' : undefined;
}

function thingOfRow(line: string, table: Table): CountedThing | undefined {
  switch (table) {
    case 'images':
      return /^\S{1,300}\s{1,200}\S{1,150}\s{1,80}(?:\S{7,80}\s{1,80})?(?:sha256:)?[0-9a-f]{12,64}(?:\s|$)/u.test(
        line,
      )
        ? 'images'
        : undefined;
    case 'docker': {
      const state = ID.test(line) ? DOCKER_STATE.exec(line)?.[1] : undefined;
      if (state === undefined) return undefined;
      return state.startsWith('Up') ? 'containers-running' : 'containers-exited';
    }
    case 'containers':
    case 'sandboxes':
      return STATES[CRICTL_STATE.exec(line)?.[1] ?? ''];
  }
}

const STATES: Readonly<Record<string, CountedThing>> = {
  Running: 'containers-running',
  Exited: 'containers-exited',
  NotReady: 'sandboxes-exited',
  Ready: 'pods',
};
