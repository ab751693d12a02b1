/** Before anything else: that the kubelet was not hot when the report was taken, where its CPU is known. */
import type { ReportPayload } from '../../src/protocol/reportMessages.js';
import { formatCores } from '../../src/profile/format.js';
import { element } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { t } from '../words.js';

/** Nothing where the kubelet was hot, or its CPU is not known. */
export function calmNotice({ report, traceCost, hotCores }: ReportPayload): readonly HTMLElement[] {
  // What a trace costs is no work of the kubelet's own: its CPU before counts.
  const cores = coresOf(report) ?? traceCost?.cpuBefore;
  if (cores === undefined || cores >= hotCores) return [];
  return [
    element(
      'p',
      { class: 'calm' },
      icon('info'),
      element(
        'span',
        {},
        t(
          'The kubelet was not hot when this was taken: {0} cores (hot from {1} on). If it is CPU that you are after, take it again when the kubelet is hot; a node can be slow while its kubelet waits.',
          formatCores(cores),
          formatCores(hotCores),
        ),
      ),
    ),
  ];
}

function coresOf(report: ReportPayload['report']): number | undefined {
  switch (report.kind) {
    case 'threads':
      return report.total.cores;
    case 'cgroups':
      return report.kubeletCpu?.cores;
    case 'triage':
      return report.kubeletCores;
    case 'calls':
    case 'nodeFacts':
    case 'remedy':
      return undefined;
  }
}
