/** The one reader of evidence: what a file is, by its content, and what it says, for every caller. */
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runInspect } from '../../../src/cli/runInspect.js';
import type { EvidenceFormat } from '../../../src/evidence/model.js';
import { readEvidence } from '../../../src/evidence/readEvidence.js';
import { recogniseEvidence } from '../../../src/evidence/recogniseEvidence.js';
import { FIXTURES, readFixture } from '../../support/fixtures.js';
import { reportBytes } from '../../support/readText.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const inflated = (file: string): Uint8Array => {
  const stored = readFixture(file);
  return new Uint8Array(file.endsWith('.gz') ? gunzipSync(stored) : stored);
};

/** What jobs left on a real node and what users bring, with what each is. */
const FILES: readonly (readonly [file: string, format: EvidenceFormat, kind: string])[] = [
  ['strace/strace-futex.idle.stderr', 'strace', 'calls'],
  ['strace/strace-c.idle.stderr', 'strace', 'calls'],
  ['ktrace/kubelet-hot.txt.gz', 'ktrace', 'calls'],
  ['pod/jobs/kernel-trace/files/syscalls.ktrace.txt.gz', 'ktrace', 'calls'],
  ['pod/jobs/threads/files/threads.samples.txt.gz', 'threads', 'threads'],
  ['pod/jobs/cgroups/files/cgroups.health.txt', 'cgroups', 'cgroups'],
  ['pod/jobs/facts/files/facts.node.txt', 'nodeFacts', 'nodeFacts'],
  ['profiles/cpu-idle-30s.pb.gz', 'profile', 'profile'],
];

describe.each(FILES)('%s', (file, format, kind) => {
  const bytes = inflated(file);

  it(`is known as ${format} by its first 64 KiB, whatever its name`, () => {
    expect(recogniseEvidence(bytes)).toBe(format);
    expect(recogniseEvidence(bytes.subarray(0, 64 * 1024))).toBe(format);
  });

  it(`reads as ${kind}`, () => {
    expect(readEvidence(bytes, format).kind).toBe(kind);
  });

  if (kind === 'profile') return;
  it('comes to the same findings on the page and at the command line', () => {
    const evidence = readEvidence(bytes, format);
    const verdict =
      evidence.kind === 'threads'
        ? evidence.report.verdict
        : evidence.kind === 'cgroups'
          ? evidence.assessment.verdict
          : evidence.kind !== 'profile' && evidence.verdict;
    const { output } = runInspect([path.join(FIXTURES, file)]);
    const ids = (lines: unknown) => (lines as readonly { readonly id: string }[]).map(({ id }) => id);
    expect(ids(verdict).length).toBeGreaterThan(0);
    expect(ids((reportBytes(bytes) as { readonly verdict: unknown }).verdict)).toEqual(ids(verdict));
    expect(ids((output as { readonly verdict: unknown }).verdict)).toEqual(ids(verdict));
  });
});

it('takes everything that is none of a report for a profile, which its reader knows or refuses by name', () => {
  const folded = encode('main;syncLoop;futex 12\n');
  expect(recogniseEvidence(folded)).toBe('profile');
  expect(readEvidence(folded, 'profile').profile.format).toBe('folded');
  // A zero byte is in no text: what follows a first line of ours is no log.
  expect(recogniseEvidence(encode('# node-triage cgroup health 1\n\0'))).toBe('profile');
  expect(recogniseEvidence(new Uint8Array())).toBe('profile');
  expect(() => readEvidence(new Uint8Array(), 'profile')).toThrow(
    expect.objectContaining({ code: 'file-empty' }) as Error,
  );
  expect(() => readEvidence(encode('<html>'), 'profile')).toThrow(
    expect.objectContaining({ code: 'format-unknown' }) as Error,
  );
});

it('reads UTF-16 as PowerShell writes it', () => {
  const text = new TextDecoder().decode(readFixture('pod/jobs/cgroups/files/cgroups.health.txt'));
  const utf16 = new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'));
  expect(recogniseEvidence(utf16)).toBe('cgroups');
  expect(readEvidence(utf16, 'cgroups')).toEqual(readEvidence(encode(text), 'cgroups'));
});

it('judges in the light of the kernel that the file names', () => {
  const samples = new TextDecoder().decode(inflated('pod/jobs/threads/files/threads.samples.txt.gz'));
  // The recorded kubelet had it open in three looks of 300: here in each.
  const open = 'lr-x------ 1 0 0 64 Nov 24 11:19 99 -> /sys/fs/cgroup/memory/memory.stat';
  const slow = new TextEncoder().encode(samples.replaceAll(/^# look: .*$/gmu, look => `${look}\n${open}`));
  const threads = readEvidence(slow, 'threads');
  expect(JSON.stringify(threads)).toContain('makes the file in');
  const health = readEvidence(inflated('pod/jobs/cgroups/files/cgroups.health.txt'), 'cgroups');
  expect(JSON.stringify(health)).toContain('kernel-fixed');
});

it('refuses a version newer than ours', () => {
  for (const [text, format] of [
    ['# node-triage thread samples 2\n', 'threads'],
    ['# node-triage cgroup health 2\n', 'cgroups'],
  ] as const) {
    expect(recogniseEvidence(encode(text))).toBe(format);
    expect(() => readEvidence(encode(text), format)).toThrow(
      expect.objectContaining({ code: 'format-unknown' }) as Error,
    );
  }
});

it('says where it is: parsing, then counting', () => {
  for (const [file, format] of FILES) {
    const steps: string[] = [];
    readEvidence(inflated(file), format, step => steps.push(step));
    expect(steps).toEqual(format === 'profile' ? [] : ['parsing', 'counting']);
  }
});
