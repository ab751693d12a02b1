/** Single values of a kubeconfig's YAML, which may be anything, as texts and lists of bounded length. */
import { KUBECONFIG } from '../../base/limits.js';
import { PlainWord } from './yamlMapping.js';

/** A text, number or truth value as text; undefined where it is empty, longer than `maxCharacters`, or something else. */
export function scalarText(value: unknown, maxCharacters: number = KUBECONFIG.text): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof PlainWord) return value.text;
  return typeof value === 'string' && value !== '' && value.length <= maxCharacters ? value : undefined;
}

/** The first items of a list; none where it is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]).slice(0, KUBECONFIG.items) : [];
}
