/**
 * capture.json as text: read tolerantly (people and shell scripts write it too), changed without losing fields that
 * this version does not know. docs/capture-format.md is the specification. No file system here.
 */
import { isDeeperThan } from '../base/jsonDepth.js';
import { TriageError } from '../base/errors.js';
import { CAPTURE_ENTRIES, OUTSIDE_TEXT } from '../base/limits.js';
import { captureIssue } from './captureIssues.js';
import {
  CAPTURE_SCHEMA,
  type CapturedCase,
  type CapturedFile,
  type CapturedFindings,
  type CapturedImport,
  type CapturedNode,
  type CapturedProcessCpu,
  type CapturedTrace,
  type CapturedTraceCost,
  type CaptureRecord,
  type CaptureState,
} from './captureRecord.js';
import type { ProfileTarget } from './profileTarget.js';

type Fields = Readonly<Record<string, unknown>>;

/** What a record takes from its folder where the text does not say. */
export interface CaptureDefaults {
  /** RFC 3339. */
  readonly startedAt: string;
  readonly files: readonly CapturedFile[];
}

/**
 * Throws `capture-invalid` for what is no JSON object, and for a schema newer than ours. Everything else is taken as
 * far as it has the right type: a missing or odd field is as good as unknown. Texts and lists are cut at their limits.
 */
export function parseCaptureRecord(text: string, file: string, defaults: CaptureDefaults): CaptureRecord {
  const fields = parseFields(text, file);
  const schema = fields['schema'] ?? CAPTURE_SCHEMA;
  if (typeof schema !== 'number' || !Number.isInteger(schema) || schema < 1)
    throw invalid(file, `"schema" is ${JSON.stringify(schema)}, not a number such as ${CAPTURE_SCHEMA}`);
  if (schema > CAPTURE_SCHEMA)
    throw invalid(
      file,
      `it has schema ${schema}; this version of the extension reads up to ${CAPTURE_SCHEMA}`,
    );
  const { files, ignored } = parseFiles(fields['files'], defaults.files);
  return {
    schema,
    title: nonEmpty(fields['title']),
    state: parseState(fields['state']),
    profile: nonEmpty(fields['profile']) ?? files[0]?.kind ?? 'cpu',
    context: nonEmpty(fields['context']),
    node: parseNode(fields['node']),
    target: parseTarget(fields['target']),
    case: parseCase(fields['case']),
    startedAt: parseTime(fields['startedAt']) ?? defaults.startedAt,
    endedAt: parseTime(fields['endedAt']),
    secondsPlanned: count(fields['secondsPlanned']),
    secondsCaptured: count(fields['secondsCaptured']),
    slicesPlanned: count(fields['slicesPlanned']),
    slicesDone: count(fields['slicesDone']),
    processCpu: parseProcessCpu(fields['processCpu']),
    trace: parseTrace(fields['trace']),
    traceCost: parseTraceCost(fields['traceCost']),
    findings: parseFindings(fields['findings']),
    imported: parseImport(fields['imported']),
    clockSkewSeconds: finite(fields['clockSkewSeconds']),
    files,
    issues: [...parseIssues(fields['issues']), ...ignored],
    writtenBy: nonEmpty(fields['writtenBy']),
  };
}

/** The text of a record, for people to read: two spaces, fields in the order of the type, a newline at the end. */
export function formatCaptureRecord(record: CaptureRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** The same text with another title (undefined: none), everything else kept. Throws `capture-invalid`. */
export function retitleCaptureText(text: string, file: string, title: string | undefined): string {
  const fields = parseFields(text, file);
  // JSON.stringify leaves an undefined field out.
  return formatFields({ ...fields, title }, file);
}

/** The same text in a case of that title (undefined: none). `id`: of the case; one that the text names already stays. */
export function retitleCaseText(
  text: string,
  file: string,
  { id, title }: { readonly id: string; readonly title: string | undefined },
): string {
  const fields = parseFields(text, file);
  const known = isFields(fields['case']) ? fields['case'] : {};
  return formatFields({ ...fields, case: { ...known, id: nonEmpty(known['id']) ?? id, title } }, file);
}

/** The same text, marked as imported. Throws `capture-invalid`, as {@link parseCaptureRecord} does. */
export function importedCaptureText(text: string, file: string, imported: CapturedImport): string {
  const unknownTime = { startedAt: new Date(0).toISOString(), files: [] };
  parseCaptureRecord(text, file, unknownTime);
  return formatFields({ ...parseFields(text, file), imported }, file);
}

/** What was read may be nested deeper than can be written. */
function formatFields(fields: Fields, file: string): string {
  try {
    return `${JSON.stringify(fields, undefined, 2)}\n`;
  } catch (error) {
    throw invalid(file, error instanceof Error ? error.message : String(error));
  }
}

/** Ours have four; fields of other versions are kept, and have some. */
const DEEPEST = 100;

function parseFields(text: string, file: string): Fields {
  if (isDeeperThan(text, DEEPEST)) throw invalid(file, `it is more than ${DEEPEST} levels deep`);
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw invalid(file, error instanceof Error ? error.message : String(error));
  }
  if (!isFields(value)) throw invalid(file, 'it holds no JSON object');
  return value;
}

function invalid(file: string, reason: string): TriageError {
  return new TriageError('capture-invalid', `${file} cannot be used: ${reason}.`, {
    facts: { file, reason },
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nonEmpty(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.slice(0, OUTSIDE_TEXT.line);
  return text.trim() === '' ? undefined : text;
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function count(value: unknown): number | undefined {
  const number = finite(value);
  return number !== undefined && number >= 0 ? number : undefined;
}

function parseTime(value: unknown): string | undefined {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

function parseState(value: unknown): CaptureState {
  return value === 'running' || value === 'stopped' || value === 'failed' ? value : 'complete';
}

/** A bare string is the name: what a shell script finds easiest to write. */
function parseNode(value: unknown): CapturedNode {
  if (!isFields(value)) return { name: nonEmpty(value) ?? '' };
  return {
    name: nonEmpty(value['name']) ?? '',
    kubeletVersion: nonEmpty(value['kubeletVersion']),
    kernelVersion: nonEmpty(value['kernelVersion']),
    osImage: nonEmpty(value['osImage']),
    containerRuntimeVersion: nonEmpty(value['containerRuntimeVersion']),
    architecture: nonEmpty(value['architecture']),
    operatingSystem: nonEmpty(value['operatingSystem']),
    goVersion: nonEmpty(value['goVersion']),
  };
}

/** A kind that this version does not know is as good as none: the node says the rest. */
function parseTarget(value: unknown): ProfileTarget | undefined {
  const node = isFields(value) && value['kind'] === 'kubelet' ? nonEmpty(value['node']) : undefined;
  return node === undefined ? undefined : { kind: 'kubelet', node };
}

function parseCase(value: unknown): CapturedCase | undefined {
  const id = isFields(value) ? nonEmpty(value['id']) : undefined;
  return isFields(value) && id !== undefined ? { id, title: nonEmpty(value['title']) } : undefined;
}

function parseFindings(value: unknown): CapturedFindings | undefined {
  return isFields(value) ? { slowestReadSeconds: count(value['slowestReadSeconds']) } : undefined;
}

function parseImport(value: unknown): CapturedImport | undefined {
  return isFields(value) ? { at: parseTime(value['at']), from: nonEmpty(value['from']) } : undefined;
}

function parseProcessCpu(value: unknown): CapturedProcessCpu | undefined {
  if (!isFields(value)) return undefined;
  const cpuSeconds = count(value['cpuSeconds']);
  const windowSeconds = count(value['windowSeconds']);
  // Cores are the quotient: a window of nothing gives none.
  if (cpuSeconds === undefined || windowSeconds === undefined || windowSeconds === 0) return undefined;
  return { cpuSeconds, windowSeconds };
}

function parseTrace(value: unknown): CapturedTrace | undefined {
  if (!isFields(value)) return undefined;
  const engine = value['engine'];
  if (engine !== 'kernel' && engine !== 'strace') return undefined;
  return {
    engine,
    straceVersion: nonEmpty(value['straceVersion']),
    straceOrigin: parseOrigin(value['straceOrigin']),
    straceSha256: nonEmpty(value['straceSha256']),
    threadsExisting: count(value['threadsExisting']),
    threadsTraced: count(value['threadsTraced']),
    lostEvents: count(value['lostEvents']),
  };
}

function parseOrigin(value: unknown): CapturedTrace['straceOrigin'] {
  return value === 'uploaded' || value === 'image' || value === 'node' ? value : undefined;
}

/** The three numbers of CPU belong together: one alone says nothing. */
function parseTraceCost(value: unknown): CapturedTraceCost | undefined {
  if (!isFields(value)) return undefined;
  const cpuBefore = count(value['cpuBefore']);
  const cpuDuring = count(value['cpuDuring']);
  const cpuAfter = count(value['cpuAfter']);
  if (cpuBefore === undefined || cpuDuring === undefined || cpuAfter === undefined) return undefined;
  return {
    cpuBefore,
    cpuDuring,
    cpuAfter,
    relistSecondsUsual: count(value['relistSecondsUsual']),
    relistSecondsDuring: count(value['relistSecondsDuring']),
    cgroupSecondsUsual: count(value['cgroupSecondsUsual']),
    cgroupSecondsDuring: count(value['cgroupSecondsDuring']),
  };
}

function parseIssues(value: unknown): readonly string[] {
  const issues: readonly unknown[] = Array.isArray(value) ? value : [value];
  return issues
    .slice(0, CAPTURE_ENTRIES.listed)
    .filter(issue => typeof issue === 'string')
    .map(issue => issue.slice(0, OUTSIDE_TEXT.sentence));
}

/** Entries are `{ name, kind }` or bare names. A name that leaves the folder is not followed. */
function parseFiles(
  value: unknown,
  found: readonly CapturedFile[],
): { readonly files: readonly CapturedFile[]; readonly ignored: readonly string[] } {
  if (!Array.isArray(value) || value.length === 0) return { files: found, ignored: [] };
  const files: CapturedFile[] = [];
  const ignored: string[] = [];
  for (const entry of (value as readonly unknown[]).slice(0, CAPTURE_ENTRIES.listed)) {
    const name = nonEmpty(isFields(entry) ? entry['name'] : entry);
    if (name === undefined) continue;
    if (/[/\\\0]/.test(name) || name === '.' || name === '..')
      ignored.push(captureIssue('fileIgnored', name));
    else files.push({ name, kind: (isFields(entry) && nonEmpty(entry['kind'])) || kindOfFile(name) });
  }
  return { files, ignored };
}

/** What a file holds by its name: the part before the first dot (`cpu.pb.gz` is `cpu`). */
export function kindOfFile(name: string): string {
  return name.split('.', 1)[0] || name;
}
