/**
 * Hot Frames documents: one read-only text a profile, made anew when its file changes, with the blocks its providers
 * (lenses, folding, outline, hover) speak of.
 */
import * as vscode from 'vscode';
import { describeForUser } from '../shell/errorMessages.js';
import { CaptureDocument } from '../panel/captureDocument.js';
import { FRAMES_SCHEME } from '../../words/ids.js';
import { logError } from '../shell/runCommand.js';
import type { ProfileSources, SourcedProfile } from '../../checkouts/profileSources.js';
import { captureTitle } from '../captures/captureRow.js';
import { formatHotFrames, type FrameBlock, type HotFramesText } from '../../words/sources/hotFramesText.js';
import { t } from '../shell/l10n.js';
import type { Log } from '../shell/log.js';

/** What a document shows at the moment. */
export interface ShownFrames {
  readonly profile: vscode.Uri;
  readonly sourced: SourcedProfile;
  readonly blocks: readonly FrameBlock[];
}

interface Entry {
  readonly document: CaptureDocument;
  shown: (ShownFrames & { readonly text: string }) | undefined;
}

/** The document's address: its path is what the tab says, its query which profile it is about. */
export async function framesUri(profile: vscode.Uri): Promise<vscode.Uri> {
  const document = new CaptureDocument(profile);
  const title = await titleOf(document).finally(() => document.dispose());
  const path = `/${t('Hot Frames of {0}', title).replaceAll('/', '∕')}`;
  return vscode.Uri.from({ scheme: FRAMES_SCHEME, path, query: profile.toString() });
}

/** The profile that a Hot Frames document is about; undefined for other documents. */
export function profileOfFrames(uri: vscode.Uri): vscode.Uri | undefined {
  return uri.scheme === FRAMES_SCHEME ? vscode.Uri.parse(uri.query, true) : undefined;
}

async function titleOf(document: CaptureDocument): Promise<string> {
  const record = await document.capture();
  return record === undefined ? document.name : captureTitle(record);
}

export class HotFramesDocuments implements vscode.TextDocumentContentProvider {
  private readonly entries = new Map<string, Entry>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registrations: vscode.Disposable[];
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly sources: ProfileSources,
    private readonly log: Log,
  ) {
    this.registrations = [
      vscode.workspace.registerTextDocumentContentProvider(FRAMES_SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.close(uri)),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const entry = this.open(uri);
    try {
      const sourced = await this.sources.load(entry.document);
      const title = await titleOf(entry.document);
      const { hot, facts } = sourced;
      const { text, blocks }: HotFramesText = formatHotFrames({ title, hot, facts }, t);
      entry.shown = { profile: entry.document.uri, sourced, blocks, text };
      return text;
    } catch (error) {
      entry.shown = undefined;
      logError(this.log, `Hot frames of ${entry.document.name}`, error);
      const { text, nextStep } = describeForUser(error);
      return `${[text, nextStep].filter(part => part !== undefined).join('\n')}\n`;
    }
  }

  /** Undefined while the editor still has the text before, and where there is an error in place of a profile. */
  shownIn(document: vscode.TextDocument): ShownFrames | undefined {
    const shown = this.entries.get(document.uri.toString())?.shown;
    return shown !== undefined && document.getText() === shown.text ? shown : undefined;
  }

  dispose(): void {
    for (const registration of this.registrations) registration.dispose();
    for (const { document } of this.entries.values()) document.dispose();
    this.entries.clear();
    this.changed.dispose();
  }

  private open(uri: vscode.Uri): Entry {
    const key = uri.toString();
    const known = this.entries.get(key);
    if (known !== undefined) return known;
    const document = new CaptureDocument(profileOfFrames(uri) ?? uri);
    const entry: Entry = { document, shown: undefined };
    this.entries.set(key, entry);
    // Goes with the document.
    document.onDidChange(change => {
      if (change !== 'capture') this.changed.fire(uri);
    });
    return entry;
  }

  private close(uri: vscode.Uri): void {
    const key = uri.toString();
    this.entries.get(key)?.document.dispose();
    this.entries.delete(key);
  }
}
