/** The channel to the extension host over the API that VS Code gives a webview, and the state it keeps for it. */
import { Channel, type EventHandlers, type RequestMap } from '../src/protocol/channel.js';

/** What `acquireVsCodeApi` answers; it may be called once in the life of a page. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** `Asks` goes to the host, `Hears` comes from it. */
export type HostLink<Asks extends RequestMap<Asks>, Hears> = Channel<Asks, object, object, Hears>;

export function openHostLink<Asks extends RequestMap<Asks>, Hears>(
  api: VsCodeApi,
  events: EventHandlers<Hears>,
): HostLink<Asks, Hears> {
  return new Channel<Asks, object, object, Hears>(
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
