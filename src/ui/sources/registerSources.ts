/** Builds the part of the extension that leads from functions to their sources. No behaviour of its own. */
import * as vscode from 'vscode';
import type { SourceTemplates } from '../../sources/frame/frameUrl.js';
import { readTemplates } from '../../sources/repository/readTemplates.js';
import type { ProfileDecoder } from '../../worker/workerPorts.js';
import { HotFramesDocuments } from './hotFramesDocuments.js';
import { registerHotFramesLenses } from './hotFramesLenses.js';
import { SETTINGS, SETTINGS_SECTION } from '../../words/ids.js';
import type { Settings } from '../shell/settings.js';
import { LocalSources } from './localSources.js';
import { createPageSources, type PageSources } from './pageSources.js';
import { ProfileSources } from '../../checkouts/profileSources.js';
import { t } from '../shell/l10n.js';
import type { Log } from '../shell/log.js';
import { showWarning } from '../shell/messages.js';

export interface SourcesDeps {
  readonly decoder: ProfileDecoder;
  readonly settings: Settings;
  readonly log: Log;
}

export interface Sources {
  readonly page: PageSources;
  readonly profiles: ProfileSources;
  /** As the settings say now. */
  readonly templates: () => SourceTemplates;
  /** Whether a file lies where sources of this machine are looked for. Never rejects. */
  holds(file: string): Promise<boolean>;
  dispose(): void;
}

export function registerSources({ decoder, settings, log }: SourcesDeps): Sources {
  const templates = () => usableTemplates(settings, log);
  const profiles = new ProfileSources({ decoder, maxBytes: () => settings.maxProfileBytes(), templates });
  const local = new LocalSources(settings);
  const documents = new HotFramesDocuments(profiles, log);
  const parts = vscode.Disposable.from(
    registerHotFramesLenses(documents, local),
    documents,
    local,
    settings.onDidChange(name => {
      if (name === SETTINGS.sourceTemplates) warnOfTemplates(settings);
    }),
  );
  return {
    page: createPageSources(profiles, local),
    profiles,
    templates,
    holds: file => local.holds(file),
    dispose() {
      parts.dispose();
    },
  };
}

function usableTemplates(settings: Settings, log: Log): SourceTemplates {
  const { templates, refused } = readTemplates(settings.sourceTemplates());
  if (refused.length > 0)
    log.warn(`${SETTINGS_SECTION}.${SETTINGS.sourceTemplates}: not used: ${refused.join(', ')}`);
  return templates;
}

/** Said when the setting is written, which is when it can be put right. */
function warnOfTemplates(settings: Settings): void {
  const { refused } = readTemplates(settings.sourceTemplates());
  if (refused.length === 0) return;
  void showWarning(
    t(
      'These entries of {0} are no templates of a web address and are not used: {1}',
      `${SETTINGS_SECTION}.${SETTINGS.sourceTemplates}`,
      refused.join(', '),
    ),
  );
}
