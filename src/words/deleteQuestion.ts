/** The question before captures are deleted: which, of which node, from when. Shows nothing. */
import { outsideText } from '../base/outsideText.js';
import type { StoredCapture } from '../capture/captureFolder.js';
import { namedCapture, timeText } from './captureText.js';
import type { Translate } from './translate.js';

/** More are counted. */
const NAMED = 10;

export interface DeleteQuestion {
  readonly message: string;
  /** Has lines: one for each capture. */
  readonly detail: string;
}

/** `captures`: at least one. */
export function deleteQuestion(
  captures: readonly StoredCapture[],
  nowMs: number,
  t: Translate,
  locale?: string,
): DeleteQuestion {
  // What a record brings of line ends is no line of the question.
  const names = captures.map(capture => outsideText(nameOf(capture, nowMs, t, locale)));
  const [first] = captures;
  if (captures.length === 1 && first !== undefined)
    return {
      message: t('Delete the capture "{0}"?', names[0] ?? ''),
      detail: t(
        'Its folder goes to the trash where the system has one, else it is gone for good:\n{0}',
        first.folder,
      ),
    };
  const more = names.length - NAMED;
  return {
    message: t('Delete {0} captures?', names.length),
    // A value of a sentence is one line.
    detail: [
      t('Their folders go to the trash where the system has one, else they are gone for good:'),
      ...names.slice(0, NAMED),
      ...(more > 0 ? [t('and {0} more', more)] : []),
    ].join('\n'),
  };
}

function nameOf(capture: StoredCapture, nowMs: number, t: Translate, locale?: string): string {
  if (capture.kind === 'capture') return namedCapture(capture.record, nowMs, t, locale);
  const name = capture.folder.split(/[/\\]/).at(-1) ?? capture.folder;
  return `${name}, ${timeText(capture.startedAt, nowMs, locale)}`;
}
