/** `inspect --triage FOLDER`: the cause of what a folder of files about a node shows, as one object. */
import { parseArgs } from 'node:util';
import { collectMaterial } from '../material/collect.js';
import { judge } from '../triage/judge.js';
import { RULES } from '../triage/ruleTable.js';
import { triageJson } from '../triage/triageJson.js';
import { readMaterialFolder } from '../worker/node/materialFolder.js';
import { UsageError } from './usageError.js';

export const TRIAGE_USAGE = 'Usage: npm run -s inspect -- --triage FOLDER --json';

/** @throws UsageError, or TriageError `file-unreadable` where FOLDER is none */
export function inspectTriage(args: readonly string[]): object {
  const folder = parseCommandLine(args);
  const { files, unread } = readMaterialFolder(folder);
  const evidence = collectMaterial(files);
  const all = { ...evidence, unread: [...unread, ...evidence.unread] };
  return triageJson(all, judge(all, RULES));
}

function parseCommandLine(args: readonly string[]): string {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, triage: { type: 'string' } },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}. ${TRIAGE_USAGE}`);
  }
  const { triage } = parsed.values;
  if (triage === undefined || triage === '') throw new UsageError(`No folder is named. ${TRIAGE_USAGE}`);
  if (parsed.positionals.length > 0) throw new UsageError(`One folder at a time. ${TRIAGE_USAGE}`);
  return triage;
}
