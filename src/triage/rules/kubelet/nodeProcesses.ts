/** Rows of ps, top and pidstat as rules of this folder ask for them. A process that is shown several times counts once. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence, ProcessRow } from '../../../material/model.js';
import type { Reading } from '../../reading.js';
import { observed, type RuleEvidence } from '../../rule.js';
import { roundedCores } from './kubeletBurn.js';

const INIT =
  /^(?:(?:\/usr)?\/lib\/systemd\/)?systemd(?: --switched-root| --system|$)|^(?:\/(?:usr\/)?sbin\/)?init\b/u;

export interface ProcessSum {
  readonly count: number;
  readonly cores: number;
  readonly rows: readonly ProcessRow[];
}

/** All processes whose command matches. */
export function sumProcesses(reading: Reading, pattern: RegExp): ProcessSum {
  const rows = distinct(reading.processes(pattern));
  return { count: rows.length, cores: rows.reduce((sum, { cores }) => sum + (cores ?? 0), 0), rows };
}

function distinct(rows: readonly ProcessRow[]): readonly ProcessRow[] {
  const byPid = new Map<string, ProcessRow>();
  const rest: ProcessRow[] = [];
  for (const row of rows) {
    if (row.pid === undefined) rest.push(row);
    else {
      const key = `${row.at.file}:${row.pid}`;
      if ((byPid.get(key)?.cores ?? -1) < (row.cores ?? 0)) byPid.set(key, row);
    }
  }
  return [...byPid.values(), ...rest];
}

/** PID 1 uses at least `least` cores. */
export function busyInit({ processes }: NodeEvidence, least: number): RuleEvidence | undefined {
  const most = processes
    // PID 1 of a container is an application.
    .filter(({ pid, command }) => (pid === 1 || pid === undefined) && INIT.test(command))
    .reduce<ProcessRow | undefined>(
      (a, b) => (a !== undefined && (a.cores ?? 0) >= (b.cores ?? 0) ? a : b),
      undefined,
    );
  if (most?.cores === undefined || most.cores < least) return undefined;
  return observed(
    sentence('PID 1 ({0}) uses {1} cores', most.command.slice(0, 60), roundedCores(most.cores)),
    {
      value: most.cores,
      unit: 'cores',
      threshold: sentence('from {0} cores on; it has one thread', least),
      place: most.at,
    },
  );
}
