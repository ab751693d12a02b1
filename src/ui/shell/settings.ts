/** The typed reader of the extension's settings: ranges held, empty strings absent. Nothing else reads them. */
import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { SETTINGS, SETTINGS_SECTION } from '../../words/ids.js';
import { OTHER_SECTION, readOtherKubeconfig } from '../../nodes/otherKubeconfig.js';
import type { PodChoices } from '../../podwork/planPod.js';
import { expandHome } from '../../files/expandHome.js';

export interface Settings {
  /** Path(s) of the kubeconfig as written, separated like KUBECONFIG; undefined: KUBECONFIG, else ~/.kube/config. */
  kubeconfig(): string | undefined;
  /** It stands in the settings of a workspace, and the user's own do not say the same. */
  isKubeconfigFromWorkspace(): boolean;
  /** Length of a CPU profile, in seconds. */
  profileSeconds(): number;
  /** Length of one slice of it, in seconds; 0: one long shot. */
  sliceSeconds(): number;
  /** Length of an execution trace, in seconds. */
  traceSeconds(): number;
  /** Absolute path; undefined: the extension's global storage. */
  captureFolder(): string | undefined;
  kubeletCpu(): KubeletCpuSettings;
  orientation(): 'icicle' | 'flame';
  /** Limit of an unpacked profile, in bytes. */
  maxProfileBytes(): number;
  /** Absolute folders of checkouts, Go module caches or Go releases. */
  sourceRoots(): readonly string[];
  /** As written; readTemplates tells what of it can be used. */
  sourceTemplates(): unknown;
  /** Whether source files show what an open profile says of them. */
  showSourceCosts(): boolean;
  podChoices(): PodChoices;
  /** A static strace of the user's, on the machine the extension runs on. */
  straceFile(): string | undefined;
  callsEngine(): 'ask' | 'kernel' | 'strace';
  callsSeconds(): number;
  threadsSeconds(): number;
  /** Fires with the setting's name as in ids.ts (`profile.seconds`), once for each that changed. */
  readonly onDidChange: vscode.Event<string>;
}

export interface KubeletCpuSettings {
  readonly enabled: boolean;
  readonly intervalSeconds: number;
  readonly parallelRequests: number;
  /** A kubelet that uses as much or more is marked hot. */
  readonly hotCores: number;
}

/** Settings as the editor has them now; dispose it with the extension. */
export function createSettings(): Settings & { dispose(): void } {
  const changed = new vscode.EventEmitter<string>();
  const listener = vscode.workspace.onDidChangeConfiguration(event => {
    for (const name of Object.values(SETTINGS))
      if (event.affectsConfiguration(`${SETTINGS_SECTION}.${name}`)) changed.fire(name);
    if (event.affectsConfiguration(OTHER_SECTION)) changed.fire(SETTINGS.kubeconfig);
  });
  return {
    kubeconfig: () => readText(SETTINGS.kubeconfig) ?? kubeconfigOfOtherExtension(),
    isKubeconfigFromWorkspace: () => {
      const text = readText(SETTINGS.kubeconfig);
      // Whatever is not the user's is the workspace's, in whichever of its files it stands.
      return text !== undefined && text !== cleanText(inspectUserValue(SETTINGS.kubeconfig));
    },
    profileSeconds: () => readNumber(SETTINGS.profileSeconds, { min: 1, max: 600, otherwise: 60 }),
    sliceSeconds: () => readNumber(SETTINGS.profileSliceSeconds, { min: 0, max: 600, otherwise: 10 }),
    traceSeconds: () => readNumber(SETTINGS.traceSeconds, { min: 1, max: 60, otherwise: 5 }),
    captureFolder: () => {
      const folder = readText(SETTINGS.captureFolder);
      return folder === undefined ? undefined : expandHome(folder, homedir());
    },
    kubeletCpu: () => ({
      enabled: vscode.workspace.getConfiguration(SETTINGS_SECTION).get(SETTINGS.kubeletCpuEnabled, true),
      intervalSeconds: readNumber(SETTINGS.kubeletCpuIntervalSeconds, { min: 5, max: 600, otherwise: 30 }),
      parallelRequests: readNumber(SETTINGS.kubeletCpuParallel, { min: 1, max: 16, otherwise: 4 }),
      hotCores: readNumber(SETTINGS.hotCores, { min: 0.05, max: 64, otherwise: 0.5 }),
    }),
    orientation: () =>
      vscode.workspace.getConfiguration(SETTINGS_SECTION).get<string>(SETTINGS.orientation) === 'flame'
        ? 'flame'
        : 'icicle',
    maxProfileBytes: () =>
      readNumber(SETTINGS.maxProfileMegabytes, { min: 1, max: 1800, otherwise: 512 }) * 2 ** 20,
    sourceRoots: () =>
      readTexts(SETTINGS.sourceRoots)
        .map(folder => expandHome(folder, homedir()))
        .filter(folder => path.isAbsolute(folder)),
    sourceTemplates: () =>
      vscode.workspace.getConfiguration(SETTINGS_SECTION).get<unknown>(SETTINGS.sourceTemplates),
    showSourceCosts: () =>
      vscode.workspace.getConfiguration(SETTINGS_SECTION).get(SETTINGS.showSourceCosts, true),
    podChoices: () => ({
      namespace: readText(SETTINGS.podNamespace) ?? 'default',
      image: readText(SETTINGS.podImage),
      pullSecret: readText(SETTINGS.podPullSecret),
      serviceAccount: readText(SETTINGS.podServiceAccount),
    }),
    straceFile: () => {
      const file = readText(SETTINGS.straceFile);
      return file === undefined ? undefined : expandHome(file, homedir());
    },
    callsEngine: () => {
      const engine = readText(SETTINGS.callsEngine);
      return engine === 'kernel' || engine === 'strace' ? engine : 'ask';
    },
    callsSeconds: () => readNumber(SETTINGS.callsSeconds, { min: 1, max: 60, otherwise: 10 }),
    threadsSeconds: () => readNumber(SETTINGS.threadsSeconds, { min: 2, max: 60, otherwise: 10 }),
    onDidChange: changed.event,
    dispose() {
      listener.dispose();
      changed.dispose();
    },
  };
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly otherwise: number;
}

/** settings.json may hold anything: what is not a number is the default, what is out of range its end. */
function readNumber(name: string, range: Range): number {
  const value: unknown = vscode.workspace.getConfiguration(SETTINGS_SECTION).get(name);
  if (typeof value !== 'number' || !Number.isFinite(value)) return range.otherwise;
  return Math.min(range.max, Math.max(range.min, value));
}

function readTexts(name: string): readonly string[] {
  const value: unknown = vscode.workspace.getConfiguration(SETTINGS_SECTION).get(name);
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  return items.flatMap(item => (typeof item === 'string' && item.trim() !== '' ? [item.trim()] : []));
}

function readText(name: string): string | undefined {
  return cleanText(vscode.workspace.getConfiguration(SETTINGS_SECTION).get(name));
}

function inspectUserValue(name: string): unknown {
  return vscode.workspace.getConfiguration(SETTINGS_SECTION).inspect(name)?.globalValue;
}

function cleanText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/**
 * Read from the user's settings alone: that extension's setting is not in our `restrictedConfigurations`, and a
 * kubeconfig from an untrusted workspace could run any program as a credential plugin.
 */
function kubeconfigOfOtherExtension(): string | undefined {
  return readOtherKubeconfig(vscode.workspace.getConfiguration().inspect(OTHER_SECTION)?.globalValue);
}
