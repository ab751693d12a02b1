/**
 * Which case a capture that begins now belongs to: that of the target's latest one, on the disk or begun by this window
 * and not on the disk yet. A profile of a minute and samples that are taken beside it are one case.
 */
import { CASE_PAUSE_MS, keyOf, latestCapture, type CaptureTarget } from './captureCases.js';
import type { CaptureList } from './captureFolder.js';
import { REMEDY_PROFILE, type CapturedCase } from './captureRecord.js';

interface Given {
  readonly case: CapturedCase;
  readonly atMs: number;
}

export class CurrentCases {
  private readonly given = new Map<string, Given>();

  constructor(
    private readonly index: { list(): Promise<CaptureList> },
    /** Letters and digits, another for each call. */
    private readonly newId: () => string,
  ) {}

  /**
   * Undefined where the latest capture says no case: the pause between the two joins them. Never rejects: a folder that
   * cannot be listed may still be written.
   */
  async caseFor(target: CaptureTarget, nowMs: number): Promise<CapturedCase | undefined> {
    const { captures } = await this.index.list().catch(() => ({ captures: [] }));
    const latest = latestCapture(captures, target, nowMs);
    // After a remedy the node is another one: what was measured before must not judge it.
    const endedAtMs =
      latest?.profile === REMEDY_PROFILE ? Date.parse(latest.endedAt ?? latest.startedAt) : undefined;
    if (latest !== undefined && endedAtMs === undefined) return latest.case;
    // Looked up behind the wait, so that two that begin together get the same.
    const key = keyOf(target.context, target.node);
    const known = this.given.get(key);
    const isCurrent =
      known !== undefined &&
      nowMs - known.atMs <= CASE_PAUSE_MS &&
      (endedAtMs === undefined || known.atMs > endedAtMs);
    const chosen = isCurrent ? known.case : { id: this.newId() };
    this.given.set(key, { case: chosen, atMs: nowMs });
    return chosen;
  }
}
