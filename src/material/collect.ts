/**
 * Files about one node to what is known of it: records of captures, files that the editors open, and texts of any kind,
 * each recognised by its content. A file that breaks its reader is listed, and the others count all the same.
 */
import { assertNever } from '../base/assertNever.js';
import { describeError } from '../base/errors.js';
import { FILE_BYTES } from '../base/limits.js';
import type { EvidenceFormat } from '../evidence/model.js';
import { readEvidence } from '../evidence/readEvidence.js';
import { recogniseEvidence } from '../evidence/recogniseEvidence.js';
import { readCaptureFacts } from './captureFacts.js';
import { NO_EVIDENCE, NO_FACTS } from './emptyEvidence.js';
import { factsOfEvidence } from './evidenceFacts.js';
import { inferFacts } from './inferFacts.js';
import { withKubeletDuration } from './kubeletDuration.js';
import type { Found, MaterialText, MetricSample, NodeEvidence, NodeFacts, Place, Unread } from './model.js';
import { isText, readText } from './readText.js';
import { statedFactsReader } from './objects/statedFacts.js';
import { splitBlocks } from './splitBlocks.js';
import { REMEDY_FILE } from '../remedy/remedyJson.js';
import { TRIAGE_FILE } from './triageManifest.js';
import { DOCUMENT_READERS, TEXT_READERS } from './textReaders.js';

export interface MaterialFile {
  /** Relative to the folder. */
  readonly name: string;
  /** Not gzipped. */
  readonly bytes: Uint8Array;
}

type ListName = Exclude<keyof NodeEvidence, 'facts' | 'unread'>;
/** What people post is shorter, and what is longer was captured. */
const MOST_POST_BYTES = 256 * 1024;
/** A block of fewer lines is no log of system calls, and no profile. */
const LEAST_BLOCK_LINES = 3;
/** Stacks, told from counts of other things by the separator of frames. */
const FOLDED = /^\S[^;]*;\S.* \d+$/u;

/** Cost: that of its readers, all of which look at every text. Never throws. */
export function collectMaterial(files: readonly MaterialFile[]): NodeEvidence {
  const collected = new Collected();
  // Records first: of two files that name a kernel, ours was read from the node itself.
  const isRecord = ({ name }: MaterialFile): boolean => /(?:^|\/)capture\.json$/u.test(name);
  for (const file of [...files.filter(isRecord), ...files.filter(file => !isRecord(file))])
    collected.addFile(file);
  return collected.evidence();
}

class Collected {
  readonly #facts: Partial<NodeFacts>[] = [];
  /** What people say of a node counts less than what any file shows of it. */
  readonly #stated: Partial<NodeFacts>[] = [];
  readonly #lists = new Map<ListName, unknown[]>();
  readonly #unread: Unread[] = [];
  #scrapes = 0;

  addFile({ name, bytes }: MaterialFile): void {
    try {
      if (!this.#readFile(name, bytes) && !isEmptyList(bytes))
        this.#unread.push({ file: name, reason: 'nothing in it is known' });
    } catch (error) {
      this.#unread.push({ file: name, reason: describeError(error).message });
    }
  }

  evidence(): NodeEvidence {
    // Each list holds what readers gave under its name, whose type the compiler has checked there.
    const lists = Object.fromEntries(this.#lists) as Partial<Pick<NodeEvidence, ListName>>;
    const evidence = {
      ...NO_EVIDENCE,
      ...lists,
      facts: joinFacts([...this.#facts, ...this.#stated]),
      unread: this.#unread,
    };
    return { ...evidence, facts: inferFacts(evidence) };
  }

  /** Whether anything was found. */
  #readFile(name: string, bytes: Uint8Array): boolean {
    const at: Place = { file: name, line: undefined };
    // Lists and records of ours: what they are about lies beside them, or is of another moment.
    if (name.endsWith(TRIAGE_FILE) || name.endsWith(REMEDY_FILE)) return true;
    if (/(?:^|\/)capture\.json$/u.test(name) && bytes.length <= FILE_BYTES.record) {
      const found = readCaptureFacts(new TextDecoder().decode(bytes), at);
      if (found !== undefined) return this.#add(found);
    }
    const format = recogniseEvidence(bytes);
    if (!isText(bytes)) return this.#add(readAs(bytes, format, at));
    if (format !== 'profile') return this.#readLog(bytes, format, at);
    const text = readText(name, bytes);
    if (isFolded(text.lines) && this.#add(tryAs(bytes, 'profile', at))) return true;
    return this.#readText(text, bytes);
  }

  /** A file of the editors in text; a short one may be a post that is mostly a log, with other things around it. */
  #readLog(bytes: Uint8Array, format: EvidenceFormat, at: Place): boolean {
    const isKnown = this.#add(readAs(bytes, format, at));
    // Our own formats begin with their name, and lines of /proc in them are no commands that a person ran.
    if (format === 'threads' || format === 'cgroups' || format === 'nodeFacts') return isKnown;
    if (bytes.length > MOST_POST_BYTES) return isKnown;
    const text = readText(at.file, bytes);
    const isMore = this.#readLines(text);
    return this.#readBlocks(text, format) || isMore || isKnown;
  }

  /** @param read what the whole text was read as already: a block of it would count twice */
  #readBlocks({ file, lines }: MaterialText, read?: EvidenceFormat): boolean {
    let isKnown = false;
    for (const block of splitBlocks(lines))
      if (block.lines.length >= LEAST_BLOCK_LINES)
        isKnown = this.#add(tryBlock(block.lines, { file, line: block.line }, read)) || isKnown;
    return isKnown;
  }

  #readLines(text: MaterialText): boolean {
    let isKnown = false;
    for (const reader of isJsonDocument(text.lines) ? DOCUMENT_READERS : TEXT_READERS)
      isKnown =
        this.#add(reader.read(text), reader === statedFactsReader ? this.#stated : this.#facts) || isKnown;
    return isKnown;
  }

  #readText(text: MaterialText, bytes: Uint8Array): boolean {
    const isKnown = this.#readLines(text);
    // Text of perf script, pprof -raw and bpftrace; what is no profile is refused by its reader.
    const whole = tryAs(bytes, 'profile', { file: text.file, line: undefined });
    if (whole.profiles?.some(({ profile }) => profile.format !== 'folded') === true) return this.#add(whole);
    return this.#readBlocks(text) || isKnown;
  }

  /** Each reader counts the scrapes of its text from 0; two files are two. */
  #renumber(samples: readonly MetricSample[]): readonly MetricSample[] {
    const before = this.#scrapes;
    this.#scrapes += lastScrape(samples) + 1;
    return before === 0 ? samples : samples.map(sample => ({ ...sample, scrape: sample.scrape + before }));
  }

  #add(found: Found, toFacts = this.#facts): boolean {
    let hasAny = false;
    for (const [name, value] of Object.entries(found) as [keyof Found, unknown][]) {
      if (name === 'facts') {
        const facts = value as Partial<NodeFacts>;
        toFacts.push(facts);
        hasAny ||= Object.values(facts).some(fact => fact !== undefined);
        continue;
      }
      const items =
        name === 'metrics' ? this.#renumber(value as readonly MetricSample[]) : (value as readonly unknown[]);
      const list = this.#lists.get(name) ?? [];
      // Not spread into arguments: a log has more lines than a call may have.
      for (const item of items) list.push(item);
      this.#lists.set(name, list);
      hasAny ||= items.length > 0;
    }
    return hasAny;
  }
}

/** A list of Events or pods with none in it says just that. */
function isEmptyList(bytes: Uint8Array): boolean {
  if (bytes.length > 4096) return false;
  const text = new TextDecoder().decode(bytes);
  return /"kind": ?"[A-Za-z]{0,40}List"/u.test(text) && /"items": ?(?:\[\s{0,20}\]|null)/u.test(text);
}

/** One object, a field a line, as kubectl prints it; a log of JSON has an object a line. */
function isJsonDocument(lines: readonly string[]): boolean {
  return lines[0] === '{' && lines.indexOf('}') === lines.findLastIndex(line => line !== '');
}

function lastScrape(samples: readonly MetricSample[]): number {
  return samples.reduce((last, { scrape }) => Math.max(last, scrape), -1);
}

function isFolded(lines: readonly string[]): boolean {
  const looked = lines.slice(0, 50).filter(line => line.trim() !== '' && !line.startsWith('#'));
  return looked.length > 0 && looked.filter(line => FOLDED.test(line)).length >= looked.length * 0.5;
}

function tryBlock(lines: readonly string[], at: Place, read: EvidenceFormat | undefined): Found {
  const bytes = new TextEncoder().encode(`${lines.join('\n')}\n`);
  const format = recogniseEvidence(bytes);
  if (format === read) return {};
  const found = tryAs(bytes, format, at);
  // Any words with a number behind them are stacks to the reader of folded ones.
  return found.profiles?.[0]?.profile.format === 'folded' && !isFolded(lines) ? {} : found;
}

function tryAs(bytes: Uint8Array, format: EvidenceFormat, at: Place): Found {
  try {
    return readAs(bytes, format, at);
  } catch {
    return {}; // text that only looked like it
  }
}

/** @throws what readEvidence.ts throws */
function readAs(bytes: Uint8Array, format: EvidenceFormat, at: Place): Found {
  const evidence = readEvidence(bytes, format);
  const facts = factsOfEvidence(evidence, at);
  switch (evidence.kind) {
    case 'profile':
      return { ...facts, profiles: [{ ...evidence, profile: withKubeletDuration(evidence.profile), at }] };
    case 'calls':
      return { ...facts, calls: [{ ...evidence, at }] };
    case 'threads':
      return { ...facts, threads: [{ ...evidence, at }] };
    case 'cgroups':
      return { ...facts, cgroups: [{ ...evidence, at }] };
    case 'nodeFacts':
      return facts;
    default:
      return assertNever(evidence);
  }
}

/** The first that knows a fact has it. */
function joinFacts(all: readonly Partial<NodeFacts>[]): NodeFacts {
  const joined: Record<string, unknown> = { ...NO_FACTS };
  for (const facts of all)
    for (const [name, value] of Object.entries(facts)) if (value !== undefined) joined[name] ??= value;
  // uname says x86_64 of what Kubernetes, which most of the texts are of, calls amd64.
  joined['architecture'] =
    all.find(({ architecture }) => isGoName(architecture))?.architecture ?? joined['architecture'];
  return joined as unknown as NodeFacts;
}

function isGoName(architecture: string | undefined): boolean {
  return architecture === 'amd64' || architecture === 'arm64';
}
