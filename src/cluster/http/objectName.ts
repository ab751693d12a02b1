/** Names of API objects as they go into paths. */
import { NODE_TEXT } from '../../base/limits.js';
import { TriageError } from '../../base/errors.js';

/** In no name of an API object (apimachinery/pkg/api/validation/path, NameMayNotContain), and control characters. */
const NOT_IN_NAMES = /[/%\p{Cc}\p{Cs}]/u;

/**
 * False for what no API server can hold, since it could not be asked for: no text, empty, longer than any name, `.` and
 * `..` (an address loses them on the way), halves of surrogate pairs.
 */
export function isObjectName(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || value.length > NODE_TEXT.name) return false;
  return value !== '.' && value !== '..' && !NOT_IN_NAMES.test(value);
}

/** A name as one segment of a path; throws `request-rejected` where it would be another path. */
export function pathSegment(name: string): string {
  if (name !== '' && name !== '.' && name !== '..') return encodeURIComponent(name.toWellFormed());
  throw new TriageError('request-rejected', `No object of a cluster is named "${name}".`, {
    facts: { body: `no object is named "${name}"` },
  });
}
