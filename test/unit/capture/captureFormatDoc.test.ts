import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { listCaptures } from '../../../src/capture/captureFolder.js';
import { formatCaptureRecord, parseCaptureRecord } from '../../../src/capture/captureJson.js';
import { CAPTURE_SCHEMA } from '../../../src/capture/captureRecord.js';
import { filesBelow, temporaryFolder } from './captureFakes.js';

const root = path.resolve(import.meta.dirname, '../../..');
const doc = await readFile(path.join(root, 'docs/capture-format.md'), 'utf8');

/** The document's only block of that language. */
function block(language: string): string {
  const blocks = [...doc.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))];
  expect(blocks).toHaveLength(1);
  return blocks[0]![1]!;
}

/** Stands in for the real one: a CPU counter that grows by 3.5 s a reading, and a profile. */
const KUBECTL = `#!/bin/sh
case "$*" in
  'get --raw /api/v1/nodes/node7/proxy/metrics')
    n=$(cat "$COUNTER") || { echo 'Error from server (Forbidden)' >&2; exit 1; }
    echo "$n + 3.5" | awk '{ print $1 + $3 }' > "$COUNTER"
    echo '# TYPE process_cpu_seconds_total counter'; echo "process_cpu_seconds_total $n" ;;
  'get --raw /api/v1/nodes/node7/proxy/debug/pprof/profile?seconds=2') sleep 1; cat "$PROFILE" ;;
  'config current-context') echo prod ;;
  get\\ node\\ node7*) printf 4.4.227-1.el7 ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac
`;

async function runScript(node: string, metricsFile = 'counter') {
  const folder = await temporaryFolder();
  const bin = path.join(folder, 'bin');
  const captures = path.join(folder, 'captures');
  await mkdir(bin);
  await writeFile(path.join(folder, 'counter'), '1.2345e+03');
  await writeFile(path.join(folder, 'capture.sh'), block('sh'));
  await writeFile(path.join(bin, 'kubectl'), KUBECTL);
  await chmod(path.join(bin, 'kubectl'), 0o755);
  const environment = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    COUNTER: path.join(folder, metricsFile),
    PROFILE: path.join(root, 'test/fixtures/profiles/cpu-idle-30s.pb.gz'),
  };
  const run = promisify(execFile)('sh', [path.join(folder, 'capture.sh'), node, captures, '2'], {
    env: environment,
  });
  return { captures, run };
}

// The script is for a POSIX shell.
describe.skipIf(process.platform === 'win32')('the script in docs/capture-format.md', () => {
  it('makes a capture that is read with every fact it gives', async () => {
    const { captures, run } = await runScript('node7');
    const { stdout } = await run;
    const found = (await listCaptures(captures, Date.now())).captures;
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      kind: 'capture',
      folder: stdout.trim(),
      mainFile: path.join(stdout.trim(), 'cpu.pb.gz'),
      record: {
        schema: CAPTURE_SCHEMA,
        state: 'complete',
        profile: 'cpu',
        context: 'prod',
        node: { name: 'node7', kernelVersion: '4.4.227-1.el7' },
        secondsPlanned: 2,
        processCpu: { cpuSeconds: 3.5 },
        files: [{ name: 'cpu.pb.gz', kind: 'cpu' }],
        issues: [],
        writtenBy: 'capture.sh',
      },
    });
    expect(path.basename(stdout.trim())).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-node7-cpu$/);
  });

  it('works where the metrics may not be read', async () => {
    const { captures, run } = await runScript('node7', 'no such file');
    await run;
    const [capture] = (await listCaptures(captures, Date.now())).captures;
    expect(capture).toMatchObject({ record: { state: 'complete', processCpu: undefined } });
  });

  it('leaves nothing when the kubelet does not answer', async () => {
    const { captures, run } = await runScript('nosuchnode');
    await expect(run).rejects.toThrow(/unexpected: get --raw/);
    expect(await filesBelow(captures)).toEqual([]);
  });
});

describe('docs/capture-format.md', () => {
  const nothing = { startedAt: '', files: [] };

  it('shows an example that is read and written as it stands', () => {
    const record = parseCaptureRecord(block('json'), 'example', nothing);
    expect(JSON.parse(formatCaptureRecord(record))).toEqual(JSON.parse(block('json')));
  });

  it('has a row for every field, and no other', () => {
    const described = [...doc.matchAll(/^\| `(\w+)` \|/gm)].map(match => match[1]);
    const known = Object.keys(parseCaptureRecord('{}', 'x', nothing));
    expect(described.sort()).toEqual(known.sort());
  });
});
