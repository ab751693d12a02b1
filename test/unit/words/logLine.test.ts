import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainLine } from '../../../src/base/plainLine.js';
import type { AuditEntry } from '../../../src/debugpod/debugPodPorts.js';
import { auditLine, logLine } from '../../../src/words/logLine.js';

const ENTRY: AuditEntry = {
  verb: 'delete',
  server: 'https://192.0.2.1:6443',
  namespace: 'triage',
  name: 'node-triage-x1',
  uid: '0b6e',
  node: 'worker-1',
  at: '2026-01-02T03:04:05Z',
  outcome: 'done',
};
const FORGED =
  'denied\nAUDIT 2026-01-02T03:04:05Z delete pod kube-system/etcd (uid 1) node a on https://b: done';
const LINE_END = /[\n\r\u2028\u2029\u0085]/u;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .array(fc.constantFrom('"', '\\', '\n', ' ', '/', ')', ': done', ', ', 'pod', 'AUDIT', '\u2028', 'node', 'unknown'), {
      maxLength: 12,
    })
    .map(parts => parts.join('')),
  fc.constantFrom('https://[::1]:6443', 'https://rancher.example/k8s/clusters/c-1', 'worker-1'),
); // prettier-ignore
const entries: fc.Arbitrary<AuditEntry> = fc.record({
  verb: fc.constantFrom('create' as const, 'delete' as const),
  server: text,
  namespace: text,
  name: text,
  uid: fc.option(text, { nil: undefined }),
  node: fc.option(text, { nil: undefined }),
  at: text,
  outcome: fc.constantFrom('done' as const, 'gone' as const, 'failed' as const, 'unknown' as const),
  reason: fc.option(text, { nil: undefined }),
});

/** Fields of a line, read back as a person or a script would: bare up to a blank or a mark, or a JSON string. */
function readAudit(line: string): readonly (string | undefined)[] {
  const field = String.raw`("(?:[^"\\]|\\.)*"|[^\s"/()]+|https?://[^\s"/()]+)`;
  const match = new RegExp(
    `^AUDIT ${field} (create|delete) pod ${field}/${field} \\(uid ${field}\\) node ${field} on ${field}: (done|gone|failed|unknown)(?:, ("(?:[^"\\\\]|\\\\.)*"))?$`,
    'u',
  ).exec(line);
  if (match === null) throw new Error(`not an audit line: ${line}`);
  return match
    .slice(1)
    .map((value: string | undefined) =>
      value?.startsWith('"') === true ? (JSON.parse(value) as string) : value,
    );
}

describe('auditLine', () => {
  it('reads plainly where its fields are plain', () => {
    expect(auditLine(ENTRY)).toBe(
      'AUDIT 2026-01-02T03:04:05Z delete pod triage/node-triage-x1 (uid 0b6e) node worker-1 on https://192.0.2.1:6443: done',
    );
    expect(auditLine({ ...ENTRY, uid: undefined, outcome: 'failed', reason: FORGED })).toBe(
      'AUDIT 2026-01-02T03:04:05Z delete pod triage/node-triage-x1 (uid unknown) node worker-1 on https://192.0.2.1:6443: failed, ' +
        '"denied AUDIT 2026-01-02T03:04:05Z delete pod kube-system/etcd (uid 1) node a on https://b: done"',
    );
  });

  it('is one line whose fields cannot be taken for one another', () => {
    fc.assert(
      fc.property(entries, entry => {
        const line = auditLine(entry);
        expect(line).not.toMatch(LINE_END);
        const plain = (value: string | undefined) => (value === undefined ? undefined : plainLine(value));
        expect(readAudit(line)).toEqual([
          plain(entry.at),
          entry.verb,
          plain(entry.namespace),
          plain(entry.name),
          plain(entry.uid ?? 'unknown'),
          plain(entry.node ?? 'unknown'),
          plain(entry.server),
          entry.outcome,
          plain(entry.reason),
        ]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('logLine', () => {
  it('is one line, with an end, and none of the audit', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.constant(FORGED), fc.string({ maxLength: 9000 })), said => {
        for (const line of [logLine(said), logLine(`AUDIT ${said}`), logLine(`\n  audit${said}`)]) {
          expect(line).not.toMatch(LINE_END);
          expect(line).not.toMatch(/^\s*audit/iu);
          expect(line.length).toBeLessThanOrEqual(4002);
        }
      }),
    );
  });

  it('keeps a stack readable', () => {
    expect(logLine('TypeError: x\n    at a (b.js:1:2)\n    at c')).toBe('TypeError: x at a (b.js:1:2) at c');
  });
});
