/** The extension's log channel and the view of it the cluster room writes requests to. Nothing secret is given to either. */
import * as vscode from 'vscode';
import type { ClusterLog } from '../../cluster/clusterPorts.js';
import type { AuditEntry } from '../../debugpod/debugPodPorts.js';
import { auditLine, logLine } from '../../words/logLine.js';

/** The one door to the output channel. What is given is text, and becomes one line (logLine.ts). */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  /** A change on a cluster, at a level that is always shown. */
  audit(entry: AuditEntry): void;
  /** To the user. */
  show(): void;
  dispose(): void;
}

/** `name`: of the channel in the Output panel. */
export function createLog(name: string): Log {
  const channel = vscode.window.createOutputChannel(name, { log: true });
  return {
    debug: message => channel.debug(logLine(message)),
    info: message => channel.info(logLine(message)),
    warn: message => channel.warn(logLine(message)),
    error: message => channel.error(logLine(message)),
    audit: entry => {
      const isExpected = entry.outcome === 'done' || entry.outcome === 'gone';
      if (isExpected) channel.info(auditLine(entry));
      else channel.warn(auditLine(entry));
    },
    show: () => channel.show(),
    dispose: () => channel.dispose(),
  };
}

/** Prefixes each line with the context it is about. */
export function clusterLog(log: Log, context: string): ClusterLog {
  return {
    debug: message => log.debug(`[${context}] ${message}`),
    warn: message => log.warn(`[${context}] ${message}`),
  };
}
