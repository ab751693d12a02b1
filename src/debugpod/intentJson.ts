/** An intent as the text of its file: written by this version, read tolerantly as another version may have written it. */
import type { IntentOwner, PodIntent } from './debugPodPorts.js';

const VERSION = 1;

export function encodeIntent(intent: PodIntent): string {
  return `${JSON.stringify({ version: VERSION, ...intent }, undefined, 2)}\n`;
}

const WORDS = ['context', 'server', 'namespace', 'name', 'node', 'expiresAt'] as const;

/** Undefined where the text is no intent that this version understands: it is left alone then. */
export function decodeIntent(text: string): PodIntent | undefined {
  const value = parse(text);
  if (!isObject(value) || value['version'] !== VERSION) return undefined;
  const owner = decodeOwner(value['owner']);
  const words = pickWords(value, WORDS);
  const { uid } = value;
  if (owner === undefined || words === undefined) return undefined;
  if (uid !== undefined && typeof uid !== 'string') return undefined;
  return { ...words, uid, owner };
}

function decodeOwner(value: unknown): IntentOwner | undefined {
  if (!isObject(value)) return undefined;
  const words = pickWords(value, ['session', 'host', 'aliveAt'] as const);
  const { pid } = value;
  return words === undefined || typeof pid !== 'number' ? undefined : { ...words, pid };
}

/** Undefined where one of them is missing or no text. */
function pickWords<Name extends string>(
  value: Readonly<Record<string, unknown>>,
  names: readonly Name[],
): Readonly<Record<Name, string>> | undefined {
  const picked: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const word = value[name];
    if (typeof word !== 'string') return undefined;
    picked[name] = word;
  }
  return picked as Record<Name, string>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not ours, or cut off.
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
