/**
 * Captures as one file: exported for a colleague from rows of the Captures view, and imported where one is opened or
 * dropped. The zip itself is src/bundle's, which is loaded when it is first needed.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { bundleFileName, type BundledCapture } from '../../bundle/bundleNames.js';
import type { BundleSource } from '../../bundle/bundles.js';
import type { StoredCapture } from '../../capture/captureFolder.js';
import { systemClock } from '../../capture/clock.js';
import { temporaryName } from '../../files/atomicWrite.js';
import { COMMANDS } from '../../words/ids.js';
import { t } from '../shell/l10n.js';
import { showInformation, showWarning } from '../shell/messages.js';
import type { CommandRunner } from '../shell/runCommand.js';
import { askWhere } from './askWhere.js';
import { storedOf, type CaptureRow } from './captureRow.js';

export interface BundleExportDeps {
  readonly run: CommandRunner;
  /** All rows a command means. `selected`: what the view gives beside the row that was clicked. */
  readonly rowsOf: (argument: unknown, selected: unknown) => readonly CaptureRow[];
  /** Absolute path of a folder of ours, for what is not written to this machine's files. */
  readonly scratch: () => string;
}

export function registerBundleExport(deps: BundleExportDeps): vscode.Disposable {
  return vscode.commands.registerCommand(
    COMMANDS.exportBundle,
    async (argument: unknown, selected: unknown) => {
      // A record that cannot be used could not be imported either.
      const captures = storedOf(deps.rowsOf(argument, selected)).filter(({ kind }) => kind === 'capture');
      if (captures.length === 0) return;
      const to = await askWhere(bundleFileName(captures.map(bundled)), {
        [t('Bundle of captures')]: ['zip'],
      });
      if (to === undefined) return;
      const folders = captures.map(({ folder }) => folder);
      const title = t('Exporting {0}', path.posix.basename(to.path));
      const written = await deps.run.run(
        { title, location: 'notification', cancellable: true },
        async (signal, report) => {
          const { writeBundle } = await import('../../bundle/bundles.js');
          const write = (file: string) =>
            writeBundle(folders, file, signal, (done, total) =>
              report(t('{0} of {1} files', done, total), done === 0 ? undefined : 100 / total),
            );
          return to.scheme === 'file' ? write(to.fsPath) : writeElsewhere(to, deps.scratch(), write);
        },
      );
      if (written === undefined) return;
      const { leftOut } = written;
      if (leftOut.length > 0)
        void showWarning(
          t('Left out, as not every system takes such a name: {0}', leftOut.slice(0, 10).join(', ')),
        );
      else await offerReveal(to, captures.length);
    },
  );
}

/** Where only the editor writes: whole first, then handed over. */
async function writeElsewhere<T>(
  to: vscode.Uri,
  scratch: string,
  write: (file: string) => Promise<T>,
): Promise<T> {
  const file = path.join(scratch, temporaryName('bundle.zip'));
  try {
    const written = await write(file);
    await vscode.workspace.fs.copy(vscode.Uri.file(file), to, { overwrite: true });
    return written;
  } finally {
    await rm(file, { force: true });
  }
}

async function offerReveal(to: vscode.Uri, count: number): Promise<void> {
  const said =
    count === 1
      ? t('{0} holds the capture; Open Profile… reads it on another machine.', path.posix.basename(to.path))
      : t(
          '{0} holds {1} captures; Open Profile… reads them on another machine.',
          path.posix.basename(to.path),
          count,
        );
  // On a remote machine there is no file browser of the system.
  if (vscode.env.remoteName !== undefined || to.scheme !== 'file') {
    void showInformation(said);
    return;
  }
  const reveal = t('Reveal');
  if ((await showInformation(said, reveal)) === reveal)
    await vscode.commands.executeCommand('revealFileInOS', to);
}

function bundled(stored: StoredCapture): BundledCapture {
  const { folder } = stored;
  const record = stored.kind === 'capture' ? stored.record : undefined;
  return {
    folder,
    name: path.basename(folder),
    node: record?.node.name ?? '',
    startedAt: record?.startedAt ?? '',
  };
}

export interface BundleImportDeps {
  readonly run: CommandRunner;
  /** Absolute path of the folder of all captures. */
  readonly root: () => string;
  /** Shows the captures of these folders in their view. */
  readonly show: (folders: readonly string[]) => Promise<void>;
}

/** Imports a bundle and shows what came of it; what is wrong with it is told. Never rejects. */
export type ImportBundle = (source: BundleSource) => Promise<void>;

export function createBundleImport({ run, root, show }: BundleImportDeps): ImportBundle {
  return async source => {
    const name = path.basename(source.kind === 'file' ? source.path : source.name);
    const folders = await run.run(
      { title: t('Importing {0}', name), location: 'notification', cancellable: true },
      async (signal, report) => {
        const { importBundle } = await import('../../bundle/bundles.js');
        return importBundle({ source, root: root(), clock: systemClock }, signal, (done, total) =>
          report(t('{0} of {1} captures', done, total), done === 0 ? undefined : 100 / total),
        );
      },
    );
    if (folders === undefined) return;
    void showInformation(
      folders.length === 1
        ? t('Imported 1 capture from {0}.', name)
        : t('Imported {0} captures from {1}.', folders.length, name),
    );
    await show(folders);
  };
}
