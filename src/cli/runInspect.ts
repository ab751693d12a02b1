/**
 * What a profile, a log of system calls, samples of threads or a cgroup check says, as one object, by the same code that
 * the editor runs. Errors are objects too. Reads the command line and the file; prints nothing.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { assertNever } from '../base/assertNever.js';
import { describeError } from '../base/errors.js';
import { formatSentence } from '../base/sentence.js';
import type { Evidence } from '../evidence/model.js';
import { readEvidence } from '../evidence/readEvidence.js';
import { recogniseEvidence } from '../evidence/recogniseEvidence.js';
import { buildCallTree } from '../profile/callTree.js';
import { buildFlatTable, type FlatTable } from '../profile/flatTable.js';
import type { Profile } from '../profile/model.js';
import { findKubeletCpu, tellsKubeletCpu } from '../material/kubeletCpu.js';
import { StringReader } from '../profile/packedStrings.js';
import { summarizeProfile } from '../profile/summary.js';
import { readCaseFiles } from '../worker/node/caseFolders.js';
import { inflateProfile, readFileOrPipe } from '../worker/node/readFile.js';
import { captureBeside } from './captureBeside.js';
import { inspectFrames } from './frames.js';
import { inspectCalls } from './inspectCalls.js';
import { inspectNodeFacts } from './inspectNodeFacts.js';
import { inspectCgroups, inspectThreads } from './inspectSamples.js';
import { inspectTriage } from './inspectTriage.js';
import { UsageError } from './usageError.js';

const USAGE = 'Usage: npm run -s inspect -- --json [--sample-type TYPE] FILE';
const ROWS = 20;
const MAX_BYTES = 512 * 1024 * 1024;
const EXIT_FAILED = 2;

interface Row {
  readonly name: string;
  readonly value: number;
}

export interface InspectOutcome {
  /** The facts of the file, with those of its capture where one lies beside it; or `{ error: { code, message } }`. */
  readonly output: unknown;
  /** 0, or 2 where there is an error. */
  readonly exitCode: number;
  /** Printed in place of the object. */
  readonly text?: string;
}

/** `args`: the command line behind the program's name. Never throws. */
export function runInspect(args: readonly string[]): InspectOutcome {
  if (args.some(argument => /^--frames(?:=|$)/.test(argument))) return inspectFrames(args);
  try {
    if (args.some(argument => /^--triage(?:=|$)/.test(argument))) {
      const triage = inspectTriage(args);
      return 'text' in triage
        ? { output: undefined, text: triage.text, exitCode: 0 }
        : { output: triage.json, exitCode: 0 };
    }
    const { file, sampleType } = parseCommandLine(args);
    const raw = inflateProfile(readFileOrPipe(file, MAX_BYTES), MAX_BYTES);
    const format = recogniseEvidence(raw);
    // As the editor does it: what lies beside a check says whether it explains the kubelet's CPU.
    const kubeletCpu =
      format === 'cgroups'
        ? findKubeletCpu(readCaseFiles(path.dirname(file), tellsKubeletCpu).files)
        : undefined;
    const evidence = readEvidence(raw, format, undefined, kubeletCpu);
    const facts = inspectEvidence(evidence, sampleType);
    const capture = captureBeside(file);
    return { output: capture === undefined ? facts : { ...facts, capture }, exitCode: 0 };
  } catch (error) {
    const { code, message } =
      error instanceof UsageError ? { code: 'usage', message: error.message } : describeError(error);
    return { output: { error: { code, message } }, exitCode: EXIT_FAILED };
  }
}

function parseCommandLine(args: readonly string[]): { file: string; sampleType: string | undefined } {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, 'sample-type': { type: 'string' } },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}. ${USAGE}`);
  }
  const [file, ...more] = parsed.positionals;
  if (file === undefined || file === '') throw new UsageError(`No file is named. ${USAGE}`);
  if (more.length > 0) throw new UsageError(`One file at a time, not ${more.length + 1}. ${USAGE}`);
  return { file, sampleType: parsed.values['sample-type'] };
}

function inspectEvidence(evidence: Evidence, sampleType: string | undefined): object {
  switch (evidence.kind) {
    case 'profile':
      return inspectProfile(evidence.profile, sampleType);
    case 'calls':
      return inspectCalls(evidence);
    case 'threads':
      return inspectThreads(evidence);
    case 'cgroups':
      return inspectCgroups(evidence);
    case 'nodeFacts':
      return inspectNodeFacts(evidence);
    default:
      return assertNever(evidence);
  }
}

function inspectProfile(profile: Profile, wantedType: string | undefined): object {
  const summary = summarizeProfile(profile);
  const { sampleTypes } = summary;
  const type =
    wantedType === undefined
      ? summary.defaultSampleType
      : sampleTypes.findIndex(({ type: name }) => name === wantedType);
  if (type === -1) {
    const known = sampleTypes.map(sampleType => sampleType.type).join(', ');
    throw new UsageError(`The profile has no sample type "${wantedType}"; it has ${known}.`);
  }
  const names = new StringReader(profile.strings);
  const table = buildFlatTable(buildCallTree(profile), profile.functions, type);
  return {
    format: summary.format,
    sampleTypes: sampleTypes.map((sampleType, index) => ({ ...sampleType, total: summary.totals[index] })),
    defaultSampleType: sampleTypes[summary.defaultSampleType]?.type,
    samples: summary.sampleCount,
    functions: new Set(profile.functions.name).size,
    durationNanos: summary.durationNanos,
    topFlat: topRows(table, table.flat, names),
    topCum: topRows(table, table.cum, names),
    warnings: summary.warnings.map(formatSentence),
  };
}

/**
 * The largest first, whichever sign (a difference of two profiles has both; `go tool pprof -top` orders so, too), equal
 * ones by name in the order of their UTF-16 units (the same on every machine).
 */
function topRows(table: FlatTable, column: Float64Array, names: StringReader): Row[] {
  const rows = table.name.map((name, row) => ({ name: names.get(name), value: column[row] ?? 0 }));
  rows.sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.name < b.name ? -1 : 1));
  return rows.slice(0, ROWS);
}
