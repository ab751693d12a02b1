/**
 * The one wrapper around everything a command does: progress, the cancel button as an AbortSignal, the log, and errors
 * as messages with buttons. A command never shows its own error and never swallows one.
 */
import * as vscode from 'vscode';
import { describeError, isTriageError } from '../../base/errors.js';
import { type ErrorAction, describeForUser } from './errorMessages.js';
import { t } from './l10n.js';
import type { Log } from './log.js';
import { type Report, showError, showProgress } from './messages.js';

export interface RunOptions {
  /** Progress title and, in an error message, what failed: "Profiling the kubelet of node1". */
  readonly title: string;
  readonly location: 'notification' | 'window' | 'none';
  readonly cancellable: boolean;
  /** For the log. */
  readonly node?: string | undefined;
  /** What the Retry button of an error message does; no button without it. */
  readonly retry?: (() => void) | undefined;
}

export interface CommandRunner {
  /** The body's result; undefined after an error (shown and logged) or a cancel (silent). Never rejects. */
  run<T>(
    options: RunOptions,
    body: (signal: AbortSignal, report: Report) => Promise<T>,
  ): Promise<T | undefined>;
}

export function createCommandRunner(log: Log): CommandRunner {
  return {
    async run(options, body) {
      const started = performance.now();
      const elapsed = (): string => `${Math.round(performance.now() - started)} ms`;
      log.debug(`${options.title}: started`);
      try {
        const result = await withProgress(options, body);
        log.info(`${options.title}: done in ${elapsed()}`);
        return result;
      } catch (error) {
        if (describeError(error).code === 'cancelled')
          log.info(`${options.title}: cancelled after ${elapsed()}`);
        else reportError(log, options, error);
        return undefined;
      }
    },
  };
}

async function withProgress<T>(
  { title, location, cancellable }: RunOptions,
  body: (signal: AbortSignal, report: Report) => Promise<T>,
): Promise<T> {
  if (location === 'none') return body(new AbortController().signal, () => undefined);
  return showProgress({ title, location, cancellable }, body);
}

function reportError(log: Log, options: RunOptions, error: unknown): void {
  logError(log, options.title, error, options.node);
  const { text, nextStep, actions } = describeForUser(error);
  const shown = actions.filter(action => action.kind !== 'retry' || options.retry !== undefined);
  const sentence = t(
    '{0}: {1}',
    options.title,
    nextStep === undefined ? text : `${endSentence(text)} ${nextStep}`,
  );
  // Not awaited: the command has ended, the message may stay for hours.
  showError(sentence, ...shown.map(action => action.label)).then(
    label => {
      const chosen = shown.find(action => action.label === label);
      if (chosen !== undefined) runErrorAction(chosen, options.retry);
    },
    (reason: unknown) => log.error(`message not shown: ${String(reason)}`),
  );
}

/** Words of a server at the end of a sentence come without a full stop. */
function endSentence(text: string): string {
  return /[.!?…。！？]$/u.test(text) ? text : t('{0}.', text);
}

/** Does what a button of an error message says. */
export function runErrorAction(action: ErrorAction, retry: (() => void) | undefined): void {
  if (action.kind === 'retry') retry?.();
  else void vscode.commands.executeCommand(action.command, ...action.arguments);
}

/** The English sentence with its code and facts; the stack, on one line, only for faults of ours. */
export function logError(log: Log, what: string, error: unknown, node?: string): void {
  const { code, message, facts } = describeError(error);
  const where = node === undefined ? '' : ` (node ${node})`;
  log.error(`${what}${where}: ${code}: ${message} ${JSON.stringify(facts)}`);
  if (!isTriageError(error) && error instanceof Error && error.stack !== undefined) log.error(error.stack);
}
