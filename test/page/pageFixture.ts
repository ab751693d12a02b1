/**
 * The page in a real browser, for the tests of this folder: one browser and one server a file, a fresh tab a test, and
 * what the console said. Every test ends with a look at that: an error, or a violation of the content policy, fails it.
 */
import path from 'node:path';
import type { Browser, ConsoleMessage, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { CaptureFacts, LoadOutcome } from '../../src/protocol/messages.js';
import { readFixture } from '../support/fixtures.js';
import { openBrowser } from '../support/page/openBrowser.js';
import {
  outcomeOf,
  profileOf,
  startPageHarness,
  type HarnessOptions,
  type PageHarness,
} from '../support/page/pageHarness.js';
import type { ThemeName } from '../support/page/themes.js';
import { profileFromStacks } from '../support/profileFromStacks.js';

const root = path.resolve(import.meta.dirname, '../..');

export const capture: CaptureFacts = {
  node: 'worker-3',
  kubeletVersion: 'v1.32.5',
  kernelVersion: '4.4.227-1.el7.elrepo.x86_64',
  profile: 'cpu',
  startedAt: '2026-10-01T03:12:05Z',
  processCpuSeconds: 2.88,
  state: 'complete',
  issues: [],
};

/** An element, an address and a script, as names. */
export const HOSTILE_NAMES = [
  '<img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  '</script><svg/onload=alert(1)>',
] as const;

/** Everything that a user may write into a record. */
export const hostileCapture: CaptureFacts = {
  ...capture,
  node: HOSTILE_NAMES[0],
  kubeletVersion: HOSTILE_NAMES[1],
  kernelVersion: HOSTILE_NAMES[2],
  profile: HOSTILE_NAMES[0],
  issues: [...HOSTILE_NAMES],
};

const recorded = (file: string, facts?: CaptureFacts): LoadOutcome =>
  outcomeOf(file, profileOf(readFixture(`profiles/${file}`)), facts);

/** What can be opened, by name. */
const cases = new Map<string, LoadOutcome>([
  ['cpu', recorded('cpu-v1.32-runc-30s.pb.gz', capture)],
  ['bigger', recorded('cpu-cgroupload-30s.pb.gz', capture)],
  [
    'running',
    recorded('cpu-30pods-30s.pb.gz', {
      ...capture,
      processCpuSeconds: undefined,
      state: 'running',
      slicesDone: 2,
      slicesPlanned: 6,
      secondsLeft: 39.2,
      issues: ['Slice 1 was asked for again.'],
    }),
  ],
  ['heap', recorded('heap-v1.37.pb.gz')],
  ['idle', recorded('cpu-empty-1s.pb.gz')],
  ['block', recorded('block.pb.gz')],
  [
    'deep',
    outcomeOf(
      'deep.txt',
      profileFromStacks(Array.from({ length: 5000 }, (_, depth) => `f${depth}`).join('\n')),
    ),
  ],
  [
    'zero',
    outcomeOf(
      'zero.pb.gz',
      profileFromStacks('a  b', {
        weights: [
          [3, 4],
          [0, 0],
        ],
      }),
    ),
  ],
  [
    'hostile-words',
    outcomeOf(
      HOSTILE_NAMES[0],
      profileFromStacks(HOSTILE_NAMES.map(name => `${name}[file:${name}][module:${name}]`).join('\n'), {
        sampleTypes: [{ type: HOSTILE_NAMES[0], unit: HOSTILE_NAMES[2] }],
      }),
      hostileCapture,
    ),
  ],
  [
    'hostile-failed',
    {
      kind: 'failed',
      shown: {
        error: { code: 'file-corrupt', message: HOSTILE_NAMES[0], facts: { reason: HOSTILE_NAMES[1] } },
        text: HOSTILE_NAMES[0],
        nextStep: HOSTILE_NAMES[1],
      },
    },
  ],
  ['hostile', outcomeOf('<img src=x onerror=alert(1)>', profileFromStacks('<script>alert(1)</script>  b'))],
  [
    'failed',
    {
      kind: 'failed',
      shown: {
        error: { code: 'file-truncated', message: 'cut off', facts: {} },
        text: 'cpu.pb.gz ends in the middle.',
        nextStep: 'Fetch it again.',
      },
    },
  ],
]);

export interface PageFixture {
  /** Opens a case and, unless told otherwise, waits for its picture. */
  open(caseName: string, options?: { theme?: ThemeName; query?: string; drawn?: boolean }): Promise<Page>;
}

/** Called once at the top of a test file. */
export function usePage(options: Partial<HarnessOptions> = {}): PageFixture {
  let browser: Browser;
  let harness: PageHarness;
  const pages: Page[] = [];
  const faults: string[] = [];
  beforeAll(async () => {
    [browser, harness] = await Promise.all([openBrowser(), startPageHarness(root, { cases, ...options })]);
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map(page => page.close()));
    expect(faults.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await harness.close();
  });
  return {
    async open(caseName, { theme, query, drawn = true } = {}) {
      const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
      pages.push(page);
      page.on('pageerror', error => faults.push(error.message));
      page.on('console', message => noteFault(message, faults));
      await page.goto(harness.address(caseName, theme, query));
      if (drawn) await page.locator('.flame canvas').first().waitFor();
      return page;
    },
  };
}

export function noteFault(message: ConsoleMessage, faults: string[]): void {
  // Browsers ask for an icon of their own accord.
  if (message.type() !== 'error' || message.location().url.endsWith('/favicon.ico')) return;
  faults.push(message.text());
}

/** The box the keyboard is on, as a screen reader says it. */
export async function spoken(page: Page): Promise<string> {
  return (await page.locator('.flame [role=treeitem]').first().getAttribute('aria-label')) ?? '';
}

/** Keys on the graph, one after the other. */
export async function pressOnGraph(page: Page, ...keys: readonly string[]): Promise<void> {
  await page.locator('.flame').first().focus();
  for (const key of keys) await page.keyboard.press(key);
}

/** Types a search from nothing. */
export async function search(page: Page, text: string): Promise<string> {
  await page.locator('[role=search] vscode-text-field input').fill(text);
  return page.locator('.search-result').innerText();
}

/** Texts of the zoom path. */
export function crumbs(page: Page): Promise<string[]> {
  return page.locator('.breadcrumb button').allInnerTexts();
}
