/** Single values of a kubeconfig's YAML, which may be anything, as texts and lists of bounded length. */
import { KUBECONFIG } from '../../base/limits.js';

/**
 * A text, number or truth value as text; undefined where it is empty, longer than `maxCharacters`, or something else. YAML
 * makes a date of what looks like one, such as an expiry without quotes: that is text again.
 */
export function scalarText(value: unknown, maxCharacters: number = KUBECONFIG.text): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  return typeof value === 'string' && value !== '' && value.length <= maxCharacters ? value : undefined;
}

/** The first items of a list; none where it is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]).slice(0, KUBECONFIG.items) : [];
}
