/** Sections of processes: what each used between the two looks, who sleeps where no signal wakes it, who watches files. */
import { PAGE_BYTES, TICKS_PER_SECOND, toWhole, valueOfFile, valueOfKey, wordsOf } from './numbers.js';
import type {
  BlockedTask,
  InotifyFacts,
  LoggedLine,
  NamedProcesses,
  NodeFactsReading,
  ProcessFact,
} from './model.js';
import type { FactsSection } from './splitSections.js';

type ProcessFacts = Pick<NodeFactsReading, 'processes' | 'processCount' | 'states' | 'named'>;

export interface ProcessContext {
  /** Between the two looks; greater than 0. */
  readonly seconds: number;
  /** The script's own process: it says nothing of the node. */
  readonly ownPid: number | undefined;
  readonly commands: readonly LoggedLine[];
}

const ROW =
  /^row (\d{1,10}) (\d{1,10}) ([A-Za-z]) (\d{1,8}) (\d{1,15}) (\d{1,12}) (\d{1,12}) (\d{1,12}) (-?\d{1,15}) (.{1,64})$/u;

export function readProcesses(section: FactsSection, context: ProcessContext): ProcessFacts {
  const { lines, uptime } = section;
  const { seconds, ownPid } = context;
  const commands = commandsOf(context.commands);
  const rows = lines.flatMap(({ text, line }) => {
    const match = ROW.exec(text);
    if (match === null) return [];
    const [pid, parent, state, threads, start, user, system, faults, pages, name] = match.slice(1);
    if (Number(pid) === ownPid || Number(parent) === ownPid) return [];
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        name: name ?? '?',
        command: commands.get(Number(pid)),
        state: state ?? '?',
        threads: Number(threads),
        userCores: Number(user) / TICKS_PER_SECOND / seconds,
        systemCores: Number(system) / TICKS_PER_SECOND / seconds,
        majorFaultsPerSecond: Number(faults) / seconds,
        residentBytes: Math.max(0, Number(pages)) * PAGE_BYTES,
        ageSeconds: Math.max(0, uptime - Number(start) / TICKS_PER_SECOND),
        line,
      },
    ];
  });
  const names = new Map(rows.map(({ pid, name }) => [pid, name]));
  return {
    processes: rows.map((row): ProcessFact => ({ ...row, parentName: names.get(row.parent) })),
    processCount: valueOfKey(lines, 'processes')?.value,
    states: statesOf(lines),
    named: lines.flatMap(({ text }) => namedOf(text, seconds) ?? []),
  };
}

function namedOf(text: string, seconds: number): NamedProcesses | undefined {
  const [, count, ticks, name = ''] = /^name (\d{1,8}) (\d{1,12}) (.{1,64})$/u.exec(text) ?? [];
  return count === undefined
    ? undefined
    : { name, count: Number(count), cores: Number(ticks) / TICKS_PER_SECOND / seconds };
}

function statesOf(lines: readonly LoggedLine[]): ReadonlyMap<string, number> {
  return new Map(
    lines.flatMap(({ text }) => {
      const [, count, state] = /^state (\d{1,8}) ([A-Za-z])$/u.exec(text) ?? [];
      return state === undefined ? [] : [[state, Number(count)] as const];
    }),
  );
}

function commandsOf(lines: readonly LoggedLine[]): ReadonlyMap<number, string> {
  return new Map(
    lines.flatMap(({ text }) => {
      const [, pid, command = ''] = /^(\d{1,10}) (\S.{0,400})$/u.exec(text) ?? [];
      return pid === undefined ? [] : [[Number(pid), command.trim()] as const];
    }),
  );
}

const TASK =
  /^task (\d{1,10}) (\d{1,10}) (\d{1,15}) (\d{1,15}) ([\w.-]{1,200}) ([\w.,-]{1,4000}) (.{1,64})$/u;

interface SeenTask {
  readonly task: BlockedTask;
  /** Of the first look that found it in this sleep. */
  readonly since: number;
}

/** @param looks at all tasks, in their order; one that found none has no lines of any */
export function readBlocked(looks: readonly FactsSection[]): readonly BlockedTask[] {
  const found = new Map<string, SeenTask>();
  for (const { lines, uptime } of looks)
    for (const line of lines) {
      const seen = blockedTask(line);
      if (seen === undefined) continue;
      const { key, task } = seen;
      const before = found.get(key);
      const since = before?.since ?? uptime;
      const looksSoFar = (before?.task.looks ?? 0) + 1;
      found.set(key, { task: { ...task, looks: looksSoFar, seconds: uptime - since }, since });
    }
  return [...found.values()]
    .map(({ task }) => task)
    .sort((a, b) => b.seconds - a.seconds || b.looks - a.looks);
}

/** With what one and the same sleep is known by: a task that was woken in between has more switches. */
function blockedTask({
  text,
  line,
}: LoggedLine): { readonly key: string; readonly task: BlockedTask } | undefined {
  const match = TASK.exec(text);
  if (match === null) return undefined;
  const [pid = '', tid = '', switches = '', start = '', waits, frames = '-', name = '?'] = match.slice(1);
  return {
    // A number may be another task's by now.
    key: [pid, tid, start, switches].join(' '),
    task: {
      pid: Number(pid),
      tid: Number(tid),
      name,
      waitsIn: waits === '-' ? undefined : waits,
      frames: frames.split(',').filter(frame => frame !== '' && frame !== '-'),
      looks: 1,
      seconds: 0,
      line,
    },
  };
}

export function readInotify(lines: readonly LoggedLine[]): InotifyFacts {
  return {
    maxInstances: valueOfFile(lines, 'sys/fs/inotify/max_user_instances'),
    maxWatches: valueOfFile(lines, 'sys/fs/inotify/max_user_watches'),
    users: lines.flatMap(({ text, line }) => {
      const [word, uid, instances, watches] = wordsOf(text);
      const known = [uid, instances, watches].flatMap(each => toWhole(each) ?? []);
      const [user = 0, ofInstances = 0, ofWatches = 0] = known;
      return word !== 'user' || known.length < 3
        ? []
        : [{ uid: user, instances: ofInstances, watches: ofWatches, line }];
    }),
    processes: lines.flatMap(({ text, line }) => {
      const match = /^process (\d{1,10}) (\d{1,10}) (\d{1,9}) (\d{1,12}) (.{1,64})$/u.exec(text);
      if (match === null) return [];
      const [pid, uid, instances, watches] = match.slice(1, 5).map(Number);
      return [
        {
          pid: pid ?? 0,
          uid: uid ?? 0,
          instances: instances ?? 0,
          watches: watches ?? 0,
          name: match[5] ?? '?',
          line,
        },
      ];
    }),
  };
}
