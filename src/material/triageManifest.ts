/**
 * The list of what was taken of a node for triage: the file that opens. What was found is not in it: the files beside it are
 * judged anew each time, so that old captures get better with the rules.
 */
import { fieldOf, listOf, textOf } from '../base/jsonFields.js';
import { plainLine } from '../base/plainLine.js';

/** Name of the file in its folder; the editor knows it by the ending. */
export const TRIAGE_FILE = 'node.triage.json';
const FORMAT = 'node-triage triage 1';

export type StepOutcome =
  | 'taken'
  /** Without rights, or not served: `reason` says so. */
  | 'skipped'
  | 'failed'
  /** Not there yet: the capture goes on, or was ended before. */
  | 'pending';

export interface TriageStep {
  /** Stable: `node`, `metrics`, `cpu`. */
  readonly step: string;
  readonly outcome: StepOutcome;
  /** Beside the manifest; undefined unless it was taken. */
  readonly file: string | undefined;
  /** English, one line. */
  readonly reason: string | undefined;
}

export interface TriageManifest {
  readonly steps: readonly TriageStep[];
}

const OUTCOMES: readonly StepOutcome[] = ['taken', 'skipped', 'failed', 'pending'];
const MOST_STEPS = 200;

export function formatTriageManifest({ steps }: TriageManifest): string {
  return `${JSON.stringify({ format: FORMAT, steps }, undefined, 2)}\n`;
}

/** Whether a file begins as a manifest does: its first field is its format. */
export function looksLikeTriageManifest(head: string): boolean {
  return /^\s{0,20}\{\s{0,20}"format":\s{0,20}"node-triage triage 1"/u.test(head);
}

/** Undefined for what is none. A step that is not understood is left out. */
export function parseTriageManifest(text: string): TriageManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // cut off, or another file of that name
  }
  if (fieldOf(value, 'format') !== FORMAT) return undefined;
  return { steps: listOf(fieldOf(value, 'steps')).slice(0, MOST_STEPS).flatMap(readStep) };
}

function readStep(value: unknown): readonly TriageStep[] {
  const step = textOf(fieldOf(value, 'step'));
  const outcome = OUTCOMES.find(known => known === fieldOf(value, 'outcome'));
  if (step === undefined || outcome === undefined) return [];
  const line = (name: string): string | undefined => {
    const text = textOf(fieldOf(value, name));
    return text === undefined ? undefined : plainLine(text);
  };
  return [{ step: plainLine(step, 100), outcome, file: line('file'), reason: line('reason') }];
}
