/** Stands in for VS Code inside a harness page: `acquireVsCodeApi` with state that survives a reload, and a port to it. */
import type { ChannelPort } from '../../../src/protocol/channel.js';

declare global {
  interface Window {
    acquireVsCodeApi: () => unknown;
  }
}

export const parameters = new URLSearchParams(location.search);
export const caseName = parameters.get('case') ?? '';

/** Installs the API for the page; the port is the host's end. */
export function standInForVsCode(): ChannelPort {
  const stateKey = `state of ${caseName}`;
  const toHost = new Set<(message: unknown) => void>();
  window.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => toHost.forEach(receive => receive(copy)));
    },
    getState: (): unknown => JSON.parse(sessionStorage.getItem(stateKey) ?? 'null') ?? undefined,
    setState: (state: unknown) => sessionStorage.setItem(stateKey, JSON.stringify(state)),
  });
  return {
    post: message => window.postMessage(message, '*'),
    listen: receive => {
      toHost.add(receive);
      return () => toHost.delete(receive);
    },
  };
}
