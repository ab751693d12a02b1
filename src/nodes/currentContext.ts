/** Which context the Nodes view opens and connects by itself. Knows no view. */
import type { ContextInfo } from '../cluster/clusterPorts.js';

export class CurrentContext {
  private opened: string | undefined;

  /**
   * The name of the current context, once: who closes it wants it closed. Where all contexts went (a wrong path in the
   * setting, a file that is not there), what comes next is opened as at a start.
   */
  takeToOpen(contexts: readonly ContextInfo[]): string | undefined {
    if (contexts.length === 0) this.opened = undefined;
    const current = contexts.find(({ isCurrent }) => isCurrent)?.name;
    if (current === undefined || current === this.opened) return undefined;
    this.opened = current;
    return current;
  }
}
