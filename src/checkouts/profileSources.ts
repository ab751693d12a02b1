/**
 * What documents, code lenses and the page ask about a profile's functions: their costs, the versions they were built
 * from, their links. Costs are decoded once a state of the file; links are made when asked for.
 */
import type { CaptureRecord } from '../capture/captureRecord.js';
import type { HotFunction } from '../profile/hotFunctions.js';
import type { FrameLinks, SourceFacts } from '../sources/frame/frame.js';
import type { SourceTemplates } from '../sources/frame/frameUrl.js';
import { completeFacts, factsOfComments, factsOfFrames } from '../sources/profileFacts.js';
import { resolveFrame } from '../sources/resolveFrame.js';
import type { HotProfile, ProfileDecoder, ProfileSource } from '../worker/workerPorts.js';

/** More functions than any binary's profile has hot ones. */
const MAX_ROWS = 20_000;

export interface ProfileSourcesDeps {
  readonly decoder: Pick<ProfileDecoder, 'listHot'>;
  readonly maxBytes: () => number;
  readonly templates: () => SourceTemplates;
}

/** An open file: what of it is needed here, so that no editor is. */
export interface OpenedProfile {
  /** Counts the states of the file. */
  readonly state: number;
  readonly onDidClose: (listener: () => void) => { dispose(): void };
  source(maxBytes: number): Promise<ProfileSource>;
  capture(): Promise<CaptureRecord | undefined>;
}

/** A profile as it was when it was asked for. */
export interface SourcedProfile {
  readonly hot: HotProfile;
  readonly record: CaptureRecord | undefined;
  /** Stated by the capture, completed by what the profile's own names say. */
  readonly facts: SourceFacts;
  links(row: HotFunction): FrameLinks;
  /** Functions are known by name and file. */
  find(name: string, file: string): HotFunction | undefined;
}

interface Counted {
  readonly hot: HotProfile;
  readonly facts: SourceFacts;
  readonly rows: ReadonlyMap<string, HotFunction>;
}

export class ProfileSources {
  private readonly counted = new WeakMap<
    OpenedProfile,
    { readonly state: number; readonly counting: Promise<Counted> }
  >();

  constructor(private readonly deps: ProfileSourcesDeps) {}

  /** Rejects with TriageError where the file cannot be read. */
  async load(document: OpenedProfile): Promise<SourcedProfile> {
    const [{ hot, facts: ofProfile, rows }, record] = await Promise.all([
      this.count(document),
      document.capture(),
    ]);
    const facts = completeFacts(factsOfRecord(record), ofProfile);
    const templates = this.deps.templates();
    return {
      hot,
      record,
      facts,
      links: row => resolveFrame(frameOf(row), facts, templates),
      find: (name, file) => rows.get(keyOf(name, file)),
    };
  }

  private count(document: OpenedProfile): Promise<Counted> {
    const known = this.counted.get(document);
    if (known?.state === document.state) return known.counting;
    const counting = this.read(document);
    const entry = { state: document.state, counting };
    this.counted.set(document, entry);
    // A file that could not be read may be readable the next time.
    counting.catch(() => {
      if (this.counted.get(document) === entry) this.counted.delete(document);
    });
    return counting;
  }

  private async read(document: OpenedProfile): Promise<Counted> {
    const closed = new AbortController();
    const closing = document.onDidClose(() => closed.abort());
    try {
      const limits = { maxBytes: this.deps.maxBytes() };
      const source = await document.source(limits.maxBytes);
      const hot = await this.deps.decoder.listHot(source, MAX_ROWS, limits, closed.signal);
      const all = hot.functions.rows;
      const ofFrames = factsOfFrames(all.map(row => ({ function: row.name, ...row })));
      return {
        hot,
        facts: completeFacts(factsOfComments(hot.summary.comments), ofFrames),
        rows: new Map(all.map(row => [keyOf(row.name, row.file), row])),
      };
    } finally {
      closing.dispose();
    }
  }
}

function keyOf(name: string, file: string): string {
  return `${name}\n${file}`;
}

function frameOf(row: HotFunction): Parameters<typeof resolveFrame>[0] {
  const { name, file, module, startLine, lines } = row;
  return { function: name, file, module, startLine, line: lines[0]?.line ?? 0 };
}

/** What a capture says of the node and its builds. */
export function factsOfRecord(record: CaptureRecord | undefined): SourceFacts {
  if (record === undefined) return {};
  const { kubeletVersion, kernelVersion, goVersion, architecture } = record.node;
  return { kubeletVersion, kernelVersion, goVersion, architecture };
}
