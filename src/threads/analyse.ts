/** Samples of threads as a report: everything a view shows and the findings. Joins the counting of this folder. */
import { sentence, type Sentence } from '../base/sentence.js';
import { wholeProgramOf } from '../kubelet/wholeProgram.js';
import type { SamplingFacts, ThreadPlace, ThreadReport, ThreadRow } from './model.js';
import { observeRounds, type ObservedRound } from './observe.js';
import { buildOpenFiles, measureMemoryStatUse } from './openFiles.js';
import type { ThreadSamples } from './parseSamples.js';
import { buildNodeCpu, buildProcessCpu } from './processCpu.js';
import { buildStacks } from './sampledStacks.js';
import { architectureOf } from './systemCall.js';
import { buildThreadRows, CallCounter, noPlaces } from './threadRows.js';
import { THREAD_WARNING_TEXTS } from './threadSentences.js';
import { SECONDS_PER_TICK } from './ticks.js';
import { judgeThreads } from './verdict.js';

export function analyseThreads(samples: ThreadSamples): ThreadReport {
  const rounds = observeRounds(samples.rounds, architectureOf(samples.header.get('machine')));
  const facts = collectFacts(samples);
  const threads = buildThreadRows(rounds, samples.looks);
  const report = {
    facts,
    threads,
    total: totalOf(threads, facts.seconds),
    calls: countCalls(rounds, () => true),
    diskCalls: countCalls(rounds, place => place === 'disk'),
    files: buildOpenFiles(rounds),
    memoryStat: measureMemoryStatUse(samples.fileLooks, rounds),
    processes: buildProcessCpu(samples.looks),
    node: buildNodeCpu(samples.looks),
    stacks: buildStacks(rounds),
  };
  return { ...report, verdict: judgeThreads(report), warnings: listWarnings(samples, facts) };
}

function collectFacts(samples: ThreadSamples): SamplingFacts {
  const { header, looks } = samples;
  const pid = numberOf(header, 'pid') ?? 0;
  const command = looks[0]?.processes.get(pid)?.command ?? samples.rounds[0]?.threads.get(pid)?.command;
  return {
    pid,
    command,
    kernelRelease: header.get('kernel'),
    machine: header.get('machine'),
    cpus: looks[0]?.cpus,
    rounds: samples.rounds.length,
    seconds: secondsBetween(samples.rounds),
    secondsAsked: numberOf(header, 'seconds'),
    roundsAsked: numberOf(header, 'rounds'),
    hasStacks: header.get('stacks') === 'yes',
    samplerCpuSeconds: samples.costTicks === undefined ? undefined : samples.costTicks * SECONDS_PER_TICK,
    isWhole: samples.end !== undefined,
  };
}

function numberOf(header: ThreadSamples['header'], key: string): number | undefined {
  const number = Number(header.get(key));
  return Number.isFinite(number) ? number : undefined;
}

function secondsBetween(rounds: ThreadSamples['rounds']): number {
  const [first] = rounds;
  const last = rounds.at(-1);
  return first === undefined || last === undefined ? 0 : last.uptimeSeconds - first.uptimeSeconds;
}

function totalOf(threads: readonly ThreadRow[], seconds: number): ThreadReport['total'] {
  const places = noPlaces();
  let [userSeconds, systemSeconds, samples] = [0, 0, 0];
  for (const thread of threads) {
    userSeconds += thread.userSeconds;
    systemSeconds += thread.systemSeconds;
    samples += thread.samples;
    for (const place of Object.keys(places) as (keyof typeof places)[]) places[place] += thread.places[place];
  }
  const cores = seconds > 0 ? (userSeconds + systemSeconds) / seconds : 0;
  return { userSeconds, systemSeconds, cores, places, samples };
}

function countCalls(
  rounds: readonly ObservedRound[],
  counts: (place: ThreadPlace) => boolean,
): ThreadReport['calls'] {
  const counter = new CallCounter();
  for (const { threads } of rounds)
    for (const { call, place } of threads) if (call !== undefined && counts(place)) counter.add(call);
  return counter.list();
}

function listWarnings(samples: ThreadSamples, facts: SamplingFacts): readonly Sentence[] {
  const { end, unparsedLines, rounds } = samples;
  const { roundsAsked, hasStacks } = facts;
  const program = wholeProgramOf(facts.command);
  const texts = THREAD_WARNING_TEXTS;
  return [
    ...(program === undefined ? [] : [sentence(texts.wholeProgram, program)]),
    ...(end === undefined ? [sentence(texts.cut)] : []),
    ...(end === 'gone' ? [sentence(texts.gone, facts.pid)] : []),
    ...(end === 'limit' ? [sentence(texts.limit)] : []),
    ...(end === 'complete' && roundsAsked !== undefined && rounds.length < roundsAsked
      ? [sentence(texts.fewer, rounds.length, roundsAsked)]
      : []),
    ...(rounds.length > 0 && !hasStacks ? [sentence(texts.noStacks)] : []),
    ...listCuts(samples),
    ...(unparsedLines > 0 ? [sentence(texts.unparsed, unparsedLines)] : []),
  ];
}

/** Marks of the script where a list ended at its cap. */
function listCuts({ header }: ThreadSamples): readonly Sentence[] {
  const [files, processes] = [numberOf(header, 'files'), numberOf(header, 'processes')];
  return [
    ...(files === undefined ? [] : [sentence(THREAD_WARNING_TEXTS.files, files)]),
    ...(processes === undefined ? [] : [sentence(THREAD_WARNING_TEXTS.processes, processes)]),
  ];
}
