/** Starts the profile editor's page: words, controls, theme, channel, first load. The composition root; no logic. */
import type { HostEvents, PageBoot, WebviewRequests } from '../src/protocol/messages.js';
import { openHostLink, type HostLink, type VsCodeApi } from './hostLink.js';
import { readViewState, type ViewState } from './model/viewState.js';
import { ProfilePage } from './profile/profilePage.js';
import { readTheme, watchTheme } from './theme.js';
import { FirstLoad } from './ui/firstLoad.js';
import { registerToolkit } from './ui/toolkit.js';
import { setWords } from './words.js';

declare function acquireVsCodeApi(): VsCodeApi;

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
  const loader = new FirstLoad({
    showOnly: status => page.frame.showOnly(status),
    load: async () => {
      const outcome = await host.request('profile/load', {});
      if (outcome.kind === 'failed') return outcome.shown;
      page.showProfile(outcome.payload);
      if (outcome.showFunction !== undefined) page.showFunction(outcome.showFunction);
      return undefined;
    },
    showLog: () => void host.request('log/show', {}),
    openOther: () => void host.request('file/openOther', {}),
  });
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
  const host: HostLink<WebviewRequests, HostEvents> = openHostLink(api, events);
  watchTheme(document, theme => page.setTheme(theme));
  window.addEventListener('pagehide', () => host.dispose());
  void loader.run();
}

const root = document.getElementById('app');
const boot = document.getElementById('boot')?.textContent;
if (root !== null && typeof boot === 'string') start(root, JSON.parse(boot) as PageBoot, acquireVsCodeApi());
