/** The extension's log channel and the view of it the cluster room writes requests to. Nothing secret is given to either. */
import * as vscode from 'vscode';
import type { ClusterLog } from '../cluster/ports.js';

export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Node Triage', { log: true });
}

/** Prefixes each line with the context it is about. */
export function clusterLog(log: vscode.LogOutputChannel, context: string): ClusterLog {
  return {
    debug: message => log.debug(`[${context}] ${message}`),
    warn: message => log.warn(`[${context}] ${message}`),
  };
}
