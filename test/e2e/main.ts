/** All groups of steps in order. Prints `ok` or `FAIL` with milliseconds for each step, and a picture of each failure. */
import path from 'node:path';
import { ConsoleWatch } from './consoleWatch.js';
import type { Environment, Stage, Step, StepGroup } from './environment.js';
import { captureSteps } from './steps/captures.js';
import { demoPageSteps } from './steps/demoPage.js';
import { debugPodSteps, killedHostSteps } from './steps/debugPods.js';
import { hostileFolderSteps } from './steps/hostileFolder.js';
import { hostileWordsSteps } from './steps/hostileWords.js';
import { hotFramesSteps } from './steps/hotFrames.js';
import { mainJobSteps } from './steps/mainJob.js';
import { manyCapturesSteps } from './steps/manyCaptures.js';
import { offlineSteps } from './steps/offline.js';
import { openFileSteps } from './steps/openFiles.js';
import { refusalSteps } from './steps/refusals.js';
import { triageSteps } from './steps/triage.js';
import { treeSteps } from './steps/tree.js';
import { viewerSteps } from './steps/viewer.js';
import { workspaceKubeconfigSteps } from './steps/workspaceKubeconfig.js';
import { wrongKubeconfigSteps } from './steps/wrongKubeconfig.js';
import { Workbench } from './workbench.js';

const GROUPS: readonly StepGroup[] = [
  treeSteps,
  mainJobSteps('dark'),
  mainJobSteps('light'),
  mainJobSteps('high-contrast'),
  debugPodSteps('dark'),
  debugPodSteps('light'),
  debugPodSteps('high-contrast'),
  triageSteps('dark'),
  triageSteps('light'),
  triageSteps('high-contrast'),
  viewerSteps,
  hotFramesSteps,
  openFileSteps,
  captureSteps,
  manyCapturesSteps,
  refusalSteps,
  hostileWordsSteps,
  offlineSteps,
  hostileFolderSteps,
  workspaceKubeconfigSteps,
  wrongKubeconfigSteps,
  demoPageSteps,
  killedHostSteps,
];

/**
 * There a step that fails is tried once more, and then its group, from an empty stage; said aloud both times. A browser,
 * two servers and an extension host share the machine's processors with the test.
 */
const isOnCi = process.env['CI'] !== undefined;
/** Of a log, beside a failure. */
const ENTRIES_SHOWN = 8;

interface WatchedStage extends Stage {
  readonly watch: ConsoleWatch;
}

export interface Counts {
  passed: number;
  failed: number;
  /** Steps and groups that were tried once more. */
  repeated: number;
}

/** `only`: parts of group names; empty: all. */
export async function runAll(environment: Environment, only: readonly string[]): Promise<Counts> {
  const { page } = environment;
  const watch = new ConsoleWatch(page, environment.hostLog);
  const workbench = new Workbench(page, environment.shots);
  const stage: WatchedStage = { ...environment, workbench, watch };
  const counts: Counts = { passed: 0, failed: 0, repeated: 0 };
  const chosen = GROUPS.filter(({ name }) => only.length === 0 || only.some(part => name.includes(part)));
  await workbench.open(environment.address);
  for (const group of chosen) {
    console.log(`\n${group.name}`);
    let tried = await runGroup(stage, group);
    if (tried.failed > 0 && isOnCi) {
      console.log(`\n${group.name}, tried once more`);
      const again = await runGroup(stage, group);
      tried = { ...again, repeated: tried.repeated + again.repeated + 1 };
    }
    counts.repeated += tried.repeated;
    counts.passed += tried.passed;
    counts.failed += tried.failed;
  }
  return counts;
}

async function runGroup(stage: WatchedStage, group: StepGroup): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, repeated: 0 };
  const { watch } = stage;
  const silence: Step = {
    title: 'leaves no error on the console and in the log',
    run: () => watch.expectSilence(),
  };
  const steps: readonly Step[] = [
    { title: 'begins with an empty stage', run: () => stage.workbench.clearStage() },
    ...group.steps,
    ...(group.mayReportErrors === true ? [] : [silence]),
  ];
  for (const { title, run } of steps) {
    let ok = await runStep(stage, group, title, run);
    if (!ok && isOnCi) {
      counts.repeated++;
      ok = await runStep(stage, group, `${title}, tried once more`, run);
    }
    counts[ok ? 'passed' : 'failed'] += 1;
  }
  if (group.mayReportErrors === true) await watch.forget();
  return counts;
}

async function runStep(
  stage: WatchedStage,
  group: StepGroup,
  title: string,
  run: Step['run'],
): Promise<boolean> {
  const started = performance.now();
  const milliseconds = (): string => `${Math.round(performance.now() - started)} ms`;
  try {
    await run(stage);
    console.log(`  ok   ${title} (${milliseconds()})`);
    return true;
  } catch (error) {
    console.log(`  FAIL ${title} (${milliseconds()})\n       ${describe(error)}`);
    const name = `${group.name}-${title}`.replace(/\W+/g, '-');
    await stage.page.screenshot({ path: path.join(stage.shots, 'failed', `${name}.png`) });
    await showSurroundings(stage);
    // What it left open must not fail the next one.
    await stage.page.keyboard.press('Escape');
    await stage.page.keyboard.press('Escape');
    return false;
  }
}

/** What led to a failure is seldom in its picture, and the picture stays on the machine. */
async function showSurroundings({ watch, extensionLog }: WatchedStage): Promise<void> {
  const ends = { 'log of the extension': await extensionLog(), 'VS Code of itself': watch.takeOthers() };
  for (const [title, entries] of Object.entries(ends))
    for (const entry of entries.slice(-ENTRIES_SHOWN)) console.log(`       ${title}: ${entry}`);
}

function describe(error: unknown): string {
  return (error instanceof Error ? (error.stack ?? error.message) : String(error))
    .split('\n')
    .slice(0, 14)
    .join('\n       ');
}
