/** What a link is called and how sure it is, in the user's language. Resolves nothing. */
import type { Confidence, KernelLink, SourceLink, SourcePlace } from '../../sources/frame/frame.js';
import type { Translate } from '../translate.js';
import { reasonText } from './reasonText.js';

/** Only these are of use in a narrow place: `fs/memory.go`. */
const PATH_PARTS = 2;
const COMMIT = /^[0-9a-f]{16,}$/;

/** `runc v1.0.0-rc10 fs/memory.go:123` */
export function placeText(place: SourcePlace): string {
  const repository = place.repository.slice(place.repository.lastIndexOf('/') + 1);
  const revision = COMMIT.test(place.revision) ? place.revision.slice(0, 12) : place.revision;
  const path = place.path.split('/').slice(-PATH_PARTS).join('/');
  const line = place.line > 0 ? `:${place.line}` : '';
  return [repository, revision, path + line].filter(part => part !== '').join(' ');
}

/** With the confidence in words, where it is not exact. */
export function linkText(link: SourceLink, t: Translate): string {
  return sure(placeText(link), link.confidence, t);
}

/** `kernel v4.4.227 memcg_stat_show`; for a lens, which shares its line with others. */
export function shortKernelText({ tag, symbol, confidence }: KernelLink, t: Translate): string {
  return sure(t('kernel {0} {1}', tag, symbol), confidence, t);
}

/** The same with the file that it serves, where that is one of several. */
export function kernelText({ tag, symbol, serves, confidence }: KernelLink, t: Translate): string {
  const name = t('kernel {0} {1}', tag, symbol);
  return sure(serves === undefined ? name : t('{0}, serving {1}', name, serves), confidence, t);
}

function sure(text: string, confidence: Confidence, t: Translate): string {
  if (confidence === 'approximate') return t('approximate: {0}', text);
  return confidence === 'table' ? t('{0} (by the version table)', text) : text;
}

/** The address, and everything that keeps the link from being exact. */
export function linkTooltip({ url, reasons }: Pick<SourceLink, 'url' | 'reasons'>, t: Translate): string {
  return [url, ...new Set(reasons.map(reason => reasonText(reason, t)))].join('\n');
}
