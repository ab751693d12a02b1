/**
 * `inspect --frames FILE`: every function of a profile with its source and the kernel function behind it, as one JSON
 * object. Reading the command line, the file and the capture beside it; the mapping is src/sources.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describeError } from '../base/errors.js';
import { FILE_BYTES } from '../base/limits.js';
import { parseCaptureRecord } from '../capture/captureJson.js';
import { CAPTURE_FILE } from '../capture/captureRecord.js';
import { readEvidence } from '../evidence/readEvidence.js';
import { readRegularFileSync } from '../files/regularFile.js';
import type { Profile } from '../profile/model.js';
import type { Confidence, FrameLinks, SourceFacts } from '../sources/frame/frame.js';
import { parseKernelRelease } from '../sources/kernel/kernelRelease.js';
import { parseKubernetesBuild } from '../sources/go/kubernetesBuild.js';
import { completeFacts, factsOfComments, factsOfFrames } from '../sources/profileFacts.js';
import { describeReason } from '../sources/frame/reason.js';
import { resolveFrame } from '../sources/resolveFrame.js';
import { inflateProfile, readFileOrPipe } from '../worker/node/readFile.js';
import { listFunctionRows, type FunctionRow } from './functionRows.js';
import { UsageError } from './usageError.js';

export const FRAMES_USAGE =
  'Usage: npm run -s inspect -- --frames FILE [--kubelet VERSION] [--kernel RELEASE] [--go VERSION] ' +
  '[--sample-type TYPE] --json';
const MAX_BYTES = 512 * 1024 * 1024;

/** One function in one file. `url` is absent only with a `reason`. */
export interface FrameReport {
  readonly function: string;
  readonly file: string;
  /** The line most of its time was spent on, or below; 0 where the profile has none. */
  readonly line: number;
  /** In the sample type's unit; a sample counts once. */
  readonly cum: number;
  readonly repository?: string;
  readonly revision?: string;
  readonly url?: string;
  readonly kernelUrl?: string;
  readonly confidence: Confidence;
  readonly reason?: string;
}

/** What the process prints and ends with. */
export interface FramesOutcome {
  readonly exitCode: 0 | 2;
  readonly output:
    | { readonly frames: readonly FrameReport[] }
    | { readonly error: { readonly code: string; readonly message: string } };
}

/** @param args the whole command line after `inspect --` */
export function inspectFrames(args: readonly string[]): FramesOutcome {
  try {
    const { file, stated, sampleType } = parseCommandLine(args);
    const raw = inflateProfile(readFileOrPipe(file, MAX_BYTES), MAX_BYTES);
    const { profile } = readEvidence(raw, 'profile');
    const rows = listFunctionRows(profile, sampleTypeIndex(profile, sampleType));
    const facts = completeFacts(stated, completeFacts(factsOfCapture(file), factsOfProfile(profile, rows)));
    const frames = rows.map(row => reportRow(row, resolveFrame({ ...row, function: row.name }, facts)));
    return { exitCode: 0, output: { frames } };
  } catch (error) {
    const { code, message } =
      error instanceof UsageError ? { code: 'usage', message: error.message } : describeError(error);
    return { exitCode: 2, output: { error: { code, message } } };
  }
}

interface CommandLine {
  readonly file: string;
  readonly stated: SourceFacts;
  readonly sampleType: string | undefined;
}

function parseCommandLine(args: readonly string[]): CommandLine {
  const text = { type: 'string' } as const;
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      options: {
        frames: text,
        kubelet: text,
        kernel: text,
        go: text,
        'sample-type': text,
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}. ${FRAMES_USAGE}`);
  }
  const { frames, kubelet, kernel, go, 'sample-type': sampleType } = parsed.values;
  if (frames === undefined || frames === '') throw new UsageError(`No file is named. ${FRAMES_USAGE}`);
  refuse('--kubelet', kubelet, 'v1.18.8', text => parseKubernetesBuild(text) !== undefined);
  refuse('--kernel', kernel, '4.4.227-1.el7.elrepo.x86_64', text => parseKernelRelease(text) !== undefined);
  refuse('--go', go, 'go1.22.5', text => /^go1\.\d+/.test(text));
  const stated = { kubeletVersion: kubelet, kernelVersion: kernel, goVersion: go };
  return { file: frames, stated, sampleType };
}

/** A version that cannot be read must not look like one that was not given. */
function refuse(
  option: string,
  value: string | undefined,
  example: string,
  isReadable: (text: string) => boolean,
): void {
  if (value === undefined || isReadable(value)) return;
  throw new UsageError(`${option} ${value} is no version such as ${example}. ${FRAMES_USAGE}`);
}

function sampleTypeIndex(profile: Profile, wanted: string | undefined): number {
  if (wanted === undefined) return profile.defaultSampleType;
  const type = profile.sampleTypes.findIndex(sampleType => sampleType.type === wanted);
  if (type >= 0) return type;
  const known = profile.sampleTypes.map(sampleType => sampleType.type).join(', ');
  throw new UsageError(`The profile has no sample type "${wanted}"; it has ${known}.`);
}

function factsOfProfile(profile: Profile, rows: readonly FunctionRow[]): SourceFacts {
  const ofFrames = factsOfFrames(rows.map(({ name, file, module }) => ({ function: name, file, module })));
  return completeFacts(factsOfComments(profile.comments), ofFrames);
}

/** What the capture.json beside the profile says of the node. */
function factsOfCapture(file: string): SourceFacts {
  const record = path.join(path.dirname(file), CAPTURE_FILE);
  if (!existsSync(record)) return {};
  const defaults = { startedAt: '', files: [] };
  const rules = { maxBytes: FILE_BYTES.record, links: 'refuse' } as const;
  const text = new TextDecoder().decode(readRegularFileSync(record, rules));
  const { node } = parseCaptureRecord(text, record, defaults);
  const { kubeletVersion, kernelVersion, goVersion, architecture } = node;
  return { kubeletVersion, kernelVersion, goVersion, architecture };
}

function reportRow(row: FunctionRow, links: FrameLinks): FrameReport {
  const { source, kernel, confidence } = links;
  // The kernel's doubts are told with the kernel's link; a kernel frame has told them already.
  const doubts = new Set([...links.reasons, ...(kernel?.reasons ?? [])].map(describeReason));
  return {
    function: row.name,
    file: row.file,
    line: row.line,
    cum: row.cum,
    ...(source && { repository: source.repository, revision: source.revision, url: source.url }),
    ...(kernel && { kernelUrl: kernel.url }),
    confidence,
    ...(doubts.size > 0 && { reason: [...doubts].join(' ') }),
  };
}
