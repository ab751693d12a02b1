/** The report page in a real browser: what can be opened, and a fresh tab a test. See pageFixture.ts. */
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { CaptureFacts } from '../../src/protocol/messages.js';
import type { ReportOutcome } from '../../src/protocol/reportMessages.js';
import type { Report } from '../../src/report/model.js';
import { DEFAULT_TEMPLATES } from '../../src/sources/frame/frameUrl.js';
import { kernelsOf } from '../../src/words/sources/reportKernels.js';
import { readFixture } from '../support/fixtures.js';
import { reportBytes, reportKernelTrace, reportStrace } from '../support/readText.js';
import { openBrowser } from '../support/page/openBrowser.js';
import { startPageHarness, type HarnessOptions, type PageHarness } from '../support/page/pageHarness.js';
import type { ThemeName } from '../support/page/themes.js';
import { HOSTILE_NAMES, hostileCapture, noteFault } from './pageFixture.js';
import { coldThreads, explainedCgroups, sickNodeFacts, slowCgroups, slowThreads } from './sampleReports.js';
import { remedyThatHelped, remedyThatWasEnded } from './sampleRemedy.js';
import { foundingTriage, triageOf } from './sampleTriage.js';

const root = path.resolve(import.meta.dirname, '../..');
const text = (file: string): string => new TextDecoder().decode(readFixture(file));

export const capture: CaptureFacts = {
  node: 'worker-3',
  kubeletVersion: 'v1.32.5',
  kernelVersion: '5.4.227-1.el7.elrepo.x86_64',
  startedAt: '2026-10-01T03:12:05Z',
  state: 'complete',
  issues: [],
};

const traceCost = {
  cpuBefore: 0.31,
  cpuDuring: 1.42,
  cpuAfter: 0.3,
  relistSecondsUsual: 0.004,
  relistSecondsDuring: 0.9,
};

function outcomeOf(name: string, report: Report, facts?: CaptureFacts): ReportOutcome {
  const release = report.kind === 'threads' ? report.facts.kernelRelease : undefined;
  const kernels = kernelsOf(
    report,
    { kernelVersion: facts?.kernelVersion ?? release },
    DEFAULT_TEMPLATES,
    (message, ...values) => message.replace(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)])),
  );
  return {
    kind: 'report',
    payload: {
      name,
      report,
      capture: facts,
      kernels,
      node: facts === undefined ? { kind: 'file' } : { kind: 'known', name: 'worker-1' },
      hotCores: 0.5,
      hasFlameGraph: report.kind === 'threads',
      traceCost: name === 'slow.strace' ? traceCost : undefined,
    },
  };
}

function importedOutcome(outcome: ReportOutcome): ReportOutcome {
  return outcome.kind === 'failed'
    ? outcome
    : { kind: 'report', payload: { ...outcome.payload, node: { kind: 'imported' } } };
}

/** The founding case in small: one thread in memory.stat while the others do what is usual. */
const slowReads = reportStrace(
  [
    '100 10:00:00.000100 read(16</sys/fs/cgroup/memory/memory.stat>, "cache 0", 4096) = 7 <9.063000>',
    '101 10:00:00.100000 read(17</sys/fs/cgroup/memory/kubepods/memory.stat>, "cache 0", 4096) = 7 <0.412000>',
    '101 10:00:02.500000 futex(0xc000100150, FUTEX_WAIT_PRIVATE, 0, {tv_sec=0, tv_nsec=9863000}) = -1 ETIMEDOUT (Connection timed out) <0.009950>',
    '102 10:00:03.500000 futex(0xc000100150, FUTEX_WAKE_PRIVATE, 1) = 1 <0.000012>',
    '103 10:00:04.000000 openat(AT_FDCWD, "/var/lib/<img src=x onerror=alert(1)>", O_RDONLY) = -1 ENOENT (No such file or directory) <0.000031>',
    '103 10:00:09.100000 futex(0xc000100150, FUTEX_WAIT_PRIVATE, 0, NULL <unfinished ...>',
    '',
  ].join('\n'),
);

/** File names are what programs make them; more calls than are listed. */
const hostile = reportStrace(
  Array.from(
    { length: 400 },
    (_, at) => `${at + 1} openat(4</tmp/\\74img src=x onerror=alert(1)\\76>, "x", O_RDONLY) = 3 <0.002000>\n`,
  ).join(''),
);
const hostileCalls = reportStrace(
  HOSTILE_NAMES.map(
    (name, at) =>
      `${at + 1} 10:00:0${at}.000100 openat(AT_FDCWD, "${name}", O_RDONLY) = -1 ENOENT (${name}) <9.000031>\n` +
      `${at + 1} 10:00:1${at}.000100 futex(0xc000100150, FUTEX_WAIT_PRIVATE, 0, NULL) = -1 ETIMEDOUT (${name}) <0.009950>\n`,
  ).join(''),
);
const stampless = reportStrace('futex(0x1, FUTEX_WAKE_PRIVATE, 1) = 1\n'.repeat(30));

/** What a job left on a real node, as the worker reads it. */
function recorded(job: string, file: string): ReportOutcome {
  const stored = readFixture(`pod/jobs/${job}/files/${file}`);
  const raw = new Uint8Array(file.endsWith('.gz') ? gunzipSync(stored) : stored);
  return outcomeOf(file, reportBytes(raw), { ...capture, kernelVersion: '6.18.44' });
}

/** What can be opened, by name. */
const cases = new Map<string, ReportOutcome>([
  [
    'futex',
    outcomeOf('futex.strace.txt', reportStrace(text('strace/strace-futex.30pods.file.txt')), capture),
  ],
  [
    'table',
    // kubectl's own last word is no line of strace, which the page would say.
    outcomeOf(
      'summary.strace.txt',
      reportStrace(text('strace/strace-c.30pods.stderr').replace(/^command terminated .*\n?/m, '')),
    ),
  ],
  [
    'kernel',
    outcomeOf(
      'calls.ktrace.txt.gz',
      reportKernelTrace(new TextDecoder().decode(gunzipSync(readFixture('ktrace/kubelet-hot.txt.gz')))),
      { ...capture, kernelVersion: '6.18.5', issues: ['The buffer was small.'] },
    ),
  ],
  ['slow', outcomeOf('slow.strace', slowReads, capture)],
  ['hostile', outcomeOf('<img src=x onerror=alert(1)>', hostile)],
  ['hostile-words', outcomeOf(HOSTILE_NAMES[0], hostileCalls, hostileCapture)],
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
  ['stampless', outcomeOf('stampless.strace', stampless)],
  ['recorded-threads', recorded('threads', 'threads.samples.txt.gz')],
  ['recorded-cgroups', recorded('cgroups', 'cgroups.health.txt')],
  ['recorded-facts', recorded('facts', 'facts.node.txt')],
  ['facts', outcomeOf('facts.node.txt', sickNodeFacts)],
  ['recorded-kernel', recorded('kernel-trace', 'syscalls.ktrace.txt.gz')],
  ['threads', outcomeOf('threads.samples.txt', slowThreads)],
  ['cgroups', outcomeOf('cgroups.health.txt', slowCgroups)],
  ['threads-cold', outcomeOf('threads.samples.txt', coldThreads, capture)],
  ['cgroups-explained', outcomeOf('cgroups.health.txt', explainedCgroups(1.34), capture)],
  ['cgroups-imported', importedOutcome(outcomeOf('cgroups.health.txt', explainedCgroups(0.2), capture))],
  ['triage', outcomeOf('node.triage.json', foundingTriage(), capture)],
  ['remedy', outcomeOf('node.remedy.json', remedyThatHelped(), capture)],
  ['remedy-ended', outcomeOf('node.remedy.json', remedyThatWasEnded())],
  ['triage-nothing', outcomeOf('node.triage.json', triageOf([]))],
  [
    'failed',
    {
      kind: 'failed',
      shown: {
        error: { code: 'file-truncated', message: 'cut off', facts: {} },
        text: 'calls.ktrace.txt.gz ends in the middle.',
        nextStep: 'Fetch it again.',
      },
    },
  ],
  [
    'profile',
    {
      kind: 'failed',
      shown: {
        error: { code: 'format-other-editor', message: 'pprof', facts: { editor: 'profile' } },
        text: 'This is a profile.',
        nextStep: 'Open it in the profile editor.',
      },
    },
  ],
]);

export interface ReportFixture {
  /** Opens a case and, unless told otherwise, waits for its first part. */
  open(
    caseName: string,
    options?: { readonly theme?: ThemeName; readonly query?: string; readonly drawn?: boolean },
  ): Promise<Page>;
}

/** Called once at the top of a test file. */
export function useReportPage(options: Partial<HarnessOptions> = {}): ReportFixture {
  let browser: Browser;
  let harness: PageHarness;
  const pages: Page[] = [];
  const faults: string[] = [];
  beforeAll(async () => {
    [browser, harness] = await Promise.all([
      openBrowser(),
      startPageHarness(root, { page: 'report', cases, ...options }),
    ]);
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
      if (drawn) await page.locator('.part').first().waitFor();
      return page;
    },
  };
}

/** Requests the page made of its host. */
export function asked(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => window.reportHarness.asked);
}
