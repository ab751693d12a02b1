/** Every change on a cluster as one line of the output channel, at a level that is always shown. */
import type * as vscode from 'vscode';
import type { Audit } from '../../debugpod/ports.js';

/** English, as all of the log; neither manifests nor credentials are in an entry. */
export function auditLog(log: Pick<vscode.LogOutputChannel, 'info' | 'warn'>): Audit {
  return entry => {
    const { verb, server, namespace, name, uid, node, at, outcome, reason } = entry;
    const line =
      `AUDIT ${at} ${verb} pod ${namespace}/${name} (uid ${uid ?? 'unknown'}) node ${node ?? 'unknown'} ` +
      `on ${server}: ${outcome}${reason === undefined ? '' : `, ${reason}`}`;
    if (outcome === 'done' || outcome === 'gone') log.info(line);
    else log.warn(line);
  };
}
