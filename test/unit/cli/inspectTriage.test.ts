import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { runInspect } from '../../../src/cli/runInspect.js';

const FOUNDING = {
  'capture.json': JSON.stringify({
    node: { name: 'node1', kubeletVersion: 'v1.18.8', kernelVersion: '4.4.227-1.el7.elrepo.x86_64' },
  }),
  'memory-stat.txt':
    '# time cat /sys/fs/cgroup/memory/memory.stat >/dev/null\n\nreal\t0m9.061s\nuser\t0m0.000s\nsys\t0m9.058s\n',
};

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'node-triage-triage-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

interface TriageOutput {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly findings: readonly Readonly<Record<string, unknown>>[];
  readonly checked: readonly { readonly id: string }[];
  readonly unread: readonly { readonly file: string; readonly reason: string }[];
}

function triage(folder: string): TriageOutput {
  const { output, exitCode } = runInspect(['--triage', folder, '--json']);
  expect(exitCode).toBe(0);
  return output as TriageOutput;
}

describe('inspect --triage', () => {
  it('names the cause of the founding case first, with the measured read beside its bound', () => {
    const { facts, findings } = triage(folderOf(FOUNDING));
    expect(facts).toMatchObject({ kubeletVersion: 'v1.18.8', cgroupVersion: 1, runcVersion: null });
    expect(findings[0]).toMatchObject({
      id: 'memcg-stat-v1-zombies',
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 9.058, unit: 'seconds', source: 'memory-stat.txt:3' }, {}],
    });
  });

  it('reads folders below, and files that are gzipped', () => {
    const text = FOUNDING['memory-stat.txt'];
    const { findings } = triage(folderOf({ 'node1/memory-stat.txt.gz': gzipSync(text) }));
    expect(findings[0]).toMatchObject({ id: 'memcg-stat-v1-zombies' });
  });

  it('follows no links, and says so', () => {
    const folder = folderOf({});
    symlinkSync('/etc/hostname', path.join(folder, 'link.txt'));
    expect(triage(folder).unread).toMatchObject([{ file: 'link.txt' }]);
  });

  it('names every rule once', () => {
    const { findings, checked } = triage(folderOf({ 'notes.txt': 'nothing\n' }));
    const ids = [...findings, ...checked].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(findings).toEqual([]);
  });

  it.each([
    ['no folder', ['--triage', '/nowhere/at/all'], 'file-unreadable'],
    ['nothing named', ['--triage', ''], 'usage'],
    ['two folders', ['--triage', '/tmp', '/tmp'], 'usage'],
  ])('says what is wrong with %s', (_, args, code) => {
    expect(runInspect(args)).toMatchObject({ exitCode: 2, output: { error: { code } } });
  });
});
