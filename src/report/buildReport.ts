/** From what a file says to what a report page shows of it. Profiles have a page of their own. */
import { assertNever } from '../base/assertNever.js';
import type { ReportEvidence } from '../evidence/model.js';
import { reportCalls } from './callsReport.js';
import type { Report } from './model.js';
import { reportNodeFacts } from './nodeFactsReport.js';
import { reportCgroups, reportThreads } from './samplesReport.js';

/** Plain JSON, small whatever the size of the file. */
export function buildReport(evidence: ReportEvidence): Report {
  switch (evidence.kind) {
    case 'calls':
      return reportCalls(evidence);
    case 'threads':
      return reportThreads(evidence);
    case 'cgroups':
      return reportCgroups(evidence);
    case 'nodeFacts':
      return reportNodeFacts(evidence);
    default:
      return assertNever(evidence);
  }
}
