/**
 * *Export Report…* of a triage: which form, with or without the names of the cluster, and where to. What it is made of is
 * report/triageExport's, a bundle of its own.
 */
import path from 'node:path';
import * as vscode from 'vscode';
import { writeFileAtomically } from '../../files/atomicWrite.js';
import { writeFailed } from '../../capture/captureWriter.js';
import type { TriageReport } from '../../report/model.js';
import type { ExportChoice, TriageFormat } from '../../report/triageExport/exportTriage.js';
import { askWhere } from '../captures/askWhere.js';
import { t } from '../shell/l10n.js';
import { pickRow, showPick } from '../shell/quickPick.js';
import type { CommandRunner } from '../shell/runCommand.js';

export interface ReportExportDeps {
  readonly run: CommandRunner;
  readonly extension: Pick<vscode.ExtensionContext, 'extension'>;
}

/** `file`: the triage's; the folder that it lies in says node and time. */
export function createReportExport({
  run,
  extension,
}: ReportExportDeps): (report: TriageReport, file: vscode.Uri) => Promise<boolean> {
  const { version } = extension.extension.packageJSON as { readonly version: string };
  return async (report, file) => {
    const title = t('Exporting the report');
    const isWritten = await run.run({ title, location: 'none', cancellable: false }, async () => {
      const format = await askFormat();
      const isRedacted = format === undefined ? undefined : await askRedaction();
      if (format === undefined || isRedacted === undefined) return false;
      return save(report, nameOf(file, isRedacted), { format, isRedacted, version });
    });
    return isWritten ?? false;
  };
}

async function askFormat(): Promise<TriageFormat | undefined> {
  const row = (label: string, detail: string, format: TriageFormat) => pickRow({ label, detail }, { format });
  const rows = [
    row('HTML', t('One file for a browser: no script, nothing is fetched.'), 'html'),
    row('Markdown', t('For an issue or a chat.'), 'markdown'),
    row('SARIF 2.1.0', t('For tools that show and keep results, with file and line.'), 'sarif'),
  ];
  return (await showPick(rows, t('Form of the export')))?.format;
}

async function askRedaction(): Promise<boolean | undefined> {
  const rows = [
    pickRow(
      {
        label: t('Without names'),
        detail: t(
          'Nodes, pods, namespaces, images, addresses and functions of closed programs become node-1, pod-2 and so on. Look through it before you send it.',
        ),
      },
      { isRedacted: true },
    ),
    pickRow({ label: t('With names'), detail: t('As the page shows it.') }, { isRedacted: false }),
  ];
  return (await showPick(rows, t('Names of the cluster in the export')))?.isRedacted;
}

/** A redacted one does not say the node by its own name. */
function nameOf(file: vscode.Uri, isRedacted: boolean): string {
  return isRedacted ? 'triage' : path.posix.basename(path.posix.dirname(file.path));
}

async function save(report: TriageReport, name: string, choice: ExportChoice): Promise<boolean> {
  const { exportTriage, FORMAT_ENDINGS } = await import('../../report/triageExport/exportTriage.js');
  const to = await askWhere(`${name}${FORMAT_ENDINGS[choice.format]}`);
  if (to === undefined) return false;
  const bytes = new TextEncoder().encode(exportTriage(report, choice));
  try {
    if (to.scheme === 'file') await writeFileAtomically(to.fsPath, bytes);
    else await vscode.workspace.fs.writeFile(to, bytes);
  } catch (error) {
    throw writeFailed(path.dirname(to.fsPath), error);
  }
  return true;
}
