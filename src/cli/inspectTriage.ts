/**
 * `inspect --triage FOLDER`: the cause of what a folder of files about a node shows, as one object; with `--format` as text
 * for people and other tools, with `--redact` without the names of its cluster.
 */
import { parseArgs } from 'node:util';
import { collectMaterial } from '../material/collect.js';
import { clusterNames } from '../report/triageExport/clusterNames.js';
import { exportTriage, TRIAGE_FORMATS, type TriageFormat } from '../report/triageExport/exportTriage.js';
import { redactJson } from '../report/triageExport/redactJson.js';
import { reportTriage } from '../report/triageReport.js';
import { judge } from '../triage/judge.js';
import { RULES } from '../triage/ruleTable.js';
import { triageJson } from '../triage/triageJson.js';
import { readMaterialFolder } from '../worker/node/materialFolder.js';
import { UsageError } from './usageError.js';

export const TRIAGE_USAGE = `Usage: npm run -s inspect -- --triage FOLDER [--json | --format ${TRIAGE_FORMATS.join('|')}] [--redact]`;

/** An object is printed as JSON, a text as it is. */
export type TriageOutput = { readonly json: object } | { readonly text: string };

/** @throws UsageError, or TriageError `file-unreadable` where FOLDER is none */
export function inspectTriage(args: readonly string[]): TriageOutput {
  const { folder, format, isRedacted } = parseCommandLine(args);
  const { files, unread } = readMaterialFolder(folder);
  const evidence = collectMaterial(files);
  const all = { ...evidence, unread: [...unread, ...evidence.unread] };
  const triage = judge(all, RULES);
  if (format !== undefined) {
    const report = reportTriage({ steps: [] }, all, triage);
    return { text: exportTriage(report, { format, isRedacted, version: undefined }) };
  }
  const json = triageJson(all, triage);
  return { json: isRedacted ? redactJson(json, clusterNames(all)) : json };
}

interface CommandLine {
  readonly folder: string;
  /** Undefined: JSON. */
  readonly format: TriageFormat | undefined;
  readonly isRedacted: boolean;
}

function parseCommandLine(args: readonly string[]): CommandLine {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: flag, redact: flag, triage: text, format: text },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}. ${TRIAGE_USAGE}`);
  }
  const { triage, format: wanted, redact = false } = parsed.values;
  if (triage === undefined || triage === '') throw new UsageError(`No folder is named. ${TRIAGE_USAGE}`);
  if (parsed.positionals.length > 0) throw new UsageError(`One folder at a time. ${TRIAGE_USAGE}`);
  return { folder: triage, format: formatOf(wanted), isRedacted: redact };
}

function formatOf(wanted: string | undefined): TriageFormat | undefined {
  if (wanted === undefined || wanted === 'json') return undefined;
  const format = TRIAGE_FORMATS.find(known => known === wanted);
  if (format === undefined) throw new UsageError(`There is no format "${wanted}". ${TRIAGE_USAGE}`);
  return format;
}
