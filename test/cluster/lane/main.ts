/**
 * The command line of the cluster lane: chooses the cluster (KUBECONFIG's, else a local one), runs the tests on it and
 * takes the local one down on every way out. What the tests show stands in test/cluster/*.test.ts.
 */
import path from 'node:path';
import { buildBinaries, knownVersions, writeModules } from '../local/kubernetesBinaries.js';
import { cacheFolder, kubeconfigOf, type ClusterLayout } from '../local/clusterLayout.js';
import { parseArguments, USAGE, type LaneArguments } from './parseArguments.js';
import { checkGivenCluster } from './givenCluster.js';
import { keepLogs, startLocalCluster, takeDownLocalCluster } from './localCluster.js';
import { countsLine, failedRun, runTests, type TestCounts } from './runTests.js';

/** Returns the process's exit code. The last line on stdout of a test run is `N passed, N failed`. */
export async function main(argv: readonly string[], root: string): Promise<number> {
  const versions = knownVersions(modulesFolder(root));
  const parsed = parseArguments(argv, versions);
  if (parsed.kind === 'help') {
    console.log(parsed.problem === undefined ? USAGE : `${parsed.problem}\n\n${USAGE}`);
    return parsed.problem === undefined ? 0 : 2;
  }
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => ending.abort(new Error(`ended by ${signal}`)));
  try {
    return await runLane(parsed, root, ending.signal);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    if (parsed.kind === 'test') console.log(countsLine(failedRun));
    return ending.signal.aborted ? 130 : 1;
  }
}

async function runLane(parsed: Exclude<LaneArguments, { kind: 'help' }>, root: string, signal: AbortSignal) {
  switch (parsed.kind) {
    case 'modules':
      say(`wrote ${await writeModules(modulesFolder(root), parsed.version, signal)}`);
      return 0;
    case 'build':
      await build(root, parsed.version, signal);
      return 0;
    case 'up': {
      const layout = await startLocalCluster({ root, version: parsed.version, isKept: true }, say, signal);
      console.log(kubeconfigOf(layout, 'admin'));
      return 0;
    }
    case 'down':
      return (await takeDownLocalCluster(say)) ? 0 : 1;
    case 'test': {
      const kubeconfig = process.env['KUBECONFIG'];
      const counts =
        kubeconfig === undefined || kubeconfig === ''
          ? await testLocally(parsed, root, signal)
          : await testGivenCluster(kubeconfig, parsed, root, signal);
      console.log(countsLine(counts));
      return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
    }
  }
}

type TestArguments = Extract<LaneArguments, { kind: 'test' }>;

async function testGivenCluster(
  kubeconfig: string,
  parsed: TestArguments,
  root: string,
  signal: AbortSignal,
): Promise<TestCounts> {
  for (const line of checkGivenCluster(kubeconfig, process.env)) say(line);
  return runTests({ root, filters: parsed.filters, lane: { kind: 'given', kubeconfig } }, signal);
}

/** The cluster lives as long as the tests; that nothing of it is left is counted as a test. */
async function testLocally(parsed: TestArguments, root: string, signal: AbortSignal): Promise<TestCounts> {
  const { version, isKept, filters } = parsed;
  const layout = await startLocalCluster({ root, version, isKept }, say, signal);
  let counts = failedRun;
  let isClean = false;
  try {
    counts = await runTests({ root, filters, lane: { kind: 'local', folder: layout.folder } }, signal);
  } finally {
    if (counts.failed > 0) keepLogs(layout, path.join(root, 'out/cluster-lane/logs'), say);
    if (isKept) sayKept(layout);
    else isClean = await takeDownLocalCluster(say);
  }
  if (isKept) return counts;
  return { passed: counts.passed + (isClean ? 1 : 0), failed: counts.failed + (isClean ? 0 : 1) };
}

function sayKept(layout: ClusterLayout): void {
  say(`kept: KUBECONFIG=${kubeconfigOf(layout, 'admin')} (end it with \`node test/cluster/run.mjs down\`)`);
}

async function build(root: string, version: string, signal: AbortSignal): Promise<void> {
  const binaries = path.join(cacheFolder(process.env), 'bin', version);
  say(`Kubernetes ${version}: building what ${binaries} lacks`);
  await buildBinaries(path.join(modulesFolder(root), version), binaries, signal);
}

function modulesFolder(root: string): string {
  return path.join(root, 'test/cluster/kubernetes');
}

/** Steps go to stderr: stdout is the answer's (a path, the counts). */
function say(line: string): void {
  process.stderr.write(`[cluster ${performance.now().toFixed(0).padStart(6)} ms] ${line}\n`);
}
