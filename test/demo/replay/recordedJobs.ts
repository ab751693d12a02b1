/**
 * What debug pods answer in the replay cluster: jobs end at once and leave the files that the same job left on a real
 * node (test/fixtures/pod/jobs/NAME), and those are fetched as they would be. Speaks the protocol of
 * src/debugpod/jobScripts.ts, by the scripts' names; what single commands print is in test/fixtures/pod.
 */
import { createHash } from 'node:crypto';
import {
  commandName,
  commandValues,
  type ExecAnswer,
  type ExecResponder,
} from '../../support/execResponder.js';
import type { Recordings } from './recordings.js';

/** jobScripts.ts: there is no job, or no file, of that name. */
const STATUS_NO_SUCH_JOB = 76;
/** Names that the recordings were made under; a replayed node has its own. */
const RECORDED_NODE = /\bnode1\b/g;

export function answerRecordedJobs(recordings: Recordings): ExecResponder {
  return (argv, target) => {
    const [, job = '', file = ''] = commandValues(argv);
    switch (commandName(argv)) {
      case 'node-triage-job-start':
      case 'node-triage-job-end':
      case 'node-triage-heartbeat':
        return {};
      case 'node-triage-job-wait':
        return jobEnd(recordings, job);
      case 'node-triage-fetch':
        return fetched(recordings, job, file);
      case 'node-triage-find-kubelet':
        return {
          stdout: recordings
            .text('pod/node-triage-find-kubelet.txt')
            .replaceAll(RECORDED_NODE, target.node ?? 'node1'),
        };
      default:
        return undefined;
    }
  };
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
