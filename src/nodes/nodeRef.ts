/** What names a node, and what is known of its kubelet, from the tree to the commands. Types only. */
import type { ClusterNode } from '../cluster/clusterPorts.js';

/** What vscode.Disposable asks for, without being an instance of that class. */
export interface Owned {
  dispose(): void;
}

/** A node of a context: what tree items and pickers hand to commands. */
export interface NodeRef {
  readonly context: string;
  readonly node: ClusterNode;
}

/** Kubelet CPU of a node between the last two scrapes. */
export type KubeletCpu =
  | { readonly kind: 'measured'; readonly cores: number; readonly overSeconds: number }
  /** First scrape made, second pending. */
  | { readonly kind: 'pending' }
  /** Shown as "-" with the reason in the tooltip. */
  | { readonly kind: 'unavailable'; readonly reason: string };
