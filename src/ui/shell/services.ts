/** What the commands and views of this folder share. Interfaces only; extension.ts brings the objects together. */
import type * as vscode from 'vscode';
import type { ClusterConnection, ContextInfo, KubeletProfileName } from '../../cluster/clusterPorts.js';
import type { LivePod } from '../../podwork/podLoans.js';
import type { KubeletCpu, NodeRef, Owned } from '../../nodes/nodeRef.js';

/** Contexts, their connections and nodes. Implemented by clusters.ts. */
export interface Clusters extends Owned {
  readonly onDidChange: vscode.Event<void>;
  contexts(): readonly ContextInfo[];
  /** Nodes known now, of all connected contexts. */
  nodes(): readonly NodeRef[];
  kubeletCpu(ref: NodeRef): KubeletCpu | undefined;
  /** Connects on first use. Rejects with TriageError. */
  connection(context: string): Promise<ClusterConnection>;
}

/** A capture in progress. */
export interface RunningCapture {
  readonly ref: NodeRef;
  readonly profile: KubeletProfileName;
  /** Absolute path of its folder; exists from the first slice on. */
  readonly folder: string;
  readonly secondsLeft: number;
  /** Ends the capture now and keeps the finished slices (nothing kept where there is none). */
  stopAndKeep(): void;
  /** Ends it and removes everything. */
  cancel(): void;
}

/** Implemented by runningCaptures.ts. */
export interface RunningCaptures {
  /** Fires at most once a second while captures run. */
  readonly onDidChange: vscode.Event<void>;
  list(): readonly RunningCapture[];
  dispose(): void;
}

/** The debug pods of this window that live now. Implemented by pods/livePods.ts. */
export interface LiveDebugPods {
  readonly onDidChange: vscode.Event<void>;
  list(): readonly LivePod[];
}

/** The picker of palette commands and the reader of command arguments. Implemented by nodePicker.ts. */
export interface NodePicker {
  /** A tree item's argument where there is one, else a quick pick over all nodes with their CPU; undefined: dismissed. */
  resolve(argument: unknown, placeHolder: string): Promise<NodeRef | undefined>;
}
