/**
 * What debug pods answer in the replay cluster: jobs end at once and leave the files that the same job left on a real
 * node (test/fixtures/pod/jobs/NAME), and those are fetched as they would be. Speaks the protocol of
 * src/debugpod/jobScripts.ts and uploadScripts.ts, by the scripts' names; what single commands print is in test/fixtures/pod.
 */
import { createHash } from 'node:crypto';
import {
  commandName,
  commandValues,
  type ExecAnswer,
  type ExecResponder,
  type ExecStdin,
  type ExecTarget,
} from '../../support/execResponder.js';
import type { Recordings } from './recordings.js';

/** jobScripts.ts: there is no job, or no file, of that name. */
const STATUS_NO_SUCH_JOB = 76;
/** uploadScripts.ts: it is not what was sent. */
const STATUS_DAMAGED = 77;
/** Names that the recordings were made under; a replayed node has its own. */
const RECORDED_NODE = /\bnode1\b/g;

type Answerer = (
  recordings: Recordings,
  values: readonly string[],
  target: ExecTarget,
) => ExecAnswer | Promise<ExecAnswer>;

const nothing: Answerer = () => ({});

/** By the scripts' names. */
const ANSWERERS: Readonly<Record<string, Answerer>> = {
  'node-triage-job-start': nothing,
  'node-triage-job-end': nothing,
  'node-triage-heartbeat': nothing,
  'node-triage-upload-check': nothing,
  'node-triage-job-wait': (recordings, [, job = '']) => jobEnd(recordings, job),
  'node-triage-fetch': (recordings, [, job = '', file = '']) => fetched(recordings, job, file),
  'node-triage-upload': (_, values, { stdin }) => uploaded(values, stdin),
  'node-triage-probe-strace': probed,
  'node-triage-find-kubelet': (recordings, _, { node = 'node1' }) => ({
    stdout: recordings.text('pod/node-triage-find-kubelet.txt').replaceAll(RECORDED_NODE, node),
  }),
};

export function answerRecordedJobs(recordings: Recordings): ExecResponder {
  return (argv, target) => ANSWERERS[commandName(argv)]?.(recordings, commandValues(argv), target);
}

function jobEnd(recordings: Recordings, job: string): ExecAnswer {
  const stdout = recordings.find(`pod/jobs/${job}/stdout.txt`);
  if (stdout === undefined) return { exitCode: STATUS_NO_SUCH_JOB };
  const files = recordings.list(`pod/jobs/${job}/files`);
  const lines = files.map(({ name, bytes }) => `${bytes} ${name}\n`);
  const head = `0 ${stdout.length} 0 ${files.length}\n${lines.join('')}`;
  return { stdout: Buffer.concat([Buffer.from(head), stdout]) };
}

function fetched(recordings: Recordings, job: string, file: string): ExecAnswer {
  const bytes = recordings.find(`pod/jobs/${job}/files/${file}`);
  if (bytes === undefined) return { exitCode: STATUS_NO_SUCH_JOB };
  const sum = createHash('sha256').update(bytes).digest('hex');
  return { stdout: bytes, stderr: `${bytes.length} sha256 ${sum}\n` };
}

/** Nothing is kept: only what came is compared. */
async function uploaded(values: readonly string[], stdin: ExecStdin | undefined): Promise<ExecAnswer> {
  const [, , count = '0', wanted] = values;
  const bytes = (await stdin?.read(Number(count))) ?? Buffer.of();
  const sum = createHash('sha256').update(bytes).digest('hex');
  return { stdout: `${bytes.length} sha256 ${sum}\n`, exitCode: sum === wanted ? 0 : STATUS_DAMAGED };
}

/** The first path that is asked for is the recorded strace. */
function probed(recordings: Recordings, [path]: readonly string[]): ExecAnswer {
  const recorded = recordings.text('pod/node-triage-probe-strace.txt');
  return { stdout: path === undefined ? recorded : recorded.replace(/^tool .*$/m, () => `tool - ${path}`) };
}
