/** Keys that work anywhere on the page. Those of the graph and the table are theirs. */

export type PageAction =
  'search' | 'nextMatch' | 'previousMatch' | 'table' | 'turnOver' | 'bottomUp' | 'export' | 'keys' | 'source';

const PLAIN: Readonly<Record<string, PageAction>> = {
  '/': 'search',
  t: 'table',
  o: 'turnOver',
  b: 'bottomUp',
  e: 'export',
  g: 'source',
  '?': 'keys',
};

/** What a key means; letters mean nothing while text is typed. */
export function readPageKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
  typing: boolean,
): PageAction | undefined {
  if (event.altKey) return undefined;
  if (event.key === 'F3') return event.shiftKey ? 'previousMatch' : 'nextMatch';
  if (event.ctrlKey || event.metaKey) return event.key === 'f' ? 'search' : undefined;
  return !typing && Object.hasOwn(PLAIN, event.key) ? PLAIN[event.key] : undefined;
}
