/**
 * Lines of the output channel. An entry is always one line, and only an audit entry begins with AUDIT: what a cluster, a
 * file name or a program says cannot add a line, nor pass for one of the audit.
 */
import { OUTSIDE_TEXT } from '../base/limits.js';
import { plainLine } from '../base/plainLine.js';
import type { AuditEntry } from '../debugpod/debugPodPorts.js';

/** Begins every line of the audit, and no other. */
const AUDIT = 'AUDIT';

/** `text` as one line that is none of the audit. */
export function logLine(text: string): string {
  const line = plainLine(text, OUTSIDE_TEXT.logLine);
  return /^audit/iu.test(line) ? `- ${line}` : line;
}

/**
 * English, as all of the log; neither manifests nor credentials are in an entry. Fields stand bare where they are plain
 * words, else quoted as JSON strings, so that no field can be taken for two or for another one.
 */
export function auditLine(entry: AuditEntry): string {
  const { verb, kind = 'pod', server, namespace, name, uid, node, at, outcome, reason } = entry;
  return [
    `${AUDIT} ${field(at)} ${verb} ${kind} ${field(namespace)}/${field(name)}`,
    `(uid ${field(uid ?? 'unknown')}) node ${field(node ?? 'unknown')}`,
    `on ${field(server)}: ${outcome}${reason === undefined ? '' : `, ${quote(reason)}`}`,
  ].join(' ');
}

/** Of names, uids, times and addresses: no slash but an address's, no blank, no quote, no closing parenthesis. */
const PLAIN_FIELD = /^(?:https?:\/\/)?[A-Za-z0-9][A-Za-z0-9.:_[\]-]*$/u;

function field(text: string): string {
  const line = plainLine(text);
  return PLAIN_FIELD.test(line) ? line : JSON.stringify(line);
}

function quote(text: string): string {
  return JSON.stringify(plainLine(text));
}
