/**
 * How fast the profile editor's page is, in a real browser: from the bytes of a file to the first picture, frames while
 * zooming and panning, a key in the search field. `--pictures` keeps what was seen in out/bench.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import type { LoadOutcome } from '../../src/protocol/messages.js';
import { createProfileDecoder } from '../../src/worker/node/profileDecoder.js';
import { bundleEntry } from '../support/bundle.js';
import { openBrowser } from '../support/page/openBrowser.js';
import { startPageHarness } from '../support/page/pageHarness.js';
import { generatePprof } from './generatePprof.js';

/** out/bench/pageBench.mjs, two folders below the project's. */
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const RUNS = 5;
const STEPS = 60;
const MAX_BYTES = 512 * 1024 * 1024;
const VIEWPORT = { width: 1600, height: 1000 };

function print(bench: string, numbers: Readonly<Record<string, number>>): void {
  const rounded = Object.entries(numbers).map(([key, value]) => [key, Number(value.toPrecision(3))] as const);
  console.log(JSON.stringify({ bench, ...Object.fromEntries(rounded) }));
}

function quantile(values: readonly number[], share: number): number {
  return (
    values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0
  );
}

/** The worker's part of the way, as the editor goes it; the thread runs already. */
async function decodeInWorker(
  name: string,
  bytes: Uint8Array,
): Promise<{ ms: number; outcome: LoadOutcome }> {
  const worker = bundleEntry('src/worker/node/decodeWorker.ts');
  const decoder = createProfileDecoder(worker.file);
  try {
    const decode = () =>
      decoder.decode({ kind: 'bytes', name, bytes }, { maxBytes: MAX_BYTES }, new AbortController().signal);
    const times: number[] = [];
    let decoded = await decode();
    for (let run = 0; run < RUNS; run++) {
      const begun = performance.now();
      decoded = await decode();
      times.push(performance.now() - begun);
    }
    const { summary, tables } = decoded;
    return {
      ms: quantile(times, 0.5),
      outcome: { kind: 'profile', payload: { name, summary, tables, capture: undefined } },
    };
  } finally {
    decoder.dispose();
    worker.remove();
  }
}

/** Milliseconds from the tables in the page's hands to the end of the frame that drew them. */
async function openPage(browser: Browser, address: string): Promise<{ page: Page; paintMs: number }> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.goto(address);
  const paintMs = await page.evaluate(
    () =>
      new Promise<number>(resolve => {
        const look = (): void => {
          // A canvas that was not drawn on is 300 wide.
          const canvas = document.querySelector<HTMLCanvasElement>('.flame canvas');
          if (canvas === null || canvas.width === 300) requestAnimationFrame(look);
          else resolve(performance.now() - window.harness.answeredAt);
        };
        look();
      }),
  );
  return { page, paintMs };
}

async function benchFrames(name: string, page: Page): Promise<void> {
  await page.locator('.flame').focus();
  await page.keyboard.press('t');
  await page.waitForTimeout(300);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const scriptSeconds = async (): Promise<number> => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(metric => metric.name === 'ScriptDuration')?.value ?? 0;
  };
  const act = async (what: string, step: (at: number) => Promise<void>): Promise<void> => {
    await page.evaluate(() => (window.harness.frames = []));
    const before = await scriptSeconds();
    for (let at = 0; at < STEPS; at++) await step(at);
    const frames = await page.evaluate(() => window.harness.frames);
    print(`${what} ${name}`, {
      steps: STEPS,
      frames: frames.length,
      // Processor time, handlers included: what the frames cost on a machine that does other things, too.
      scriptMsAStep: ((await scriptSeconds()) - before) * (1000 / STEPS),
      p50Ms: quantile(frames, 0.5),
      p95Ms: quantile(frames, 0.95),
      maxMs: quantile(frames, 1),
    });
  };
  await page.mouse.move(VIEWPORT.width / 3, VIEWPORT.height / 2);
  await act('hover', at => page.mouse.move(200 + at * 15, 300 + (at % 20) * 15));
  await page.mouse.move(VIEWPORT.width / 3, VIEWPORT.height / 2);
  await page.keyboard.down('Control');
  await act('zoom', at => page.mouse.wheel(0, at < STEPS / 2 ? -60 : 60));
  await page.keyboard.up('Control');
  await act('scroll', at => page.mouse.wheel(0, at < STEPS / 2 ? 40 : -40));
  await page.keyboard.down('Control');
  for (let at = 0; at < 6; at++) await page.mouse.wheel(0, -60);
  await page.keyboard.up('Control');
  await act('pan', at => page.mouse.wheel(at < STEPS / 2 ? 30 : -30, 0));
}

/** One key in the field: matching, the union, marks, the table's rows; until the handler returns. */
async function benchSearch(name: string, page: Page): Promise<void> {
  const times = await page.evaluate(() => {
    const field = document.querySelector<HTMLElement & { value: string }>('[role=search] vscode-text-field');
    return ['G', 'Ge', 'Get', 'GetS', '/kubelet|cgroup/', 'Method1', 'zzz'].map(text => {
      if (field === null) throw new Error('no search field');
      field.value = text;
      const begun = performance.now();
      field.dispatchEvent(new Event('input'));
      return performance.now() - begun;
    });
  });
  print(`search ${name}`, { medianMs: quantile(times, 0.5), maxMs: Math.max(...times) });
}

/** From the key to the end of the frame that drew the other graph; the first time it is made, then it is known. */
async function benchBottomUp(name: string, page: Page): Promise<void> {
  const times = await page.evaluate(async () => {
    const graph = document.querySelector('.flame');
    const taken: number[] = [];
    for (let press = 0; press < 4; press++) {
      const begun = performance.now();
      graph?.dispatchEvent(new KeyboardEvent('keydown', { key: 'b', bubbles: true }));
      await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      taken.push(performance.now() - begun);
    }
    return taken;
  });
  print(`bottom-up ${name}`, { firstMs: times[0] ?? 0, laterMs: Math.max(...times.slice(1)) });
}

async function bench(browser: Browser, name: string, bytes: Uint8Array): Promise<void> {
  const { ms: workerMs, outcome } = await decodeInWorker(name, bytes);
  if (outcome.kind !== 'profile') throw new Error('the bench file cannot be read');
  const harness = await startPageHarness(root, { cases: new Map([[name, outcome]]) });
  try {
    const paints: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const { page, paintMs } = await openPage(browser, harness.address(name));
      paints.push(paintMs);
      await page.close();
    }
    const paintMs = quantile(paints, 0.5);
    print(`open ${name}`, {
      nodes: outcome.payload.tables.tree.nodeCount,
      workerMs,
      paintMs,
      bytesToPictureMs: workerMs + paintMs,
    });
    const { page } = await openPage(browser, harness.address(name));
    await benchFrames(name, page);
    await benchSearch(name, page);
    await benchBottomUp(name, page);
    if (process.argv.includes('--pictures')) {
      mkdirSync(path.join(root, 'out/bench'), { recursive: true });
      await page.screenshot({ path: path.join(root, `out/bench/${name.replaceAll(' ', '-')}.png`) });
    }
    await page.close();
  } finally {
    await harness.close();
  }
}

const browser = await openBrowser();
try {
  await bench(
    browser,
    'kubelet 30 s',
    readFileSync(path.join(root, 'test/fixtures/profiles/cpu-cgroupload-30s.pb.gz')),
  );
  await bench(browser, 'g100k', gzipSync(generatePprof({ samples: 100_000 })));
} finally {
  await browser.close();
}
