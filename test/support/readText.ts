/** Text of a node by the one reader of evidence, as the report page and `inspect` say it. */
import {
  inspectKernelTrace as inspectKernelEvidence,
  inspectStrace as inspectStraceEvidence,
  type KernelTraceReport,
  type StraceReport,
} from '../../src/cli/inspectCalls.js';
import type { KubeletCpu } from '../../src/cgroup/model.js';
import { readKernelTrace, readStrace } from '../../src/evidence/readCalls.js';
import { readCgroups } from '../../src/evidence/readCgroups.js';
import { readEvidence } from '../../src/evidence/readEvidence.js';
import { readNodeFacts } from '../../src/evidence/readNodeFacts.js';
import { recogniseEvidence } from '../../src/evidence/recogniseEvidence.js';
import { buildReport } from '../../src/report/buildReport.js';
import { reportCalls } from '../../src/report/callsReport.js';
import type { CallsReport, CgroupsReport, NodeFactsReport, Report } from '../../src/report/model.js';
import { reportNodeFacts as reportFactsEvidence } from '../../src/report/nodeFactsReport.js';
import { reportCgroups as reportCgroupEvidence } from '../../src/report/samplesReport.js';

export const reportStrace = (text: string): CallsReport => reportCalls(readStrace(text));
export const reportKernelTrace = (text: string): CallsReport => reportCalls(readKernelTrace(text));
export const reportCgroups = (text: string, kubeletCpu?: KubeletCpu): CgroupsReport =>
  reportCgroupEvidence(readCgroups(text, undefined, kubeletCpu));
export const reportNodeFacts = (text: string): NodeFactsReport => reportFactsEvidence(readNodeFacts(text));
export const inspectStrace = (text: string): StraceReport => inspectStraceEvidence(readStrace(text));
export const inspectKernelTrace = (text: string): KernelTraceReport =>
  inspectKernelEvidence(readKernelTrace(text));

/** Throws where the bytes are no report's. */
export function reportBytes(bytes: Uint8Array): Report {
  const format = recogniseEvidence(bytes);
  if (format === 'profile') throw new Error('nothing that a report is made of');
  return buildReport(readEvidence(bytes, format));
}
