/**
 * Which rows of the tree are drawn anew, and when. VS Code closes the hover of a row that is refreshed, changed or not
 * (treeView.ts renders it anew, and with that its hover's target). So a row is refreshed where it shows something else
 * than before, and one whose tooltip was just asked for keeps its numbers while a person reads it.
 */

/** What a row shows, in two parts. */
export interface RowFace {
  /** State, what runs there: shown at once, also while a hover is read. */
  readonly state: string;
  /** The rest: may wait. */
  readonly rest: string;
}

export interface RowUpdatesDeps<Row> {
  /** As it would be drawn now. */
  faceOf(row: Row): RowFace;
  /** What had waited for a reader. */
  redraw(rows: readonly Row[]): void;
}

/** A tooltip has a dozen lines. The editor does not say when the pointer leaves. */
export const READING_MS = 15_000;

export class RowUpdates<Row extends object> {
  private readonly faces = new WeakMap<Row, RowFace>();
  /** Rows that are being read → performance.now() of the end. */
  private readonly read = new Map<Row, number>();
  private readonly waiting = new Set<Row>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly deps: RowUpdatesDeps<Row>) {}

  /** The editor asked for the row and has this now. */
  drawn(row: Row, face: RowFace): void {
    this.faces.set(row, face);
    this.waiting.delete(row);
  }

  /** The editor asked for its tooltip: the pointer rests on it. */
  asked(row: Row): void {
    this.read.set(row, performance.now() + READING_MS);
    this.schedule();
  }

  /** Whether a person may be reading a tooltip now: nothing moves under the pointer meanwhile. */
  get isAnyRead(): boolean {
    const now = performance.now();
    return [...this.read.values()].some(end => end > now);
  }

  /** Of rows that may be other ones now, those to be refreshed at once. Rows that were never drawn are not among them. */
  choose(rows: readonly Row[]): readonly Row[] {
    const now = performance.now();
    return rows.filter(row => {
      const before = this.faces.get(row);
      if (before === undefined) return false;
      const face = this.deps.faceOf(row);
      if (face.state !== before.state) return true;
      if (face.rest === before.rest) return false;
      const isRead = (this.read.get(row) ?? 0) > now;
      if (isRead) this.waiting.add(row);
      return !isRead;
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.read.clear();
    this.waiting.clear();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const next = Math.min(...this.read.values());
    if (next === Infinity) return;
    this.timer = setTimeout(() => this.flush(), Math.max(0, next - performance.now()));
  }

  private flush(): void {
    const now = performance.now();
    for (const [row, end] of this.read) if (end <= now) this.read.delete(row);
    const over = [...this.waiting].filter(row => !this.read.has(row));
    for (const row of over) this.waiting.delete(row);
    const changed = this.choose(over);
    if (changed.length > 0) this.deps.redraw(changed);
    this.schedule();
  }
}
