/** Starts the report page: words, channel, first load. The composition root; no logic. */
import type { ReportBoot, ReportEvents, ReportRequests } from '../../src/protocol/reportMessages.js';
import { openHostLink, type VsCodeApi } from '../hostLink.js';
import { FirstLoad } from '../ui/firstLoad.js';
import { registerToolkit } from '../ui/toolkit.js';
import { setWords } from '../words.js';
import { ReportPage } from './reportPage.js';
import { ReportStore } from './reportState.js';

declare function acquireVsCodeApi(): VsCodeApi;

function start(root: HTMLElement, boot: ReportBoot, api: VsCodeApi): void {
  setWords(boot.words);
  registerToolkit();
  const page = new ReportPage({
    store: new ReportStore(api.getState(), state => api.setState(state)),
    // A host that could not copy, or open, has said so itself.
    copy: text => void host.request('text/copy', { text }).catch(() => undefined),
    openFlameGraph: () => void host.request('file/openFlameGraph', {}).catch(() => undefined),
    openBeside: (file, line) => void host.request('file/openBeside', { file, line }).catch(() => undefined),
    openReference: (cause, index) =>
      void host.request('reference/open', { cause, index }).catch(() => undefined),
    runStep: step => void host.request('step/run', { step }).catch(() => undefined),
    applyRemedy: cause => void host.request('remedy/apply', { cause }).catch(() => undefined),
    exportReport: () => void host.request('report/export', {}).catch(() => undefined),
    checkRemedy: () => void host.request('remedy/check', {}).catch(() => undefined),
    openLink: link => void host.request('link/open', link).catch(() => undefined),
  });
  root.append(page.element);
  const loading = new FirstLoad({
    showOnly: status => page.showOnly(status),
    load: async () => {
      const outcome = await host.request('report/load', {});
      if (outcome.kind === 'failed') return outcome.shown;
      page.showReport(outcome.payload);
      return undefined;
    },
    showLog: () => void host.request('log/show', {}),
    openOther: () => void host.request('file/openOther', {}),
  });
  const host = openHostLink<ReportRequests, ReportEvents>(api, {
    'report/changed': ({ payload }) => {
      loading.end();
      page.showReport(payload);
    },
    'report/stale': ({ shown }) => page.showStale(shown),
    'report/progress': ({ phase }) => loading.showPhase(phase),
  });
  window.addEventListener('pagehide', () => host.dispose());
  void loading.run();
}

const root = document.getElementById('app');
const boot = document.getElementById('boot')?.textContent;
if (root !== null && typeof boot === 'string')
  start(root, JSON.parse(boot) as ReportBoot, acquireVsCodeApi());
