/** Rows of the Nodes view about kubeconfig files that cannot be used or are not there: words, icon, what a click does. */
import * as vscode from 'vscode';
import type { KubeconfigSource } from '../../cluster/clusterPorts.js';
import type { NoticeElement } from '../../nodes/nodeTreeModel.js';
import { fileReasonText } from '../../words/errors/fileProblemText.js';
import { COMMANDS, SETTINGS, SETTINGS_SECTION } from '../../words/ids.js';
import { missingKubeconfigText, namedByText } from '../../words/kubeconfigText.js';
import { t } from '../shell/l10n.js';
import type { Notice } from './notice.js';

type KubeconfigNotice = Extract<NoticeElement, { notice: 'problem' | 'missing' | 'kubeconfig-action' }>;

const WARNING = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));

/** About files, not about a context. */
export function isKubeconfigNotice(element: NoticeElement): element is KubeconfigNotice {
  return !('context' in element);
}

/** `source`: what names the files. */
export function kubeconfigNotice(element: KubeconfigNotice, source: KubeconfigSource | undefined): Notice {
  switch (element.notice) {
    case 'missing':
      return missingNotice(element.file, source);
    case 'kubeconfig-action':
      return actionNotice(element.action, source);
    case 'problem': {
      const { file, problem, reason } = element.problem;
      if (problem === 'missing') return missingNotice(file, source);
      return {
        label: t('{0} cannot be used: {1}', file, fileReasonText(problem, reason, t)),
        icon: WARNING,
        command: { title: t('Open File'), command: 'vscode.open', arguments: [vscode.Uri.file(file)] },
      };
    }
  }
}

function missingNotice(file: string, source: KubeconfigSource | undefined): Notice {
  const { label, tooltip } = missingKubeconfigText(file, source, t);
  const icon = WARNING;
  return source === 'setting' ? { label, tooltip, icon, command: openSetting() } : { label, tooltip, icon };
}

function openSetting(): vscode.Command {
  return {
    title: t('Open Settings'),
    command: COMMANDS.openSettings,
    arguments: [`${SETTINGS_SECTION}.${SETTINGS.kubeconfig}`],
  };
}

function actionNotice(
  action: Extract<KubeconfigNotice, { notice: 'kubeconfig-action' }>['action'],
  source: KubeconfigSource | undefined,
): Notice {
  switch (action) {
    case 'named-by':
      return { label: namedByText(source, t), icon: new vscode.ThemeIcon('lightbulb') };
    case 'settings':
      return { label: t('Open Settings'), icon: new vscode.ThemeIcon('gear'), command: openSetting() };
    case 'choose': {
      const title = t('Choose Kubeconfig…');
      const command = { title, command: COMMANDS.chooseKubeconfig };
      return { label: title, icon: new vscode.ThemeIcon('folder-opened'), command };
    }
    case 'again': {
      const title = t('Look Again');
      const command = { title, command: COMMANDS.refreshNodes };
      return { label: title, icon: new vscode.ThemeIcon('refresh'), command };
    }
  }
}
