/**
 * What the lines of a source file on this machine cost by a profile: finds the profile's functions that are in the file,
 * and where their lines stand in the text at hand. Reads small files around it (go.mod, .git); draws nothing.
 */
import path from 'node:path';
import type { Cost, HotFunction } from '../profile/hotFunctions.js';
import type { FrameLinks, SourceLink } from '../sources/frame/frame.js';
import { GoText } from '../sources/go/functionDeclaration.js';
import { findLocalLines, localLineOf, type LocalLines } from '../sources/localLines.js';
import { isAtRevision, isCheckoutOf, isGoRoot } from './checkout.js';

export interface FunctionCost {
  readonly row: HotFunction;
  /** Of its declaration, from 1. */
  readonly line: number;
}

export interface FileCosts {
  /** Declared functions, in the order of the file. */
  readonly functions: readonly FunctionCost[];
  /** By line, from 1. */
  readonly lines: ReadonlyMap<number, Cost>;
}

/** What is asked of a profile here. */
export interface CostSource {
  readonly rows: readonly HotFunction[];
  links(row: HotFunction): FrameLinks;
}

/** A text as an editor holds it. */
export interface OpenText {
  /** Absolute path of its file. */
  readonly file: string;
  /** Another number for each change of the text. */
  readonly version: number;
  getText(): string;
}

const NOTHING: FileCosts = { functions: [], lines: new Map() };
/** A branch that was checked out meanwhile is noticed after so long. */
const FIT_AGE_MS = 30_000;
/** Of texts and of files of the profile: more than are open in practice. */
const REMEMBERED = 200;

/**
 * The costs of one profile in the files that are open. Each key in a file asks twice (lenses and decorations), so what
 * was found is kept: the costs of a text for its version, and whether a file is the profile's for half a minute.
 */
export class ProfileFileCosts {
  private readonly texts = new Map<
    string,
    { readonly version: number; readonly costs: Promise<FileCosts> }
  >();
  private readonly fits = new Map<
    string,
    { readonly fit: Promise<Fit | undefined>; readonly untilMs: number }
  >();

  constructor(
    private readonly profile: CostSource,
    /** Milliseconds that never jump. */
    private readonly now: () => number,
  ) {}

  /** Empty where the profile has nothing of this file. Never rejects. */
  of(text: OpenText): Promise<FileCosts> {
    const known = this.texts.get(text.file);
    if (known?.version === text.version) return known.costs;
    const costs = this.find(text.file, () => text.getText());
    remember(this.texts, text.file, { version: text.version, costs });
    return costs;
  }

  private async find(file: string, getText: () => string): Promise<FileCosts> {
    const base = path.basename(file);
    const named = this.profile.rows.filter(
      row => row.file.endsWith(base) && path.posix.basename(row.file) === base,
    );
    if (named.length === 0) return NOTHING;
    const text = new GoText(getText());
    const found: { readonly row: HotFunction; readonly lines: LocalLines }[] = [];
    for (const row of named) {
      const fit = await this.fit(file, row);
      if (fit === undefined) continue;
      const subject = { name: row.name, startLine: row.startLine, isKernel: false };
      found.push({ row, lines: findLocalLines(text, subject, fit.isSameVersion) });
    }
    return { functions: functionsOf(found), lines: sumLines(found, text.lineCount) };
  }

  /** All functions of a file of the profile lie in the same file here. */
  private fit(file: string, row: HotFunction): Promise<Fit | undefined> {
    const key = `${row.file}\0${file}`;
    const known = this.fits.get(key);
    if (known !== undefined && this.now() < known.untilMs) return known.fit;
    const fit = fitOf(file, this.profile.links(row));
    remember(this.fits, key, { fit, untilMs: this.now() + FIT_AGE_MS });
    return fit;
  }
}

/** The oldest goes where there are too many. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED && oldest !== undefined) map.delete(oldest);
}

interface Fit {
  readonly isSameVersion: boolean;
}

/** Whether the file at hand is the one a function's links lead to. */
async function fitOf(file: string, { local, source, vendored }: FrameLinks): Promise<Fit | undefined> {
  if (folderAbove(file, local.moduleCache) !== undefined) return { isSameVersion: true };
  const goRoot = folderAbove(file, local.goRoot);
  if (goRoot !== undefined && (await isGoRoot(goRoot))) return versionOf(goRoot, source?.revision);
  return (
    (await inCheckout(file, local.repository?.path, source)) ??
    (await inCheckout(file, local.vendored, vendored))
  );
}

async function inCheckout(
  file: string,
  place: string | undefined,
  link: SourceLink | undefined,
): Promise<Fit | undefined> {
  const folder = folderAbove(file, place);
  if (folder === undefined || link === undefined) return undefined;
  return (await isCheckoutOf(folder, link.repository)) ? versionOf(folder, link.revision) : undefined;
}

async function versionOf(folder: string, revision = ''): Promise<Fit> {
  return { isSameVersion: (await isAtRevision(folder, revision)) === true };
}

/** `/a/b` for `/a/b/c/d.go` and `c/d.go`. */
function folderAbove(file: string, place: string | undefined): string | undefined {
  if (place === undefined) return undefined;
  const end = `/${place}`;
  const whole = file.replaceAll('\\', '/');
  return whole.endsWith(end) ? file.slice(0, -end.length) : undefined;
}

type Found = readonly { readonly row: HotFunction; readonly lines: LocalLines }[];

/** Closures have costs at their lines, and no declaration to stand above. */
function functionsOf(found: Found): readonly FunctionCost[] {
  const functions = found.flatMap(({ row, lines }) =>
    lines.kind === 'missing' || /\.func\d+(?:\.\d+)*$/.test(row.name)
      ? []
      : [{ row, line: lines.declaration }],
  );
  return functions.sort((a, b) => a.line - b.line);
}

/** Flat adds up; what is below a line is below it once, whichever of its functions it is counted for. */
function sumLines(found: Found, lineCount: number): ReadonlyMap<number, Cost> {
  const sums = new Map<number, Cost>();
  for (const { row, lines } of found) {
    if (lines.kind !== 'moved') continue;
    for (const { line, flat, cum } of row.lines) {
      const at = localLineOf(lines, line);
      if (cum === 0 || at > lineCount) continue;
      const known = sums.get(at) ?? { flat: 0, cum: 0 };
      sums.set(at, { flat: known.flat + flat, cum: Math.max(known.cum, cum) });
    }
  }
  return sums;
}
