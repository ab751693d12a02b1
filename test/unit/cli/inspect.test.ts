import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runInspect } from '../../../src/cli/runInspect.js';
import { bundleEntry } from '../../support/bundle.js';
import { FIXTURES } from '../../support/fixtures.js';

const folder = mkdtempSync(path.join(tmpdir(), 'inspect '));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const fixture = (name: string) => path.join(FIXTURES, 'profiles', name);
const inspect = (...args: readonly string[]) => {
  const { output, exitCode } = runInspect(args);
  return { status: exitCode, answer: JSON.parse(JSON.stringify(output)) as unknown };
};
const write = (name: string, text: string) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};

describe('inspect', () => {
  it('prints one object with the facts of the issue, in the default type’s unit', () => {
    const { status, answer } = inspect('--json', fixture('cpu-v1.32-runc-30s.pb.gz'));
    expect(status).toBe(0);
    expect(Object.keys(answer as object)).toEqual([
      'format',
      'sampleTypes',
      'defaultSampleType',
      'samples',
      'functions',
      'durationNanos',
      'topFlat',
      'topCum',
      'warnings',
    ]);
    expect(answer).toMatchObject({
      format: 'pprof',
      sampleTypes: [
        { type: 'samples', unit: 'count', total: 245 },
        { type: 'cpu', unit: 'nanoseconds', total: 2_450_000_000 },
      ],
      defaultSampleType: 'cpu',
      samples: 169,
      functions: 406,
      durationNanos: 30_000_099_828,
      warnings: [],
    });
    const { topFlat, topCum } = answer as { topFlat: object[]; topCum: object[] };
    expect([topFlat.length, topCum.length]).toEqual([20, 20]);
    expect(topFlat[0]).toEqual({ name: 'internal/runtime/syscall/linux.Syscall6', value: 1_450_000_000 });
  });

  it('sorts by value, then by name, and lists names without a value of their own', () => {
    const { answer } = inspect('--json', write('a b.txt', 'main;b 2\nmain;a 2\nmain;Z 2\nmain;c 0\n'));
    expect(answer).toMatchObject({
      format: 'folded',
      defaultSampleType: 'samples',
      samples: 4,
      functions: 5,
      durationNanos: 0,
      topFlat: [
        { name: 'Z', value: 2 },
        { name: 'a', value: 2 },
        { name: 'b', value: 2 },
        { name: 'main', value: 0 },
      ],
      topCum: [
        { name: 'main', value: 6 },
        { name: 'Z', value: 2 },
        { name: 'a', value: 2 },
        { name: 'b', value: 2 },
      ],
    });
  });

  it('takes the sample type it is told', () => {
    const { answer } = inspect('--json', '--sample-type', 'samples', fixture('cpu-idle-30s.raw.txt'));
    expect(answer).toMatchObject({
      format: 'pprof-raw',
      defaultSampleType: 'cpu',
    });
    expect((answer as { topFlat: unknown[] }).topFlat.slice(0, 2)).toEqual([
      { name: 'internal/runtime/syscall/linux.Syscall6', value: 6 },
      { name: 'go.opentelemetry.io/otel/trace.SpanFromContext', value: 1 },
    ]);
  });

  it('says of a profile without samples that it has none', () => {
    const { status, answer } = inspect('--json', fixture('cpu-empty-1s.pb.gz'));
    expect(status).toBe(0);
    expect(answer).toMatchObject({ samples: 0, functions: 0, topFlat: [], topCum: [] });
  });

  it('keeps zero totals and negative values', () => {
    const { status, answer } = inspect('--json', write('delta.folded', 'a;b 3\na;c -3\n'));
    expect(status).toBe(0);
    expect(answer).toMatchObject({
      sampleTypes: [{ total: 0 }],
      topFlat: [
        { name: 'b', value: 3 },
        { name: 'c', value: -3 },
        { name: 'a', value: 0 },
      ],
    });
  });

  it.each<[string, () => string[], string, RegExp]>([
    ['no file', () => ['--json'], 'usage', /^No file is named\. Usage: /],
    ['two files', () => ['--json', 'a', 'b'], 'usage', /^One file at a time, not 2\./],
    ['an unknown option', () => ['--yaml', 'a'], 'usage', /--yaml.*Usage: /],
    ['an option without its value', () => ['a', '--sample-type'], 'usage', /Usage: /],
    [
      'a sample type the profile does not have',
      () => ['--sample-type', 'heap', fixture('cpu-idle-30s.pb.gz')],
      'usage',
      /^The profile has no sample type "heap"; it has samples, cpu\.$/,
    ],
    ['a file that is not there', () => ['--json', '/no/such/file'], 'file-unreadable', /no such file/],
    ['a folder', () => ['--json', folder], 'file-unreadable', /it is a folder/],
    ['an empty file', () => ['--json', write('empty', '')], 'file-empty', /^The file is empty\.$/],
    ['a trace', () => ['--json', fixture('trace-5s.out')], 'format-other-tool', /go tool trace/],
    ['JSON', () => ['--json', write('x.pb.gz', '{}')], 'format-unknown', /JSON text/],
  ])('answers %s with an error as JSON and exit code 2', (_, args, code, message) => {
    const { status, answer } = inspect(...args());
    expect(status).toBe(2);
    expect(answer).toEqual({ error: { code, message: expect.stringMatching(message) as string } });
  });
});

describe('the inspect program', () => {
  it('prints the JSON alone and ends with the exit code', () => {
    const bundle = bundleEntry('src/cli/inspect.ts');
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [bundle.file, ...args], { encoding: 'utf8' });
    try {
      const read = run('--json', fixture('heap-30pods.pb.gz'));
      expect([read.status, read.stderr]).toEqual([0, '']);
      expect(JSON.parse(read.stdout)).toMatchObject({ defaultSampleType: 'inuse_space', samples: 494 });
      const failed = run();
      expect([failed.status, failed.stderr]).toEqual([2, '']);
      expect(JSON.parse(failed.stdout)).toMatchObject({ error: { code: 'usage' } });
    } finally {
      bundle.remove();
    }
  });

  it('ends quietly where the reader has seen enough (`| head`)', async () => {
    const bundle = bundleEntry('src/cli/inspect.ts');
    const frames = ['--frames', fixture('cpu-v1.32-runc-30s.pb.gz'), '--json'];
    const child = spawn(process.execPath, [bundle.file, ...frames]);
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const [code] = (await once(child, 'close')) as [number];
    bundle.remove();
    expect([code, said]).toEqual([0, '']);
  });
});

describe('inspect of a file of a capture', () => {
  const capture = (name: string, record: unknown) => {
    mkdirSync(path.join(folder, name));
    if (record !== undefined) write(`${name}/capture.json`, JSON.stringify(record));
    return write(`${name}/a.folded`, 'main;a 1\n');
  };
  const passed = 'Not taken for the kubelet, as they run in pods: 90 (kubelet)';

  it('says what its record says of it, each sentence on a safe line', () => {
    const record = {
      node: { name: 'node1' },
      files: ['a.folded'],
      issues: [passed, 'x\ny\u202e \u001b[31m'],
    };
    expect(inspect('--json', capture('whole', record)).answer).toMatchObject({
      format: 'folded',
      capture: { node: 'node1', issues: [passed, 'x y [31m'] },
    });
  });

  it('takes no record that is damaged, a link, or does not list the file', () => {
    const victim = write('victim.json', JSON.stringify({ files: ['a.folded'], issues: ['read'] }));
    const linked = capture('linked', undefined);
    symlinkSync(victim, path.join(folder, 'linked/capture.json'));
    for (const file of [
      linked,
      capture('other', { files: ['b.folded'], issues: ['read'] }),
      capture('odd', ['read']),
      capture('none', undefined),
    ])
      expect(inspect('--json', file)).toMatchObject({
        status: 0,
        answer: expect.not.objectContaining({ capture: expect.anything() as unknown }) as unknown,
      });
  });
});
