/** What is typed into Filter Captures, as a predicate: words that must all match, each somewhere; `!word` must not. */
import type { StoredCapture } from '../capture/captureFolder.js';
import { captureShows, stateText, timeText } from './captureText.js';
import { profileTitle } from './profileNames.js';
import type { Translate } from './translate.js';

export type CapturePredicate = (capture: StoredCapture) => boolean;

/**
 * Looked at: node, context, what was captured, what was found, names of the capture and its case, when it began as rows
 * show it, state, the bundle it came in, the folder. Undefined for text without a word: everything passes.
 */
export function parseCaptureFilter(text: string, nowMs: number, t: Translate): CapturePredicate | undefined {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '' && word !== '!');
  if (words.length === 0) return undefined;
  return capture => {
    const looked = textOf(capture, nowMs, t).toLowerCase();
    return words.every(word =>
      word.startsWith('!') ? !looked.includes(word.slice(1)) : looked.includes(word),
    );
  };
}

function textOf(capture: StoredCapture, nowMs: number, t: Translate): string {
  if (capture.kind === 'invalid') return capture.folder;
  const { record, folder } = capture;
  const parts: readonly (string | undefined)[] = [
    record.node.name,
    record.target?.node,
    record.context,
    record.profile,
    profileTitle(record.profile, t),
    record.title,
    record.case?.title,
    ...captureShows(record, t),
    timeText(record.startedAt, nowMs),
    stateText(record, t),
    record.imported === undefined ? undefined : `${t('imported')} ${record.imported.from ?? ''}`,
    folder.split(/[/\\]/).at(-1),
  ];
  // No word that is looked for reaches over two of them.
  return parts.filter(part => part !== undefined).join('\n');
}
