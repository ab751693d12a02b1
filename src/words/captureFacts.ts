/** A capture's record as the page shows it. Sentences become the user's language here. */
import { translateIssue, type TranslateTemplate } from '../capture/captureIssues.js';
import type { CaptureRecord } from '../capture/captureRecord.js';
import type { CaptureFacts } from '../protocol/messages.js';

/** `secondsLeft` is known to the window that captures. */
export function captureFacts(
  record: CaptureRecord,
  secondsLeft: number | undefined,
  t: TranslateTemplate,
): CaptureFacts {
  const { node, processCpu } = record;
  return {
    node: node.name === '' ? undefined : node.name,
    context: record.context,
    kubeletVersion: node.kubeletVersion,
    kernelVersion: node.kernelVersion,
    profile: record.profile,
    startedAt: record.startedAt,
    processCores: processCpu === undefined ? undefined : processCpu.cpuSeconds / processCpu.windowSeconds,
    processCpuSeconds: processCpu?.cpuSeconds,
    state: record.state,
    slicesDone: record.slicesDone,
    slicesPlanned: record.slicesPlanned,
    secondsLeft: record.state === 'running' ? secondsLeft : undefined,
    issues: record.issues.map(issue => translateIssue(issue, t)),
  };
}
