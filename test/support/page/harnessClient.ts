/**
 * The host of a profile page inside the harness: answers with what the server has for the page's case. A test drives it
 * through `window.harness`.
 */
import { Channel } from '../../../src/protocol/channel.js';
import { webviewRequestGuards } from '../../../src/protocol/guards.js';
import type { HostEvents, LoadOutcome, WebviewRequests } from '../../../src/protocol/messages.js';
import { caseName, parameters, standInForVsCode } from './standIn.js';
import { unpackOutcome } from './wireFormat.js';

export interface Harness {
  /** Requests the page made, `area/verb` or `area/verb text`. */
  readonly asked: string[];
  /** Milliseconds of script in each animation frame since the last reset. */
  frames: number[];
  notify<K extends keyof HostEvents>(name: K, params: HostEvents[K]): void;
  /** Sends the outcome of another case as `profile/changed`. */
  change(caseName: string): Promise<void>;
  /** Set: stopping fails. */
  refuseStop: boolean;
  /** When the outcome of the load was handed to the page; performance.now(). */
  answeredAt: number;
}

declare global {
  interface Window {
    harness: Harness;
  }
}

async function fetchOutcome(name: string): Promise<LoadOutcome> {
  const answer = await fetch(`/outcome?case=${encodeURIComponent(name)}`);
  return unpackOutcome(await answer.arrayBuffer()) as LoadOutcome;
}

const host = new Channel<object, WebviewRequests, HostEvents, object>(standInForVsCode(), {
  guards: webviewRequestGuards,
  events: {},
  handlers: {
    'profile/load': async () => {
      harness.asked.push('profile/load');
      const outcome = await fetchOutcome(caseName);
      const delay = Number(parameters.get('delay') ?? 0);
      if (delay > 0) await new Promise(resolve => setTimeout(resolve, delay));
      harness.answeredAt = performance.now();
      return outcome;
    },
    'text/copy': ({ text }) => {
      harness.asked.push(`text/copy ${text}`);
      return true;
    },
    'capture/stop': () => {
      harness.asked.push('capture/stop');
      if (harness.refuseStop) throw new Error('the capture has ended already');
      return true;
    },
    'source/list': ({ name }) => ({
      links: [{ target: 'source', label: `source of ${name}`, detail: 'https://example.test/' }],
      reason: '',
    }),
    'source/open': ({ name, target }) => {
      harness.asked.push(`source/open ${target} ${name}`);
      return true;
    },
    'log/show': () => {
      harness.asked.push('log/show');
      return true;
    },
    'file/openOther': () => {
      harness.asked.push('file/openOther');
      return true;
    },
    'profile/exportFolded': ({ sampleType }) => {
      harness.asked.push(`profile/exportFolded ${sampleType}`);
      return true;
    },
  },
});

const harness: Harness = {
  asked: [],
  frames: [],
  notify: (name, params) => host.notify(name, params),
  change: async name => {
    const outcome = await fetchOutcome(name);
    if (outcome.kind === 'profile') host.notify('profile/changed', { payload: outcome.payload });
  },
  refuseStop: false,
  answeredAt: 0,
};
window.harness = harness;

const nextFrame = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = callback =>
  nextFrame(now => {
    const begun = performance.now();
    callback(now);
    harness.frames.push(performance.now() - begun);
  });
