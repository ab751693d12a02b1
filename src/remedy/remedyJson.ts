/** node.remedy.json: written beside what was measured, read back from any writer. A field that is not understood is unknown. */
import { fieldAt, fieldOf, listOf, textOf } from '../base/jsonFields.js';
import { plainLine } from '../base/plainLine.js';
import {
  REMEDIED_RULES,
  type Remedy,
  type RemedyDrop,
  type RemedyEnd,
  type RemedyReading,
  type SeenReadiness,
} from './model.js';

/** Name of the file in its folder; the editor knows it by the ending. */
export const REMEDY_FILE = 'node.remedy.json';
const FORMAT = 'node-triage remedy 1';
const ENDS: readonly RemedyEnd[] = ['running', 'complete', 'not-needed', 'stopped', 'not-ready', 'failed'];
const OUTCOMES: readonly RemedyDrop['outcome'][] = ['done', 'stopped', 'failed'];
const STATES: readonly SeenReadiness['status'][] = ['True', 'False', 'Unknown', 'not-known'];
const EVENTS: readonly Remedy['event'][] = ['recorded', 'forbidden', 'failed', 'none'];
/** Of each list. */
const MOST = 100;

export function formatRemedy(remedy: Remedy): string {
  return `${JSON.stringify({ format: FORMAT, ...remedy }, undefined, 2)}\n`;
}

/** Whether a file begins as a remedy does: its first field is its format. */
export function looksLikeRemedy(head: string): boolean {
  return /^\s{0,20}\{\s{0,20}"format":\s{0,20}"node-triage remedy 1"/u.test(head);
}

/** Undefined for what is none, or is cut off. */
export function parseRemedy(text: string): Remedy | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // cut off, or another file of that name
  }
  const rule = REMEDIED_RULES.find(known => known === fieldOf(value, 'rule'));
  const before = readReading(fieldOf(value, 'before'));
  if (fieldOf(value, 'format') !== FORMAT || rule === undefined || before === undefined) return undefined;
  return {
    node: plainLine(textOf(fieldOf(value, 'node')) ?? ''),
    rule,
    ended: ENDS.find(known => known === fieldOf(value, 'ended')) ?? 'failed',
    before,
    drops: listed(value, 'drops', readDrop),
    after: readReading(fieldOf(value, 'after')),
    again: listed(value, 'again', readReading),
    readiness: listed(value, 'readiness', readReadiness),
    event: EVENTS.find(known => known === fieldOf(value, 'event')) ?? 'none',
  };
}

function listed<T>(value: unknown, name: string, read: (entry: unknown) => T | undefined): readonly T[] {
  return listOf(fieldOf(value, name))
    .slice(0, MOST)
    .flatMap(entry => {
      const known = read(entry);
      return known === undefined ? [] : [known];
    });
}

function readReading(value: unknown): RemedyReading | undefined {
  const at = timeOf(value);
  if (at === undefined) return undefined;
  const number = (name: keyof RemedyReading): number | undefined => amountOf(fieldOf(value, name));
  return {
    at,
    readSeconds: number('readSeconds'),
    cgroups: number('cgroups'),
    dying: number('dying'),
    dentries: number('dentries'),
    slab: number('slab'),
    pageCache: number('pageCache'),
    available: number('available'),
    kubeletCores: number('kubeletCores'),
  };
}

function readDrop(value: unknown): RemedyDrop | undefined {
  const at = timeOf(value);
  const dropped = fieldOf(value, 'value');
  const outcome = OUTCOMES.find(known => known === fieldOf(value, 'outcome'));
  if (at === undefined || outcome === undefined || (dropped !== 2 && dropped !== 3)) return undefined;
  return {
    value: dropped,
    at,
    seconds: amountOf(fieldOf(value, 'seconds')),
    outcome,
    reason: lineOf(value, 'reason'),
  };
}

function readReadiness(value: unknown): SeenReadiness | undefined {
  const at = timeOf(value);
  const status = STATES.find(known => known === fieldOf(value, 'status'));
  if (at === undefined || status === undefined) return undefined;
  return { at, status, reason: lineOf(value, 'reason') };
}

function lineOf(value: unknown, name: string): string | undefined {
  const text = textOf(fieldAt(value, name));
  return text === undefined ? undefined : plainLine(text);
}

function timeOf(value: unknown): string | undefined {
  const text = textOf(fieldOf(value, 'at'));
  return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString();
}

function amountOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
