/** What a search came to, in the words beside its field. */
import { formatCount } from '../../src/profile/format.js';
import { t } from '../words.js';
import type { PageSession } from './pageSession.js';

/** What a search found, as it is said beside the field. */
export type SearchResult =
  | { readonly kind: 'none' }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'found'; readonly text: string; readonly any: boolean };

/** `place` is the match the walk stands at. */
export function describeResult(
  { search, figures, type, subject }: PageSession,
  place: number | undefined,
): SearchResult {
  if (search.query.kind === 'invalid') return search.query;
  if (search.matched === undefined) return { kind: 'none' };
  const boxes = search.boxes(subject).length;
  if (boxes === 0) return { kind: 'found', text: t('No match'), any: false };
  const share = figures.share(search.sum(type));
  const text =
    place === undefined
      ? t('{0} boxes · {1}', formatCount(boxes), share)
      : t('{0} of {1} · {2}', formatCount(place + 1), formatCount(boxes), share);
  return { kind: 'found', text, any: true };
}
