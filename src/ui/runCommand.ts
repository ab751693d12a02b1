/**
 * The one wrapper around everything a command does: progress, the cancel button as an AbortSignal, the log, and errors
 * as messages with buttons. A command never shows its own error and never swallows one.
 */
import * as vscode from 'vscode';
import { describeError, isTriageError } from '../base/errors.js';
import { type ErrorAction, describeForUser } from './errorMessages.js';

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

/** `message` replaces the one shown; `incrementPercent` adds to the bar. */
export type Report = (message: string, incrementPercent?: number) => void;

export interface CommandRunner {
  /** The body's result; undefined after an error (shown and logged) or a cancel (silent). Never rejects. */
  run<T>(
    options: RunOptions,
    body: (signal: AbortSignal, report: Report) => Promise<T>,
  ): Promise<T | undefined>;
}

export function createCommandRunner(log: vscode.LogOutputChannel): CommandRunner {
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
  options: RunOptions,
  body: (signal: AbortSignal, report: Report) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  if (options.location === 'none') return body(controller.signal, () => undefined);
  const location =
    options.location === 'notification'
      ? vscode.ProgressLocation.Notification
      : vscode.ProgressLocation.Window;
  return vscode.window.withProgress(
    { location, title: options.title, cancellable: options.cancellable },
    async (progress, token) => {
      const subscription = token.onCancellationRequested(() => controller.abort());
      try {
        return await body(controller.signal, (message, increment) =>
          progress.report(increment === undefined ? { message } : { message, increment }),
        );
      } finally {
        subscription.dispose();
      }
    },
  );
}

function reportError(log: vscode.LogOutputChannel, options: RunOptions, error: unknown): void {
  logError(log, options.title, error, options.node);
  const { text, nextStep, actions } = describeForUser(error);
  const shown = actions.filter(action => action.kind !== 'retry' || options.retry !== undefined);
  const sentence = vscode.l10n.t(
    '{0}: {1}',
    options.title,
    nextStep === undefined ? text : `${endSentence(text)} ${nextStep}`,
  );
  // Not awaited: the command has ended, the message may stay for hours.
  vscode.window.showErrorMessage(sentence, ...shown.map(action => action.label)).then(
    label => {
      const chosen = shown.find(action => action.label === label);
      if (chosen !== undefined) runErrorAction(chosen, options.retry);
    },
    (reason: unknown) => log.error(`message not shown: ${String(reason)}`),
  );
}

/** Words of a server at the end of a sentence come without a full stop. */
function endSentence(text: string): string {
  return /[.!?…。！？]$/u.test(text) ? text : vscode.l10n.t('{0}.', text);
}

/** Does what a button of an error message says. */
export function runErrorAction(action: ErrorAction, retry: (() => void) | undefined): void {
  if (action.kind === 'retry') retry?.();
  else void vscode.commands.executeCommand(action.command, ...action.arguments);
}

/** The English sentence with its code and facts; the stack only for faults of ours. */
export function logError(log: vscode.LogOutputChannel, what: string, error: unknown, node?: string): void {
  const { code, message, facts } = describeError(error);
  const where = node === undefined ? '' : ` (node ${node})`;
  log.error(`${what}${where}: ${code}: ${message} ${JSON.stringify(facts)}`);
  if (!isTriageError(error) && error instanceof Error && error.stack !== undefined) log.error(error.stack);
}
