/** Which process was measured, as sentences of a capture: what it is besides a kubelet, and who else gives himself out as one. */
import { formatSentence, sentence } from '../base/sentence.js';
import { WHOLE_PROGRAM_TEXT } from '../kubelet/wholeProgram.js';
import type { PassedOver, PassedOverProcess } from '../kubelet/kubeletCandidates.js';
import { captureIssue, type CaptureIssue } from './captureIssues.js';

const ISSUES: Readonly<Record<PassedOverProcess['why'], CaptureIssue>> = {
  pod: 'passedOverPods',
  user: 'passedOverUsers',
  unknown: 'passedOverUnknown',
};
/** Named in one sentence. */
const NAMED = 5;

/** A sentence for each reason: `4711 (kubelet), 4712 (kubelet), …`. */
export function passedOverIssues({ count, processes }: PassedOver): readonly string[] {
  const groups = new Map<PassedOverProcess['why'], PassedOverProcess[]>();
  for (const process of processes) {
    const group = groups.get(process.why);
    if (group === undefined) groups.set(process.why, [process]);
    else group.push(process);
  }
  return [...groups].map(([why, group]) => {
    const named = group.slice(0, NAMED).map(({ pid, comm }) => `${pid} (${comm})`);
    const isAll = group.length <= NAMED && count === processes.length;
    return captureIssue(ISSUES[why], [...named, ...(isAll ? [] : ['…'])].join(', '));
  });
}

/** None where the kubelet is a program of its own. */
export function wholeProgramIssues(program: string | undefined): readonly string[] {
  return program === undefined ? [] : [formatSentence(sentence(WHOLE_PROGRAM_TEXT, program))];
}
