/**
 * What is fed: every way by which bytes from outside become something that is shown. Each resolves or rejects with a
 * TriageError; anything else is a fault, as is a file that is told to be one editor's and refused by it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isTriageError } from '../../src/base/errors.js';
import { importBundle } from '../../src/bundle/bundles.js';
import { parseCaptureRecord } from '../../src/capture/captureJson.js';
import { systemClock } from '../../src/capture/clock.js';
import { runInspect } from '../../src/cli/runInspect.js';
import { clusterAccess } from '../../src/cluster/connect.js';
import { decodeIntent } from '../../src/debugpod/intentJson.js';
import { collectMaterial } from '../../src/material/collect.js';
import { parseTriageManifest } from '../../src/material/triageManifest.js';
import { parseRemedy } from '../../src/remedy/remedyJson.js';
import { triageMarkdown } from '../../src/report/triageExport/triageMarkdown.js';
import { reportTriage } from '../../src/report/triageReport.js';
import { judge } from '../../src/triage/judge.js';
import { RULES } from '../../src/triage/ruleTable.js';
import { createJobs } from '../../src/worker/runJob.js';
import { nodeHost } from '../../src/worker/node/nodeHost.js';

export interface Target {
  readonly name: string;
  /** Seeds that it begins with, by their names. */
  readonly takes: RegExp;
  readonly run: (bytes: Uint8Array, others: readonly Uint8Array[]) => Promise<void>;
}

const LIMITS = { maxBytes: 64 * 1024 * 1024 };
const EVIDENCE = /^(?:profiles|stacks|strace|ktrace|threads|cases|pod)\//u;
const ANY = /./u;

const runJob = createJobs(nodeHost);
type Job = Parameters<typeof runJob>[0];
const quiet = (): void => undefined;

async function job(kind: Job['kind'], bytes: Uint8Array): Promise<string | undefined> {
  const source = { kind: 'bytes', name: 'mutant', bytes } as const;
  const more = { limits: LIMITS, sampleType: 0, maxRows: 100 };
  try {
    await runJob({ kind, source, ...more } as unknown as Job, quiet);
    return undefined;
  } catch (error) {
    if (!isTriageError(error) || error.code === 'internal') throw error;
    return error.code;
  }
}

/** What no reader is to be asked again after: the error of a reader of our own. */
async function refused(read: () => unknown): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!isTriageError(error) || error.code === 'internal') throw error;
  }
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'node-triage-fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

function written(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export const TARGETS: readonly Target[] = [
  {
    name: 'editors',
    takes: EVIDENCE,
    async run(bytes) {
      const source = { kind: 'bytes', name: 'mutant', bytes } as const;
      let editor: unknown;
      await refused(async () => {
        editor = await runJob({ kind: 'recognise', source, limits: LIMITS }, quiet);
      });
      const codes = { profile: await job('decode', bytes), report: await job('report', bytes) };
      if ((editor === 'profile' || editor === 'report') && codes[editor] === 'format-other-editor')
        throw new Error(`told to be the ${editor} editor's, and refused by it as another's`);
      if (codes.profile === undefined) {
        await job('listHot', bytes);
        await job('exportFolded', bytes);
      }
    },
  },
  {
    name: 'samples',
    takes: /threads|pod\/jobs\/threads/u,
    async run(bytes) {
      await job('foldSamples', bytes);
    },
  },
  {
    name: 'inspect',
    takes: EVIDENCE,
    run(bytes) {
      const { output } = runInspect(['--json', written('mutant', bytes)]);
      const text = JSON.stringify(output);
      if (/^\{"error":\{"code":"internal"/u.test(text)) throw new Error(text.slice(0, 500));
      return Promise.resolve();
    },
  },
  {
    name: 'triage',
    takes: ANY,
    run(bytes, others) {
      const files = [bytes, ...others.slice(0, 2)].map((each, index) => ({
        name: `mutant-${index}`,
        bytes: each,
      }));
      const evidence = collectMaterial(files);
      const report = reportTriage({ steps: [] }, evidence, judge(evidence, RULES));
      triageMarkdown(report);
      JSON.stringify(report);
      return Promise.resolve();
    },
  },
  {
    name: 'kubeconfig',
    takes: /^kubeconfigs\/odd\//u,
    run: bytes =>
      refused(async () => {
        const setting = written('kubeconfig', bytes);
        const location = { setting, environment: {}, homeDirectory: folder };
        const { contexts } = await clusterAccess.readKubeconfig(location);
        for (const { name } of contexts.slice(0, 5))
          await refused(async () => {
            (await clusterAccess.connect(location, name, { debug: quiet, warn: quiet })).dispose();
          });
      }),
  },
  {
    name: 'records',
    takes: /\.json$/u,
    async run(bytes) {
      const text = textOf(bytes);
      const defaults = { startedAt: '2026-11-27T00:00:00Z', files: [] };
      await refused(() => parseCaptureRecord(text, '/captures/x/capture.json', defaults));
      await refused(() => parseTriageManifest(text));
      await refused(() => parseRemedy(text));
      await refused(() => decodeIntent(text));
    },
  },
  {
    name: 'bundle',
    takes: /\.zip$|\.gz$/u,
    run: bytes =>
      refused(() =>
        importBundle(
          {
            source: { kind: 'bytes', name: 'mutant.zip', bytes },
            root: path.join(folder, 'captures'),
            clock: systemClock,
          },
          new AbortController().signal,
          quiet,
        ),
      ),
  },
];
