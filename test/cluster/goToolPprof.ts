/** The field's own answer about a profile: `go tool pprof -top`, parsed. */
import { spawnSync } from 'node:child_process';
import type { TopRow } from './captureKit.js';
import { runCommand } from './local/runCommand.js';

export const hasGo = spawnSync('go', ['version']).status === 0;

export interface PprofTop {
  readonly total: number;
  readonly rows: ReadonlyMap<string, TopRow>;
}

/** Of the default sample type, in its base unit. */
export async function goToolPprof(file: string, unit: 'ns' | 'B'): Promise<PprofTop> {
  const untouched = ['-symbolize=none', '-trim=false', '-nodefraction=0'];
  const text = await runCommand('go', ['tool', 'pprof', '-top', ...untouched, `-unit=${unit}`, file]);
  const total = / of (\d+)\w* total/.exec(text)?.[1];
  if (total === undefined) throw new Error(`no total in what pprof says:\n${text.slice(0, 500)}`);
  const row = /^\s*(-?\d+)\w*\s+\S+%\s+\S+%\s+(-?\d+)\w*\s+\S+%\s+(.+?)(?: \((?:partial-)?inline\))?$/gm;
  const rows = [...text.matchAll(row)].map(
    ([, flat, cum, name]) => [name!, { flat: Number(flat), cum: Number(cum) }] as const,
  );
  return { total: Number(total), rows: new Map(rows) };
}
