/** The host of a report page inside the harness; a test drives it through `window.reportHarness`. */
import { Channel } from '../../../src/protocol/channel.js';
import { reportRequestGuards } from '../../../src/protocol/guards.js';
import type { ReportEvents, ReportOutcome, ReportRequests } from '../../../src/protocol/reportMessages.js';
import { caseName, parameters, standInForVsCode } from './standIn.js';
import { unpackOutcome } from './wireFormat.js';

export interface ReportHarness {
  /** Requests the page made, `area/verb` or `area/verb text`. */
  readonly asked: string[];
  notify<K extends keyof ReportEvents>(name: K, params: ReportEvents[K]): void;
  /** Sends the outcome of another case as `report/changed`. */
  change(caseName: string): Promise<void>;
}

declare global {
  interface Window {
    reportHarness: ReportHarness;
  }
}

async function fetchOutcome(name: string): Promise<ReportOutcome> {
  const answer = await fetch(`/outcome?case=${encodeURIComponent(name)}`);
  return unpackOutcome(await answer.arrayBuffer()) as ReportOutcome;
}

const asked: string[] = [];
const note = (text: string): true => {
  asked.push(text);
  return true;
};
const host = new Channel<object, ReportRequests, ReportEvents, object>(standInForVsCode(), {
  guards: reportRequestGuards,
  events: {},
  handlers: {
    'report/load': async () => {
      note('report/load');
      const outcome = await fetchOutcome(caseName);
      const delay = Number(parameters.get('delay') ?? 0);
      if (delay > 0) await new Promise(resolve => setTimeout(resolve, delay));
      return outcome;
    },
    'link/open': ({ target, call, path }) => note(`link/open ${target} ${call} ${path}`.trimEnd()),
    'text/copy': ({ text }) => note(`text/copy ${text}`),
    'log/show': () => note('log/show'),
    'file/openFlameGraph': () => note('file/openFlameGraph'),
    'file/openOther': () => note('file/openOther'),
    'file/openBeside': ({ file, line }) => note(`file/openBeside ${file}:${line ?? ''}`),
    'step/run': ({ step }) => note(`step/run ${step}`),
    'remedy/apply': ({ cause }) => note(`remedy/apply ${cause}`),
    'report/export': () => note('report/export'),
    'remedy/check': () => note('remedy/check'),
    'reference/open': ({ cause, index }) => note(`reference/open ${cause} ${index}`),
  },
});

window.reportHarness = {
  asked,
  notify: (name, params) => host.notify(name, params),
  change: async name => {
    const outcome = await fetchOutcome(name);
    if (outcome.kind === 'report') host.notify('report/changed', { payload: outcome.payload });
  },
};
