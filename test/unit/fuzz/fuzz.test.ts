/** The fuzzer itself: it can fail, says what does it again, and makes the same cases everywhere. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { judgeCase } from '../../fuzz/judgeCase.js';
import { main } from '../../fuzz/main.js';
import { MADE_SEEDS } from '../../fuzz/madeSeeds.js';
import { mutate } from '../../fuzz/mutate.js';
import { randomFrom } from '../../support/random.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (input: Uint8Array | undefined): string => new TextDecoder().decode(input);

/** Of this process, whatever else runs on the machine. */
function burnCpu(seconds: number): void {
  const before = process.cpuUsage();
  let sum = 0;
  for (;;) {
    for (let count = 0; count < 1e6; count++) sum += Math.sqrt(count);
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1e6 > seconds || Number.isNaN(sum)) return;
  }
}

describe('a case', () => {
  it('is a fault where something else than a TriageError is thrown, in its smallest form', async () => {
    const run = (input: Uint8Array): Promise<void> => {
      if (textOf(input).includes('[')) throw new TypeError('not a function');
      return Promise.resolve();
    };
    const [fault] = await judgeCase({ run }, bytes(`${'a'.repeat(300)}[${'b'.repeat(300)}`), []);
    expect(fault).toMatchObject({ what: 'exception' });
    expect(fault?.detail).toContain('TypeError: not a function');
    expect(textOf(fault?.input)).toBe('[');
  });

  it('is none where it ends in time, or is slow once', async () => {
    let runs = 0;
    const run = (): Promise<void> => {
      if (runs++ === 0) burnCpu(1.1);
      return Promise.resolve();
    };
    expect(await judgeCase({ run }, bytes('a'), [])).toEqual([]);
    expect(runs).toBeGreaterThanOrEqual(1);
  });

  it('is one where it takes a second of CPU each time', async () => {
    const run = (): Promise<void> => {
      burnCpu(1.1);
      return Promise.resolve();
    };
    expect(await judgeCase({ run }, bytes('a'), [])).toMatchObject([{ what: 'slow' }]);
  });
});

describe('mutants', () => {
  it('are the same for the same seed, and others for another', () => {
    const [seed] = MADE_SEEDS;
    const others = MADE_SEEDS.map(each => each.bytes);
    const made = (number: number) => mutate(seed?.bytes ?? new Uint8Array(), others, randomFrom(number));
    expect(made(3)).toEqual(made(3));
    expect(made(3)).not.toEqual(made(4));
  });
});

describe('the run', () => {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  afterEach(() => void lines.splice(0));

  function childThat(does: string): { readonly root: string; readonly child: string } {
    const root = mkdtempSync(path.join(os.tmpdir(), 'node-triage-fuzz-test-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const child = path.join(root, 'child.mjs');
    writeFileSync(child, `process.once('message', ({ from, count }) => { ${does} });`);
    return { root, child };
  }

  const END = "process.send({ kind: 'end', cpuSeconds: 1, peakBytes: 1 }, () => process.disconnect());";

  it('passes where nothing is found', async () => {
    expect(await main(['--cases', '600'], childThat(END))).toBe(0);
    expect(lines.at(-1)).toBe('1 passed, 0 failed');
  });

  it('fails by its exit code, and says how to run the case again', async () => {
    const finding = `process.send({ kind: 'finding', at: from + 7, target: 'editors', seedName: 'x', what: 'exception', detail: 'TypeError', input: 'YQ==' });`;
    expect(await main(['--cases', '10', '--seed', '5'], childThat(finding + END))).toBe(1);
    expect(lines.join('\n')).toContain('npm run fuzz -- --seed 5 --at 7');
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
  });

  it('names the case that hung, and goes on behind it', async () => {
    const hangs = `if (from > 0) { ${END} return; } process.send({ kind: 'begun', at: 3, target: 'editors', seedName: 'x' }); setInterval(() => {}, 1000);`;
    const place = { ...childThat(hangs), silenceSeconds: 0.3 };
    expect(await main(['--cases', '10', '--seed', '5'], place)).toBe(1);
    expect(lines.join('\n')).toMatch(/no end in 0\.3 s[^]*--at 3/u);
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
  });

  it('names the case that took the process with it', async () => {
    const dies = `if (from > 0) { ${END} return; } process.send({ kind: 'begun', at: 0, target: 'editors', seedName: 'x' }, () => process.exit(9));`;
    expect(await main(['--cases', '10'], childThat(dies))).toBe(1);
    expect(lines.join('\n')).toContain('the process ended: 9');
  });

  it('refuses what is no number', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(await main(['--minutes', 'ten'], childThat(END))).toBe(2);
  });
});
