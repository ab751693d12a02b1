/** Starts the profile editor's page: words, controls, theme, channel, first load. The composition root; no logic. */
import type { HostEvents, PageBoot, ShownError } from '../src/protocol/messages.js';
import { describeError } from '../src/base/errors.js';
import { openHostLink, type HostLink, type VsCodeApi } from './hostLink.js';
import { readViewState, type ViewState } from './model/viewState.js';
import { ProfilePage } from './profilePage.js';
import { readTheme, watchTheme } from './theme.js';
import { errorPage, loadingPage, type LoadPhase } from './ui/statusPages.js';
import { registerToolkit } from './ui/toolkit.js';
import { setWords, t } from './words.js';

declare function acquireVsCodeApi(): VsCodeApi;

/** A load that is quicker than this shows no loading page: it would only flicker. */
const LOADING_AFTER_MS = 300;

function start(root: HTMLElement, boot: PageBoot, api: VsCodeApi): void {
  setWords(boot.words);
  registerToolkit();
  const page = new ProfilePage({
    state: readViewState(api.getState(), boot),
    theme: readTheme(document),
    keep: (state: ViewState) => api.setState(state),
    // A host that could not copy has said so itself.
    copy: text => void host.request('text/copy', { text }).catch(() => undefined),
    listSources: ref => host.request('source/list', ref),
    // A host that could not open has said so itself.
    openSource: (ref, target) => void host.request('source/open', { ...ref, target }).catch(() => undefined),
    // A host that could not write has said so itself.
    exportFolded: sampleType =>
      void host.request('profile/exportFolded', { sampleType }).catch(() => undefined),
    stopCapture: async () => {
      await host.request('capture/stop', {});
    },
  });
  root.append(page.frame.element);
  const loader = new Loader(page, () => host);
  const events: { readonly [K in keyof HostEvents]: (params: HostEvents[K]) => void } = {
    'profile/changed': ({ payload }) => {
      loader.end();
      page.showProfile(payload);
    },
    'capture/changed': ({ capture }) => page.showCapture(capture),
    'profile/stale': ({ shown }) => page.showStale(shown),
    'profile/progress': ({ phase }) => loader.showPhase(phase),
    'view/do': ({ action }) => page.do(action),
    'view/showFunction': ({ name }) => page.showFunction(name),
  };
  const host: HostLink = openHostLink(api, events);
  watchTheme(document, theme => page.setTheme(theme));
  window.addEventListener('pagehide', () => host.dispose());
  void loader.load();
}

/** One load at a time, and what stands on the page meanwhile. */
class Loader {
  readonly #page: ProfilePage;
  readonly #host: () => HostLink;
  #phase: LoadPhase | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shown = false;

  constructor(page: ProfilePage, host: () => HostLink) {
    this.#page = page;
    this.#host = host;
  }

  async load(): Promise<void> {
    this.#timer = setTimeout(() => {
      this.#shown = true;
      this.#page.frame.showOnly(loadingPage(this.#phase));
    }, LOADING_AFTER_MS);
    try {
      const outcome = await this.#host().request('profile/load', {});
      this.end();
      if (outcome.kind === 'failed') {
        this.#showError(outcome.shown);
        return;
      }
      this.#page.showProfile(outcome.payload);
      if (outcome.showFunction !== undefined) this.#page.showFunction(outcome.showFunction);
    } catch (error) {
      const description = describeError(error);
      this.end();
      if (description.code !== 'cancelled')
        this.#showError({
          error: description,
          text: description.message,
          nextStep: t('Retry, or look into the log.'),
        });
    }
  }

  showPhase(phase: LoadPhase): void {
    this.#phase = phase;
    if (this.#shown) this.#page.frame.showOnly(loadingPage(phase));
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#shown = false;
    this.#phase = undefined;
  }

  #showError(shown: ShownError): void {
    this.#page.frame.showOnly(
      errorPage(shown, {
        onRetry: () => void this.load(),
        onShowLog: () => void this.#host().request('log/show', {}),
      }),
    );
  }
}

const root = document.getElementById('app');
const boot = document.getElementById('boot')?.textContent;
if (root !== null && typeof boot === 'string') start(root, JSON.parse(boot) as PageBoot, acquireVsCodeApi());
