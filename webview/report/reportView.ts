/** What the views of all kinds of reports are made from and of. Types only. */
import type { NodeStep, ReportLink, ReportNode, ReportPayload } from '../../src/protocol/reportMessages.js';
import type { TableHost } from './dataTable.js';
import type { TermHelp } from './termHelp.js';

export interface ViewHost extends TableHost {
  readonly help: TermHelp;
  readonly openLink: (link: ReportLink) => void;
  readonly openBeside: (file: string, line: number | undefined) => void;
  readonly openReference: (cause: string, index: number) => void;
  /** On which the next steps are taken, or why none can be. */
  readonly node: ReportNode;
  readonly runStep: (step: NodeStep) => void;
  readonly applyRemedy: (cause: string) => void;
  readonly checkRemedy: () => void;
  readonly exportReport: () => void;
  readonly kernels: ReportPayload['kernels'];
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: readonly Node[];
}
