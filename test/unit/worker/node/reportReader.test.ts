import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type {
  ProfileDecoder,
  ReportPhase,
  ReportReader,
  SampleReader,
} from '../../../../src/worker/workerPorts.js';
import { createProfileDecoder } from '../../../../src/worker/node/profileDecoder.js';
import { bundleEntry, type Bundle } from '../../../support/bundle.js';
import { FIXTURES } from '../../../support/fixtures.js';

const limits = { maxBytes: 64 * 1024 * 1024 };
const never = () => new AbortController().signal;
const file = (...parts: string[]) => ({ kind: 'file', path: path.join(FIXTURES, ...parts) }) as const;
const bytes = (text: string) =>
  ({ kind: 'bytes', name: 'x', bytes: new TextEncoder().encode(text) }) as const;
const kernelTrace = file('ktrace', 'kubelet-hot.txt.gz');
const profile = file('profiles', 'cpu-idle-30s.pb.gz');

let bundle: Bundle;
let folder: string;
let reader: ProfileDecoder & ReportReader & SampleReader;

beforeAll(() => {
  bundle = bundleEntry('src/worker/node/decodeWorker.ts');
  folder = mkdtempSync(path.join(tmpdir(), 'report-reader-'));
});
afterAll(() => {
  bundle.remove();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  reader.dispose();
});

describe('folding thread samples', () => {
  const samples = file('pod', 'jobs', 'threads', 'files', 'threads.samples.txt.gz');

  it('gives the file inflated, its stacks, and what they say, from its thread', async () => {
    reader = createProfileDecoder(bundle.file);
    const stored = new Uint8Array(readFileSync(samples.path));
    const source = { kind: 'bytes', name: 'threads.samples.txt.gz', bytes: stored } as const;
    const { raw, folded, report } = await reader.foldSamples(source, limits, never());
    expect(Buffer.from(raw).equals(gunzipSync(stored))).toBe(true);
    // Looked up in the file: its head, and 50 lines `# round: N`.
    expect(report.facts).toMatchObject({ pid: 114, command: 'kubelet', rounds: 50, isWhole: true });
    const weights = new TextDecoder()
      .decode(folded)
      .trimEnd()
      .split('\n')
      .map(line => Number(line.slice(line.lastIndexOf(' ') + 1)));
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(report.total.samples);
    expect(report.verdict[0]).toMatchObject({ id: 'node-cpu-short', weight: 'look' });
  });

  it('takes what is no file of samples for what it is', async () => {
    reader = createProfileDecoder(bundle.file);
    await expect(reader.foldSamples(profile, limits, never())).rejects.toMatchObject({
      name: 'TriageError',
    });
  });
});

describe('reading a report', () => {
  it('inflates, recognises, parses and counts in its thread, and tells so', async () => {
    reader = createProfileDecoder(bundle.file);
    const phases: ReportPhase[] = [];
    const report = await reader.readReport(kernelTrace, limits, never(), phase => phases.push(phase));
    expect(phases).toEqual(['reading', 'inflating', 'parsing', 'counting']);
    expect(report).toMatchObject({ kind: 'calls', engine: 'kernel', lost: 212_588 });
  });

  it('stops when it is cancelled, and reads the next', async () => {
    reader = createProfileDecoder(bundle.file);
    const line = '1 read(3, "", 1) = 1 <0.000400>\n';
    const stop = new AbortController();
    const long = reader.readReport(bytes(line.repeat(1_000_000)), limits, stop.signal, () => stop.abort());
    await expect(long).rejects.toMatchObject({ code: 'cancelled' });
    const next = await reader.readReport(bytes(line), limits, never());
    expect(next).toMatchObject({ calls: 1 });
  });

  it('refuses what is too large, profiles, and unknown files', async () => {
    reader = createProfileDecoder(bundle.file);
    const codeOf = (source: Parameters<ReportReader['readReport']>[0], maxBytes = limits.maxBytes) =>
      reader.readReport(source, { maxBytes }, never()).catch((error: unknown) => error);
    expect(await codeOf(kernelTrace, 1_000_000)).toMatchObject({ code: 'file-too-large' });
    expect(await codeOf(profile)).toMatchObject({
      code: 'format-other-editor',
      facts: { editor: 'profile', what: 'pprof' },
    });
    expect(await codeOf(file('profiles', 'trace-5s.out'))).toMatchObject({ code: 'format-other-tool' });
    expect(await codeOf(bytes('Dear diary'))).toMatchObject({
      code: 'format-unknown',
      facts: { wanted: 'report' },
    });
    expect(await codeOf(bytes(''))).toMatchObject({ code: 'file-empty' });
  });
});

it('a trace given as a profile is for the other editor, not read as one', async () => {
  reader = createProfileDecoder(bundle.file);
  // Every line ends in a number, as folded stacks do.
  const looksFolded = bytes('1 futex(0x1, FUTEX_WAKE_PRIVATE, 1) = 1\n');
  for (const source of [kernelTrace, looksFolded])
    await expect(reader.decode(source, limits, never())).rejects.toMatchObject({
      code: 'format-other-editor',
      facts: { editor: 'report' },
    });
});

describe('recognising', () => {
  it('looks at the beginning only: a gzip that is cut off tells enough', async () => {
    reader = createProfileDecoder(bundle.file);
    expect(await reader.recognise(kernelTrace, limits, never())).toBe('report');
    expect(await reader.recognise(profile, limits, never())).toBe('profile');
    expect(await reader.recognise(bytes('main;gc 3\n'), limits, never())).toBe('profile');
    expect(await reader.recognise(bytes('PK\u0003\u0004 and so on'), limits, never())).toBe('bundle');
    const cut = path.join(folder, 'cut.gz');
    const log = Array.from({ length: 9000 }, (_, at) => `1 read(3, "${at * 7919}", 1) = ${at} <0.000400>\n`);
    writeFileSync(cut, gzipSync(log.join('')).subarray(0, 20_000));
    expect(await reader.recognise({ kind: 'file', path: cut }, limits, never())).toBe('report');
  });

  it('says what is wrong with a file it cannot look at', async () => {
    reader = createProfileDecoder(bundle.file);
    const missing = { kind: 'file', path: path.join(folder, 'none') } as const;
    await expect(reader.recognise(missing, limits, never())).rejects.toMatchObject({
      code: 'file-unreadable',
    });
    const broken = {
      kind: 'bytes',
      name: 'x',
      bytes: Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 255),
    } as const;
    await expect(reader.recognise(broken, limits, never())).rejects.toMatchObject({ code: 'file-corrupt' });
  });
});
