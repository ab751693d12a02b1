/** Copies a capture's profile out: the pprof file as it is, or folded stacks of one sample type. */
import path from 'node:path';
import * as vscode from 'vscode';
import { throwIfCancelled, TriageError } from '../../base/errors.js';
import { isReportFile } from '../../capture/captureFolder.js';
import { requireRegularFile } from '../../files/regularFile.js';
import type { SampleType } from '../../profile/model.js';
import type { ProfileDecoder, ProfileSource } from '../../worker/workerPorts.js';
import { COMMANDS } from '../../words/ids.js';
import type { CommandRunner } from '../shell/runCommand.js';
import { askWhere } from './askWhere.js';
import type { CaptureRow } from './captureRow.js';
import { t } from '../shell/l10n.js';
import { pickRow, showPick } from '../shell/quickPick.js';

export interface CapturesExportDeps {
  readonly run: CommandRunner;
  readonly decoder: ProfileDecoder;
  readonly maxBytes: () => number;
  /** The row a command means: its argument, else the selected one. */
  readonly rowOf: (argument: unknown) => CaptureRow | undefined;
}

type Choice = vscode.QuickPickItem & ({ readonly copy: true } | { readonly sampleType: number });

export function registerCapturesExport(deps: CapturesExportDeps): vscode.Disposable {
  return vscode.commands.registerCommand(COMMANDS.exportCapture, async (argument: unknown) => {
    const row = deps.rowOf(argument);
    if (row?.kind !== 'stored') return;
    const title = t('Exporting the capture');
    await deps.run.run({ title, location: 'window', cancellable: false }, signal =>
      exportCapture(deps, row, signal),
    );
  });
}

async function exportCapture(
  deps: CapturesExportDeps,
  row: Extract<CaptureRow, { kind: 'stored' }>,
  signal: AbortSignal,
): Promise<void> {
  const { stored } = row;
  if (stored.kind === 'invalid') throw stored.error;
  const file = stored.mainFile;
  if (file === undefined) return;
  const base = path.basename(stored.folder);
  // What is no profile has one form: its own.
  const isNoProfile =
    isReportFile(path.basename(file)) ||
    stored.record.files.some(({ name, kind }) => kind === 'trace' && name === path.basename(file));
  const choice = isNoProfile ? ({ label: '', copy: true } as const) : await chooseForm(deps, file, signal);
  if (choice === undefined) return;
  if ('copy' in choice) await copyTo(file, `${base}${path.basename(file).replace(/^[^.]*/, '')}`);
  else
    await saveFolded(
      deps,
      { source: { kind: 'file', path: file }, sampleType: choice.sampleType, name: `${base}.folded` },
      signal,
    );
}

async function chooseForm(
  deps: CapturesExportDeps,
  file: string,
  signal: AbortSignal,
): Promise<Choice | undefined> {
  const limits = { maxBytes: deps.maxBytes() };
  const { summary } = await deps.decoder.decode({ kind: 'file', path: file }, limits, signal);
  throwIfCancelled(signal);
  const choices: Choice[] = [
    pickRow(
      {
        label: t('Profile as it is'),
        description: path.basename(file),
        detail: t('For go tool pprof and every viewer that reads pprof.'),
      },
      { copy: true as const },
    ),
    ...summary.sampleTypes.map((type, sampleType) =>
      pickRow(
        {
          label: t('Folded stacks'),
          description: sampleTypeText(type),
          detail: t('Text for flamegraph.pl and its kin.'),
        },
        { sampleType },
      ),
    ),
  ];
  return showPick(choices, t('Form of the export'));
}

function sampleTypeText({ type, unit }: SampleType): string {
  return `${type} (${unit})`;
}

async function copyTo(file: string, name: string): Promise<void> {
  const to = await askWhere(name);
  if (to === undefined) return;
  // What was listed may be a pipe, or a link to a file of the user's, by now.
  await requireRegularFile(file, 'refuse');
  try {
    await vscode.workspace.fs.copy(vscode.Uri.file(file), to, { overwrite: true });
  } catch (error) {
    throw exportFailed(to, error);
  }
}

export interface FoldedExport {
  readonly source: ProfileSource;
  readonly sampleType: number;
  /** Proposed for the file. */
  readonly name: string;
}

/** Asks where to and writes folded stacks; false: dismissed. */
export async function saveFolded(
  deps: Pick<CapturesExportDeps, 'decoder' | 'maxBytes'>,
  { source, sampleType, name }: FoldedExport,
  signal: AbortSignal,
): Promise<boolean> {
  const to = await askWhere(name);
  if (to === undefined) return false;
  const limits = { maxBytes: deps.maxBytes() };
  const bytes = await deps.decoder.exportFolded(source, sampleType, limits, signal);
  try {
    await vscode.workspace.fs.writeFile(to, bytes);
  } catch (error) {
    throw exportFailed(to, error);
  }
  return true;
}

function exportFailed(to: vscode.Uri, error: unknown): TriageError {
  const reason = error instanceof Error ? error.message : String(error);
  const folder = vscode.Uri.joinPath(to, '..').fsPath;
  return new TriageError('capture-write-failed', `${to.fsPath} could not be written: ${reason}`, {
    facts: { folder, reason },
    cause: error,
  });
}
