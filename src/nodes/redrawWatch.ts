/**
 * Sees to it that rows are drawn anew. VS Code passes over a row that it does not know at the moment, and it knows none
 * between forgetting a tree and having asked for all of it again (ExtHostTreeView): the row would stay as it was, for good.
 */

/** VS Code collects for 200 ms, and one redraw waits for the one before. */
const PATIENCE_MS = 2_000;

export class RedrawWatch<Row> {
  private readonly awaited = new Map<Row, ReturnType<typeof setTimeout>>();

  /** `redrawAll` is called where a row was not asked for: the whole tree is never passed over. */
  constructor(private readonly redrawAll: () => void) {}

  /** The row was told to be redrawn. */
  told(row: Row): void {
    if (this.awaited.has(row)) return;
    this.awaited.set(
      row,
      setTimeout(() => {
        this.dispose();
        this.redrawAll();
      }, PATIENCE_MS),
    );
  }

  /** The row was asked for, and is as it should be. */
  drawn(row: Row): void {
    clearTimeout(this.awaited.get(row));
    this.awaited.delete(row);
  }

  /** Waits for nothing any more. */
  dispose(): void {
    for (const timer of this.awaited.values()) clearTimeout(timer);
    this.awaited.clear();
  }
}
