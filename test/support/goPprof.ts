/**
 * What `go tool pprof` makes of a profile, by its `-raw`, read here on its own terms: stacks by name with their exact
 * values. The official answer for profiles that a test generates.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const hasGo = spawnSync('go', ['version']).status === 0;
/** Behind the name of a test that needs it. */
export const withoutGo = hasGo ? '' : ' [not run: no Go here]';

export interface GoAnswer {
  /** `type/unit` in order. */
  readonly types: readonly string[];
  /** Before those of equal names are added. */
  readonly sampleCount: number;
  /** `root;…;leaf` (inlined calls like any other) to values, those of equal stacks added. */
  readonly stacks: ReadonlyMap<string, readonly bigint[]>;
}

let program: string | undefined;

/** `go tool` takes longer to find it than pprof to run: asked once, and run, as that builds it. */
function pprofProgram(): string {
  if (program === undefined) {
    spawnSync('go', ['tool', 'pprof', '-help']);
    program = spawnSync('go', ['tool', '-n', 'pprof'], { encoding: 'utf8' }).stdout.trim();
  }
  return program;
}

/** Of one file, or of several merged. Undefined where `go tool pprof` refuses one. */
export function askGo(...profiles: readonly Uint8Array[]): GoAnswer | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'node-triage-go-'));
  try {
    const files = profiles.map((bytes, index) => {
      const file = path.join(folder, `profile${index}`);
      writeFileSync(file, bytes);
      return file;
    });
    const { status, stdout } = spawnSync(pprofProgram(), ['-raw', '-symbolize=none', ...files], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return status === 0 ? parseAnswer(stdout) : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function parseAnswer(raw: string): GoAnswer {
  const part = (from: string, to: string | undefined) => {
    const begin = raw.indexOf(`${from}\n`) + from.length + 1;
    return raw.slice(begin, to === undefined ? undefined : raw.indexOf(`\n${to}\n`)).split('\n');
  };
  const locations = parseLocations(part('\nLocations', 'Mappings'), part('\nMappings', undefined));
  const [types = '', ...samples] = part('\nSamples:', 'Locations');
  const stacks = new Map<string, bigint[]>();
  let sampleCount = 0;
  for (const line of samples) {
    const [, values, ids = ''] = /^((?: +-?\d+)+): ([\d ]*)$/.exec(line) ?? [];
    if (values === undefined) continue;
    sampleCount++;
    const named = ids.split(' ').filter(id => id !== '');
    const stack = named
      .flatMap(id => locations.get(id)!)
      .reverse()
      .join(';');
    const known = stacks.get(stack);
    const numbers = values.trim().split(/ +/).map(BigInt);
    stacks.set(stack, known === undefined ? numbers : known.map((value, type) => value + numbers[type]!));
  }
  return { types: types.replaceAll('[dflt]', '').split(' '), sampleCount, stacks };
}

/** Names of each location, innermost first. */
function parseLocations(lines: readonly string[], mappings: readonly string[]): Map<string, string[]> {
  const modules = new Map(
    mappings
      .map(line => /^(\d+): 0x\w+\/0x\w+\/0x\w+ (.*?) \S* (?:\[[A-Z]{2}\])*$/.exec(line))
      .filter(match => match !== null)
      .map(([, id, file]) => [id!, file!]),
  );
  const locations = new Map<string, string[]>();
  let names: string[] = [];
  let module = '';
  for (const line of lines) {
    const [, id, mapping = '', first] = /^ *(\d+): 0x\w+ (?:M=(\d+) )?(?:\[F\] )?(.*)$/.exec(line) ?? [];
    if (id !== undefined) {
      locations.set(id, (names = []));
      module = modules.get(mapping) ?? '';
    }
    const text = first ?? line.trim();
    const name = text.replace(/^\?\?$| ?\S*:-?\d+:-?\d+ s=-?\d+(\(.*\))?$/, '');
    names.push(name === '' ? nameless(module) : name);
  }
  return locations;
}

/** graph.NodeInfo.PrintableName; a name that is in brackets already gets no second pair here. */
function nameless(file: string): string {
  const base = file.slice(file.lastIndexOf('/') + 1);
  if (base === '') return '<unknown>';
  return base.startsWith('[') && base.endsWith(']') ? base : `[${base}]`;
}
