/** Tables of Events, below `kubectl describe` and of `kubectl get events`. Events as YAML and JSON are kubernetesObjects.ts's. */
import type { Found, MaterialText, NodeEvent, TextReader } from '../model.js';
import { parseEventRow } from '../text/eventRow.js';
import { unquoted } from '../text/quotedLine.js';

export const eventTablesReader: TextReader = { name: 'tables of Events', read: readEventTables };

/** A cluster keeps Events for an hour. */
const MOST_EVENTS = 100_000;
const LONGEST_MESSAGE = 4_096;

function readEventTables({ file, lines }: MaterialText): Found {
  const events: NodeEvent[] = [];
  let name: string | undefined;
  let kind: string | undefined;
  for (const [index, raw] of lines.entries()) {
    const line = unquoted(raw);
    const named = /^Name:\s{1,40}(\S{1,253})$/u.exec(line);
    if (named !== null) {
      name = named[1];
      kind = undefined;
    }
    // Describe names the namespace of what has one right below its name, the roles of a node.
    if (line.startsWith('Namespace:')) kind = 'Pod';
    else if (line.startsWith('Roles:') || line.startsWith('Role:')) kind = 'Node';
    const row = parseEventRow(line);
    if (row === undefined || events.length >= MOST_EVENTS) continue;
    events.push({
      at: { file, line: index + 1 },
      ...row,
      message: row.message.slice(0, LONGEST_MESSAGE),
      objectKind: row.objectKind ?? kind,
      objectName: row.objectName ?? name,
    });
  }
  return { events };
}
