/** The custom editor for profiles: documents, panels, and which of them has the focus. */
import * as vscode from 'vscode';
import type { ViewAction } from '../../protocol/messages.js';
import { createContextKeys } from '../shell/contextKeys.js';
import { ANY_PROFILE_EDITOR, PROFILE_EDITOR } from '../../words/ids.js';
import { openProfileTab } from '../shell/editorTabs.js';
import { CaptureDocument } from '../panel/captureDocument.js';
import { ProfilePage, type ProfilePageDeps } from './profilePage.js';

export interface ProfileEditor {
  /** File of the panel that has the focus. */
  activeProfile(): vscode.Uri | undefined;
  /** Of the panel that was used last and is still open. */
  currentDocument(): CaptureDocument | undefined;
  /** Another one is current, or none. */
  readonly onDidChangeCurrent: vscode.Event<void>;
  /** Carries out a view action in the panel that has the focus. */
  do(action: ViewAction): void;
  /** Opens the profile, or brings it to the front, with a function selected. */
  showFunction(profile: vscode.Uri, name: string): Promise<void>;
  dispose(): void;
}

export function registerProfileEditor(deps: ProfilePageDeps): ProfileEditor {
  const provider = new Provider(deps);
  const registrations = [PROFILE_EDITOR, ANY_PROFILE_EDITOR].map(viewType =>
    vscode.window.registerCustomEditorProvider(viewType, provider, {
      // Hidden pages are dropped and come back from their own small state and the file.
      webviewOptions: { retainContextWhenHidden: false },
      supportsMultipleEditorsPerDocument: true,
    }),
  );
  return {
    activeProfile: () => provider.active()?.document.uri,
    currentDocument: () => provider.current?.document,
    onDidChangeCurrent: provider.onDidChangeCurrent,
    do: action => provider.active()?.do(action),
    showFunction: (profile, name) => provider.showFunction(profile, name),
    dispose() {
      for (const registration of registrations) registration.dispose();
      provider.dispose();
    },
  };
}

class Provider implements vscode.CustomReadonlyEditorProvider<CaptureDocument> {
  private readonly pages = new Set<ProfilePage>();
  private readonly currentChanged = new vscode.EventEmitter<void>();
  private lastUsed: ProfilePage | undefined;
  private readonly keys = createContextKeys();
  readonly onDidChangeCurrent = this.currentChanged.event;
  private readonly following: vscode.Disposable;

  constructor(private readonly deps: ProfilePageDeps) {
    this.following = deps.registry.onDidChange(() => this.setKeys());
  }

  /** Reads nothing: what is wrong with the file is told inside the page. */
  openCustomDocument(uri: vscode.Uri): CaptureDocument {
    return new CaptureDocument(uri);
  }

  resolveCustomEditor(document: CaptureDocument, panel: vscode.WebviewPanel): void {
    const page = new ProfilePage(this.deps, document, panel);
    this.pages.add(page);
    panel.onDidChangeViewState(() => {
      this.setKeys();
      if (page.isActive) this.use(page);
    });
    panel.onDidDispose(() => {
      this.pages.delete(page);
      this.setKeys();
      if (this.lastUsed === page) this.use([...this.pages].at(-1));
    });
    this.setKeys();
    this.use(page);
  }

  get current(): ProfilePage | undefined {
    return this.lastUsed;
  }

  async showFunction(profile: vscode.Uri, name: string): Promise<void> {
    await openProfileTab(profile);
    const ofProfile = [...this.pages].filter(
      ({ document }) => document.uri.toString() === profile.toString(),
    );
    (ofProfile.find(page => page.isActive) ?? ofProfile[0])?.showFunction(name);
  }

  active(): ProfilePage | undefined {
    return [...this.pages].find(page => page.isActive);
  }

  dispose(): void {
    this.currentChanged.dispose();
    this.following.dispose();
    this.keys.dispose();
    for (const page of this.pages) page.dispose();
  }

  private use(page: ProfilePage | undefined): void {
    if (this.lastUsed === page) return;
    this.lastUsed = page;
    this.currentChanged.fire();
  }

  private setKeys(): void {
    this.keys.set('isGrowingProfile', this.active()?.isGrowing ?? false);
  }
}
