/** What the tests of captures share: the replayed cluster, a capture folder of their own, and stand-ins for dialogs. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { clusterAccess } from '../../../src/cluster/connect.js';
import type { ClusterConnection } from '../../../src/cluster/clusterPorts.js';
import { PROFILE_EDITOR, SETTINGS, SETTINGS_SECTION } from '../../../src/words/ids.js';
import type { NodeRef } from '../../../src/nodes/nodeRef.js';

export const CONTEXT = 'demo';

export function requireEnvironment(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name} is not set`);
  return value;
}

/** Absolute path of a fixture. */
export function fixture(...parts: readonly string[]): string {
  return path.join(requireEnvironment('NODE_TRIAGE_TEST_FIXTURES'), ...parts);
}

export async function activate(): Promise<vscode.Extension<unknown>> {
  const extension = vscode.extensions.getExtension('node-triage.node-triage');
  assert.ok(extension);
  await extension.activate();
  return extension;
}

/** Sets settings of the extension for as long as a suite runs; undefined: the default again. */
export async function set(values: Readonly<Record<string, unknown>>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  for (const [name, value] of Object.entries(values))
    await configuration.update(name, value, vscode.ConfigurationTarget.Global);
}

/** A folder for captures that the extension uses until {@link leaveRoot}. */
export async function enterRoot(): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'node-triage-captures-'));
  await set({
    [SETTINGS.kubeconfig]: requireEnvironment('NODE_TRIAGE_TEST_KUBECONFIG'),
    [SETTINGS.captureFolder]: root,
    [SETTINGS.profileSeconds]: 30,
    [SETTINGS.profileSliceSeconds]: 10,
  });
  return root;
}

export async function leaveRoot(root: string): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await set({
    [SETTINGS.kubeconfig]: undefined,
    [SETTINGS.captureFolder]: undefined,
    [SETTINGS.profileSeconds]: undefined,
    [SETTINGS.profileSliceSeconds]: undefined,
  });
  await rm(root, { recursive: true, force: true, maxRetries: 10 });
}

/** A connection of the test's own: another user of the same kubelet. */
export function connectAside(): Promise<ClusterConnection> {
  const location = {
    setting: requireEnvironment('NODE_TRIAGE_TEST_KUBECONFIG'),
    environment: {},
    homeDirectory: homedir(),
  };
  return clusterAccess.connect(location, CONTEXT, { debug: () => undefined, warn: () => undefined });
}

/** What a row of the Nodes view gives to commands. */
export async function nodeRef(name: string): Promise<NodeRef> {
  const connection = await connectAside();
  const nodes = await connection.nodes.list(new AbortController().signal);
  connection.dispose();
  const node = nodes.find(each => each.name === name);
  assert.ok(node, `the demo cluster has no node ${name}`);
  return { context: CONTEXT, node };
}

/** Waits for something that is told by no event. Fails with what was seen last. */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    assert.ok(Date.now() < end, `still waiting: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** Everything below a folder, sorted, with `/`. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries.map(entry => entry.replaceAll(path.sep, '/')).sort();
}

/** Files shown in tabs of the profile editor. */
export function profileTabs(): readonly string[] {
  return vscode.window.tabGroups.all
    .flatMap(group => group.tabs)
    .flatMap(({ input }) =>
      input instanceof vscode.TabInputCustom && input.viewType === PROFILE_EDITOR ? [input.uri.fsPath] : [],
    );
}

type Dialog =
  | 'showInformationMessage'
  | 'showWarningMessage'
  | 'showErrorMessage'
  | 'showInputBox'
  | 'showQuickPick'
  | 'showSaveDialog'
  | 'showOpenDialog';

/**
 * Answers dialogs in place of a person, until {@link restore}. `calls` has the arguments of every call: what was asked.
 */
export class Dialogs {
  readonly calls: { readonly dialog: Dialog; readonly args: readonly unknown[] }[] = [];
  private readonly originals = new Map<Dialog, unknown>();

  answer(dialog: Dialog, answer: (...args: readonly never[]) => unknown): void {
    const window = vscode.window as unknown as Record<Dialog, unknown>;
    if (!this.originals.has(dialog)) this.originals.set(dialog, window[dialog]);
    window[dialog] = (...args: readonly never[]) => {
      this.calls.push({ dialog, args });
      return Promise.resolve(answer(...args));
    };
  }

  /** First arguments of the calls: the sentences. */
  said(dialog: Dialog): readonly string[] {
    return this.calls.filter(call => call.dialog === dialog).map(call => String(call.args[0]));
  }

  restore(): void {
    const window = vscode.window as unknown as Record<Dialog, unknown>;
    for (const [dialog, original] of this.originals) window[dialog] = original;
    this.originals.clear();
    this.calls.length = 0;
  }
}
