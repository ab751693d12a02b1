/** Rows of tables of Events, which are no lines of a log though they quote some. Only tells them; eventTables.ts reads them. */

/**
 * `Warning  ContainerGCFailed  3m (x139 over 2h)  kubelet  …` below describe, and with ages, names of nodes and
 * namespaces before it in `kubectl get events`.
 */
const EVENT_ROW = /^\s*(?:[^\s"'=:]{1,253}\s+){0,3}(?:Normal|Warning)\s+[A-Z][A-Za-z]{2,60}\s/u;

export function isEventRow(line: string): boolean {
  return EVENT_ROW.test(line);
}
