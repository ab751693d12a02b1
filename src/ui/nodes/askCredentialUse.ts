/** The question about a kubeconfig of the workspace as a dialog, and the book of answers bound to the editor's memory. */
import type * as vscode from 'vscode';
import type { CredentialUse } from '../../cluster/clusterPorts.js';
import { ConsentBook } from '../../nodes/credentialConsent.js';
import { writeCredentialUse } from '../../words/credentialUseText.js';
import { t } from '../shell/l10n.js';
import { askModal } from '../shell/messages.js';

/** `memory`: of the user, not of the workspace, which would then answer for itself. */
export function createCredentialConsent(memory: vscode.Memento): ConsentBook {
  return new ConsentBook(memory, askInDialog);
}

async function askInDialog(use: CredentialUse): Promise<boolean> {
  const allow = { title: t('Allow') };
  return (await askModal(writeCredentialUse(use, t), allow)) === allow;
}
