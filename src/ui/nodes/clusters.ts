/**
 * The registry of clusters in the editor: its changes as an event, the kubeconfig files watched, the settings followed,
 * and the `nodeTriage.kubeconfig` context key. The first use of a cluster loads the cluster room, nothing before.
 */
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type {
  ClusterConnection,
  ContextInfo,
  CredentialConsent,
  KubeconfigLocation,
} from '../../cluster/clusterPorts.js';
import type { ClusterChange } from '../../nodes/clusterChange.js';
import { ClusterRegistry } from '../../nodes/clusterRegistry.js';
import type { ContextKeys } from '../shell/contextKeys.js';
import { describeForUser } from '../shell/errorMessages.js';
import { SETTINGS } from '../../words/ids.js';
import { KubeconfigWatcher } from './kubeconfigWatcher.js';
import { clusterLog } from '../shell/log.js';
import type { KubeletCpu, NodeRef } from '../../nodes/nodeRef.js';
import type { Clusters } from '../shell/services.js';
import type { Settings } from '../shell/settings.js';
import type { Log } from '../shell/log.js';

export interface ClustersDeps {
  readonly settings: Settings;
  readonly log: Log;
  readonly contextKeys: ContextKeys;
  readonly consent: CredentialConsent;
}

export class LiveClusters implements Clusters {
  readonly registry: ClusterRegistry;
  private readonly anyChange = new vscode.EventEmitter<void>();
  private readonly detailedChange = new vscode.EventEmitter<ClusterChange>();
  private readonly watcher: KubeconfigWatcher;
  private readonly settingsListener: vscode.Disposable;
  readonly onDidChange = this.anyChange.event;
  /** The same event with what changed. At most once in 200 ms. */
  readonly onDidChangeDetail = this.detailedChange.event;

  constructor(private readonly deps: ClustersDeps) {
    const { settings, log } = deps;
    this.registry = new ClusterRegistry({
      access: async () => (await import('../../cluster/connect.js')).clusterAccess,
      location: () => this.location(),
      log: context => clusterLog(log, context),
      consent: deps.consent,
      cpuOptions: () => settings.kubeletCpu(),
      explain: error => describeForUser(error).text,
      changed: change => this.notify(change),
      random: Math.random,
    });
    this.watcher = new KubeconfigWatcher(() => void this.registry.reload());
    this.settingsListener = settings.onDidChange(name => this.settingChanged(name));
    deps.contextKeys.set('kubeconfig', 'loading');
  }

  contexts(): readonly ContextInfo[] {
    return this.registry.kubeconfig.contexts;
  }

  nodes(): readonly NodeRef[] {
    return this.registry.nodes();
  }

  kubeletCpu(ref: NodeRef): KubeletCpu | undefined {
    return this.registry.kubeletCpu(ref.context, ref.node.name);
  }

  connection(context: string): Promise<ClusterConnection> {
    return this.registry.connection(context);
  }

  dispose(): void {
    this.settingsListener.dispose();
    this.watcher.dispose();
    this.registry.dispose();
    this.anyChange.dispose();
    this.detailedChange.dispose();
  }

  /** Connections keep it and read it again: the setting may change meanwhile. */
  private location(): KubeconfigLocation {
    const { settings } = this.deps;
    return {
      get setting() {
        return settings.kubeconfig();
      },
      get isFromWorkspace() {
        return settings.isKubeconfigFromWorkspace();
      },
      environment: process.env,
      homeDirectory: homedir(),
    };
  }

  private settingChanged(name: string): void {
    // Before the first use there is nothing to read anew.
    if (name === SETTINGS.kubeconfig && this.registry.kubeconfig.kind !== 'loading')
      void this.registry.reload();
    if (name.startsWith('kubeletCpu.')) this.registry.cpuOptionsChanged();
  }

  private notify(change: ClusterChange): void {
    if (change.kubeconfig) {
      const { kind, files, problems } = this.registry.kubeconfig;
      this.deps.contextKeys.set('kubeconfig', kind);
      this.watcher.watch(files);
      for (const problem of problems) this.deps.log.warn(`kubeconfig ${problem.file}: ${problem.reason}`);
    }
    this.detailedChange.fire(change);
    this.anyChange.fire();
  }
}
