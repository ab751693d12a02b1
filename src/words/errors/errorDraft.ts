/** What every sentence about an error is made from: its facts as text, and the draft that errorTexts.ts turns into words and buttons. */
import type { ErrorDescription } from '../../base/errors.js';
import { fileReasonText } from './fileProblemText.js';
import type { Translate } from '../translate.js';
import { outsideText } from '../../base/outsideText.js';

export type ActionName =
  | 'retry'
  | 'log'
  | 'rbac'
  | 'allow'
  | 'kubeconfig'
  | 'open'
  | `${'kubeconfig' | 'slice' | 'folder' | 'size' | 'pod-image' | 'pod-namespace' | 'strace-file'}-setting`;

export interface Draft {
  readonly text: string;
  readonly nextStep?: string;
  readonly actions: readonly ActionName[];
}

/** Reads facts as text, with a stand-in where one is missing. What comes out is one line without links (outsideText.ts). */
export class Facts {
  constructor(
    readonly error: ErrorDescription,
    private readonly t: Translate,
  ) {}

  get node(): string {
    return this.error.node === undefined ? this.t('the node') : outsideText(this.error.node);
  }

  has(name: string): boolean {
    return this.error.facts[name] !== undefined && this.error.facts[name] !== '';
  }

  text(name: string): string {
    const value = this.error.facts[name];
    return value === undefined || value === '' ? this.t('not known') : outsideText(String(value));
  }

  /** Why a file cannot be read or written. */
  get fileReason(): string {
    return fileReasonText(this.error.facts['problem'], this.text('reason'), this.t);
  }

  /** English, as the log has it. */
  get message(): string {
    return outsideText(this.error.message);
  }

  number(name: string): number {
    return Number(this.error.facts[name] ?? 0);
  }
}

export type Writer = (facts: Facts, t: Translate) => Draft;
