/** An Event of core/v1 or events.k8s.io/v1 as YAML or JSON. */
import { fieldAt, fieldOf, textOf, wholeOf } from '../../base/jsonFields.js';
import type { NodeEvent, Place } from '../model.js';

const LONGEST_MESSAGE = 4_096;

export function readEventObject(value: unknown, at: Place): NodeEvent | undefined {
  const object = fieldOf(value, 'involvedObject') ?? fieldOf(value, 'regarding');
  const reason = textOf(fieldOf(value, 'reason'));
  if (object === undefined || reason === undefined) return undefined;
  const type = textOf(fieldOf(value, 'type'));
  const message = textOf(fieldOf(value, 'message')) ?? textOf(fieldOf(value, 'note')) ?? '';
  return {
    at,
    objectKind: textOf(fieldOf(object, 'kind')),
    objectName: textOf(fieldOf(object, 'name')),
    reason,
    message: message.slice(0, LONGEST_MESSAGE),
    isWarning: type === undefined ? undefined : type === 'Warning',
    count:
      wholeOf(fieldOf(value, 'count')) ??
      wholeOf(fieldAt(value, 'series', 'count')) ??
      wholeOf(fieldOf(value, 'deprecatedCount')),
    spanSeconds: spanOf(
      textOf(fieldOf(value, 'firstTimestamp')) ?? textOf(fieldOf(value, 'deprecatedFirstTimestamp')),
      textOf(fieldOf(value, 'lastTimestamp')) ?? textOf(fieldAt(value, 'series', 'lastObservedTime')),
    ),
  };
}

function spanOf(first = '', last = ''): number | undefined {
  const seconds = (Date.parse(last) - Date.parse(first)) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
