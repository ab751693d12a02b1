/** The channel to the extension host over the API that VS Code gives a webview, and the state it keeps for it. */
import { Channel, type EventHandlers } from '../src/protocol/channel.js';
import type { HostEvents, WebviewRequests } from '../src/protocol/messages.js';

/** What `acquireVsCodeApi` answers; it may be called once in the life of a page. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

export type HostLink = Channel<WebviewRequests, object, object, HostEvents>;

export function openHostLink(api: VsCodeApi, events: EventHandlers<HostEvents>): HostLink {
  return new Channel<WebviewRequests, object, object, HostEvents>(
    {
      post: message => api.postMessage(message),
      listen: receive => {
        const onMessage = (event: MessageEvent<unknown>): void => receive(event.data);
        window.addEventListener('message', onMessage);
        return () => window.removeEventListener('message', onMessage);
      },
    },
    { handlers: {}, guards: {}, events },
  );
}
