/** Opens any file in the editor it is for, and imports a bundle of captures: what it is, its content tells. */
import * as vscode from 'vscode';
import { COMMANDS } from '../../words/ids.js';
import type { OpenByContent } from '../shell/openByContent.js';
import type { CommandRunner } from '../shell/runCommand.js';
import { t } from '../shell/l10n.js';

export function registerOpenProfile(run: CommandRunner, open: OpenByContent): vscode.Disposable {
  const title = t('Opening the profile');
  return vscode.commands.registerCommand(COMMANDS.openProfile, (resource: unknown, selected: unknown) =>
    run.run({ title, location: 'none', cancellable: false }, async () => {
      for (const uri of await chooseFiles(resource, selected)) await open(uri);
    }),
  );
}

/** The explorer gives the clicked resource and all selected ones; the palette gives nothing. */
async function chooseFiles(resource: unknown, selected: unknown): Promise<readonly vscode.Uri[]> {
  const several: readonly unknown[] = Array.isArray(selected) ? selected : [];
  const given = (several.length > 0 ? several : [resource]).filter(each => each instanceof vscode.Uri);
  if (given.length > 0) return given;
  const chosen = await vscode.window.showOpenDialog({
    title: t('Open Profile'),
    canSelectMany: true,
    filters: {
      [t('All files')]: ['*'],
      [t('Profiles and traces')]: [
        'pprof',
        'prof',
        'pb',
        'gz',
        'folded',
        'collapsed',
        'txt',
        'perf',
        'strace',
        'zip',
      ],
    },
  });
  return chosen ?? [];
}
