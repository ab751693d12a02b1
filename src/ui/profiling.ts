/**
 * Builds the profiling half of the extension: decoder, running captures, Captures view, profile editor, and their
 * commands. No behaviour of its own.
 */
import path from 'node:path';
import * as vscode from 'vscode';
import { CaptureIndex } from '../capture/captureIndex.js';
import { sweepCaptures } from '../capture/captureSweep.js';
import type { ProfileDecoder, SampleReader } from '../worker/workerPorts.js';
import { createProfileDecoder } from '../worker/node/profileDecoder.js';
import {
  captureRoot,
  createDestinations,
  createTriageFinder,
  type FindDestination,
  type FindTriage,
} from './captures/captureRoot.js';
import { createBundleImport, registerBundleExport } from './captures/bundles.js';
import { openDropped } from './captures/openDropped.js';
import { registerCapturesChange } from './captures/capturesChange.js';
import { registerCapturesExport, saveFolded } from './captures/capturesExport.js';
import { registerCapturesOpen } from './captures/capturesOpen.js';
import { registerOpenProfile } from './profileEditor/openProfileCommand.js';
import { registerEditorView } from './profileEditor/editorView.js';
import { registerSourceCommands } from './profileEditor/sourceCommands.js';
import { registerProfileEnd } from './captures/profileEnd.js';
import { registerProfileNode, type ProfileNodeDeps } from './captures/profileNode.js';
import { registerTriageNode } from './captures/triageNode.js';
import { createReportExport } from './reportEditor/exportReport.js';
import { createNodeSteps } from './reportEditor/nodeSteps.js';
import { openBeside } from './reportEditor/openBeside.js';
import type { CaptureDocument } from './panel/captureDocument.js';
import { registerProfileEditor } from './profileEditor/profileEditor.js';
import { foldedFileName } from '../words/exportNames.js';
import { COMMANDS, SETTINGS } from '../words/ids.js';
import { SourceCosts } from './sources/sourceCosts.js';
import type { ContextKeys } from './shell/contextKeys.js';
import { askFilter } from './shell/quickPick.js';
import type { CommandRunner } from './shell/runCommand.js';
import { createOpenByContent, type OpenByContent } from './shell/openByContent.js';
import { openProfileTab, openReportTab } from './shell/editorTabs.js';
import { registerReportEditor } from './reportEditor/reportEditor.js';
import type { ReportPageDeps } from './reportEditor/reportPage.js';
import { createCaptureRegistry } from './captures/runningCaptures.js';
import type { Clusters, NodePicker, RunningCaptures } from './shell/services.js';
import type { Settings } from './shell/settings.js';
import { registerSources } from './sources/registerSources.js';
import { createCapturesTree, type CapturesTree } from './captures/capturesTree.js';
import { isCaptureRow, type CaptureRow } from './captures/captureRow.js';
import { t } from './shell/l10n.js';
import type { Log } from './shell/log.js';

export interface ProfilingDeps {
  readonly extension: vscode.ExtensionContext;
  readonly clusters: Clusters;
  readonly picker: NodePicker;
  readonly run: CommandRunner;
  readonly settings: Settings;
  readonly log: Log;
  readonly contextKeys: ContextKeys;
}

export interface Profiling {
  readonly running: RunningCaptures;
  /** Reads thread samples in the decoder's thread. */
  readonly samples: SampleReader;
  readonly destination: FindDestination;
  readonly findTriage: FindTriage;
  dispose(): void;
}

/** False where nothing was saved: dismissed, or an error that was shown. */
async function exportFolded(
  run: CommandRunner,
  exporter: Parameters<typeof saveFolded>[0],
  document: CaptureDocument,
  sampleType: number,
): Promise<boolean> {
  const title = t('Exporting the folded stacks');
  const isDone = await run.run({ title, location: 'window', cancellable: false }, async signal =>
    saveFolded(
      exporter,
      {
        source: await document.source(exporter.maxBytes()),
        sampleType,
        name: await exportName(document),
      },
      signal,
    ),
  );
  return isDone ?? false;
}

/** Of a capture the folder's name, which says node and time: its file is called `cpu.pb.gz` like all others. */
async function exportName(document: CaptureDocument): Promise<string> {
  const isCapture = (await document.capture()) !== undefined;
  const folder = path.basename(path.dirname(document.uri.fsPath));
  return isCapture ? `${folder}.folded` : foldedFileName(document.name);
}

/** The rows that a command means by its arguments: those given, else the selected ones. */
function rowReaders(selection: () => readonly CaptureRow[]) {
  return {
    rowOf: (argument: unknown): CaptureRow | undefined =>
      isCaptureRow(argument) ? argument : selection()[0],
    rowsOf: (argument: unknown, selected: unknown): readonly CaptureRow[] => {
      const rows = Array.isArray(selected) ? selected.filter(isCaptureRow) : [];
      if (rows.length > 0) return rows;
      return isCaptureRow(argument) ? [argument] : selection();
    },
  };
}

function filterCaptures(tree: CapturesTree): void {
  const ask = {
    title: t('Filter Captures'),
    placeholder: t('worker-1 futex !imported'),
    prompt: t(
      'Words that must all match: node, context, what was captured or found, name, case, time, state, bundle. ! excludes.',
    ),
  };
  askFilter(ask, tree.filter, text => tree.setFilter(text));
}

interface CaptureCommandDeps extends ProfilingDeps, ReturnType<typeof rowReaders> {
  readonly decoder: ProfileDecoder;
  readonly maxBytes: () => number;
  readonly tree: CapturesTree;
  readonly open: OpenByContent;
}

/** What a person takes of a node by the API alone. */
function registerNodeCaptures(deps: ProfileNodeDeps & { readonly tree: CapturesTree }): vscode.Disposable {
  return vscode.Disposable.from(
    registerProfileNode(deps),
    registerTriageNode({ ...deps, refresh: () => deps.tree.refresh() }),
  );
}

/** What a person does with captures that are there. */
function registerCaptureCommands(deps: CaptureCommandDeps): vscode.Disposable {
  const { run, open, tree, rowOf, rowsOf, extension } = deps;
  return vscode.Disposable.from(
    vscode.commands.registerCommand(COMMANDS.refreshCaptures, () => tree.refresh()),
    vscode.commands.registerCommand(COMMANDS.filterCaptures, () => filterCaptures(tree)),
    vscode.commands.registerCommand(COMMANDS.clearCaptureFilter, () => tree.setFilter('')),
    registerCapturesOpen({ run, rowOf, open }),
    registerCapturesChange({ run, rowOf, rowsOf, refresh: () => tree.refresh() }),
    registerCapturesExport(deps),
    registerBundleExport({ run, rowsOf, scratch: () => extension.globalStorageUri.fsPath }),
    registerOpenProfile(run, open),
  );
}

interface ReportParts extends Pick<
  ReportPageDeps,
  'extensionUri' | 'log' | 'maxBytes' | 'showLog' | 'templates'
> {
  readonly decoder: ReportPageDeps['reader'];
  readonly open: OpenByContent;
}

function registerReports(
  deps: ProfilingDeps,
  { decoder, open, ...shared }: ReportParts,
): { dispose(): void } {
  return registerReportEditor({
    ...shared,
    reader: decoder,
    openProfile: openProfileTab,
    openBeside: (uri, line) => openBeside(uri, line, open),
    hotCores: () => deps.settings.kubeletCpu().hotCores,
    steps: createNodeSteps(deps),
    exportReport: createReportExport(deps),
  });
}

async function sweepLeftovers(root: string, log: Log): Promise<void> {
  const removed = await sweepCaptures(root, Date.now());
  if (removed > 0) log.info(`Captures: removed ${removed} leftovers of a crashed window`);
}

export function registerProfiling(deps: ProfilingDeps): Profiling {
  const { extension, settings, log, run } = deps;
  const worker = vscode.Uri.joinPath(extension.extensionUri, 'dist', 'worker.cjs').fsPath;
  const decoder = createProfileDecoder(worker);
  const registry = createCaptureRegistry();
  const root = () => captureRoot(settings, extension);
  const index = new CaptureIndex(root, () => Date.now());
  const destination = createDestinations(root, extension, index);
  const rootChanged = new vscode.EventEmitter<void>();
  const tree = createCapturesTree({
    ...{ registry, index, root, onDidChangeRoot: rootChanged.event, contextKeys: deps.contextKeys },
    onDidDrop: data => openDropped({ run, open, importBundle }, data),
  });
  const maxBytes = () => settings.maxProfileBytes();
  const { rowOf, rowsOf } = rowReaders(() => tree.selection());
  const sources = registerSources({ decoder, settings, log });
  const shared = { extensionUri: extension.extensionUri, log, maxBytes, showLog: () => log.show() };
  const editor = registerProfileEditor({
    ...shared,
    decoder,
    registry,
    orientation: () => settings.orientation(),
    exportFolded: (document, sampleType) => exportFolded(run, { decoder, maxBytes }, document, sampleType),
    sources: sources.page,
    openReport: openReportTab,
  });
  const importBundle = createBundleImport({ run, root, show: ([first]) => tree.show(first ?? '') });
  const open = createOpenByContent({ reader: decoder, maxBytes, importBundle });
  const parts = [
    settings.onDidChange(name => {
      if (name === SETTINGS.captureFolder) rootChanged.fire();
    }),
    rootChanged,
    registerNodeCaptures({ ...deps, decoder, registry, destination, tree }),
    registerProfileEnd({ registry, activeProfile: () => editor.activeProfile() }),
    registerCaptureCommands({ ...deps, decoder, maxBytes, tree, open, rowOf, rowsOf }),
    registerReports(deps, { ...shared, decoder, open, templates: sources.templates }),
    registerEditorView(action => editor.do(action)),
    registerSourceCommands({ run, editor, settings, rowOf, holdsSource: file => sources.holds(file) }),
    tree,
    new SourceCosts({
      profiles: sources.profiles,
      settings,
      log,
      current: () => editor.currentDocument(),
      onDidChangeCurrent: editor.onDidChangeCurrent,
    }),
    editor,
    sources,
    // Last: what is stopped still reports to the parts above.
    registry,
    decoder,
  ];
  void sweepLeftovers(root(), log);
  return {
    running: registry,
    samples: decoder,
    destination,
    findTriage: createTriageFinder(index),
    dispose() {
      for (const part of parts) part.dispose();
    },
  };
}
