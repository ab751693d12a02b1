/**
 * Cases: what was captured of one target around one moment. A capture says its case in capture.json; those that do not
 * (older ones, those made by hand) belong together where they are of one node and no more than 15 minutes lie between
 * them. Pure: from a list to groups.
 */
import type { StoredCapture } from './captureFolder.js';
import type { CaptureRecord } from './captureRecord.js';

/** Longest pause between two captures of one case, in milliseconds. */
export const CASE_PAUSE_MS = 15 * 60_000;

/** Whose captures belong together. */
export interface CaptureTarget {
  readonly context: string;
  readonly node: string;
}

type GoodCapture = Extract<StoredCapture, { kind: 'capture' }>;

export interface CaptureCase {
  /** Of its case in capture.json, else the folder of its first capture: the same as long as that one stays. */
  readonly id: string;
  readonly title: string | undefined;
  /** Newest first; at least one. */
  readonly captures: readonly GoodCapture[];
  /** When its first capture began and its last one began, RFC 3339. */
  readonly startedAt: string;
  readonly lastStartedAt: string;
}

export interface NodeCases {
  readonly context: string | undefined;
  /** '' for captures that name none. */
  readonly node: string;
  /** Newest first; at least one. */
  readonly cases: readonly CaptureCase[];
}

export interface GroupedCaptures {
  /** The node with the newest capture first. */
  readonly nodes: readonly NodeCases[];
  /** Folders whose record cannot be used belong to no case. */
  readonly invalid: readonly Extract<StoredCapture, { kind: 'invalid' }>[];
}

export function groupCaptures(captures: readonly StoredCapture[]): GroupedCaptures {
  const ofNode = new Map<string, [GoodCapture, ...GoodCapture[]]>();
  const invalid: Extract<StoredCapture, { kind: 'invalid' }>[] = [];
  for (const capture of captures)
    if (capture.kind === 'invalid') invalid.push(capture);
    else push(ofNode, targetKey(capture.record), capture);
  const nodes = [...ofNode.values()].map(group => nodeCases(group.sort(newestFirst)));
  return { nodes: nodes.sort((a, b) => startOfNode(b) - startOfNode(a)), invalid };
}

/** Undefined where no usable capture has this folder (absolute path). */
export function caseOfCapture(captures: readonly StoredCapture[], folder: string): CaptureCase | undefined {
  return groupCaptures(captures)
    .nodes.flatMap(({ cases }) => cases)
    .find(({ captures: own }) => own.some(capture => capture.folder === folder));
}

/** Whether a triage is judged with another capture, too: of its case and node. One under way counts when it is whole. */
export function isEvidenceFor(triage: CaptureRecord, other: CaptureRecord): boolean {
  return (
    other.state !== 'running' &&
    triage.case !== undefined &&
    other.case?.id === triage.case.id &&
    nodeOf(other) === nodeOf(triage)
  );
}

/**
 * What was captured last of a target, where no more than 15 minutes have passed since it ended. Imported ones do not
 * count: a new capture never joins a colleague's case, whatever time that one claims.
 */
export function latestCapture(
  captures: readonly StoredCapture[],
  target: CaptureTarget,
  nowMs: number,
): CaptureRecord | undefined {
  const [latest] = captures
    .filter(
      (capture): capture is GoodCapture =>
        capture.kind === 'capture' &&
        capture.record.imported === undefined &&
        targetKey(capture.record) === keyOf(target.context, target.node),
    )
    .sort(newestFirst);
  return latest === undefined || nowMs - endOf(latest) > CASE_PAUSE_MS ? undefined : latest.record;
}

function nodeCases(captures: readonly [GoodCapture, ...GoodCapture[]]): NodeCases {
  const byId = new Map<string, [GoodCapture, ...GoodCapture[]]>();
  const chains: [GoodCapture, ...GoodCapture[]][] = [];
  for (const capture of captures) {
    const { case: named } = capture.record;
    if (named !== undefined) push(byId, named.id, capture);
    else chain(chains, capture);
  }
  const cases = [...byId.values(), ...chains].map(caseOf);
  const [{ record }] = captures;
  return {
    context: record.context,
    node: nodeOf(record),
    cases: cases.sort((a, b) => Date.parse(b.lastStartedAt) - Date.parse(a.lastStartedAt)),
  };
}

/** Newest first: the chain at hand is the one that began right after this capture. */
function chain(chains: [GoodCapture, ...GoodCapture[]][], capture: GoodCapture): void {
  const last = chains.at(-1);
  const next = last?.at(-1);
  if (last !== undefined && next !== undefined && startOf(next) - endOf(capture) <= CASE_PAUSE_MS)
    last.push(capture);
  else chains.push([capture]);
}

/** `captures`: newest first, at least one. */
function caseOf(captures: readonly [GoodCapture, ...GoodCapture[]]): CaptureCase {
  const [newest] = captures;
  const first = captures.at(-1) ?? newest;
  const titled = captures.find(({ record }) => record.case?.title !== undefined);
  return {
    id: first.record.case?.id ?? first.folder,
    title: titled?.record.case?.title,
    captures,
    startedAt: first.record.startedAt,
    lastStartedAt: newest.record.startedAt,
  };
}

function nodeOf({ node, target }: CaptureRecord): string {
  return target?.node ?? node.name;
}

function targetKey(record: CaptureRecord): string {
  return keyOf(record.context, nodeOf(record));
}

/** JSON, as names may hold whatever separates. */
export function keyOf(context: string | undefined, node: string): string {
  return JSON.stringify([context ?? null, node]);
}

function push<K, V>(groups: Map<K, [V, ...V[]]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}

function newestFirst(a: GoodCapture, b: GoodCapture): number {
  return startOf(b) - startOf(a) || (a.folder < b.folder ? 1 : -1);
}

function startOf({ record }: GoodCapture): number {
  return Date.parse(record.startedAt);
}

function endOf({ record }: GoodCapture): number {
  return record.endedAt === undefined ? Date.parse(record.startedAt) : Date.parse(record.endedAt);
}

function startOfNode({ cases }: NodeCases): number {
  return Date.parse(cases[0]?.lastStartedAt ?? '');
}
