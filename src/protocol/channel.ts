/**
 * Requests, cancellation and events over a port that can only post: the one mechanism both ends of the profile editor
 * use, generic over the message maps of messages.ts. It knows no window and no vscode; those are a port's business.
 *
 * Every request ends exactly once: reply, error or `cancelled`. Disposing ends what is still under way, on both sides
 * of the exchange: our questions reject, and the work we do for the other side sees its signal abort.
 */
import { describeError, restoreError, throwIfCancelled, TriageError } from '../base/errors.js';
import { readWireMessage, WIRE_TAG, type ParamGuards, type WireMessage } from './guards.js';

/** One way to post and one to listen; `listen` returns what stops listening. */
export interface ChannelPort {
  /** May be asynchronous; a rejection ends the request that was posted. */
  post(message: unknown): unknown;
  listen(receive: (message: unknown) => void): () => void;
}

export type RequestMap<M> = {
  readonly [K in keyof M]: { readonly params: unknown; readonly result: unknown };
};

/** One function a request; it gets guarded params and a signal that aborts when the asker loses interest. */
export type RequestHandlers<M> = {
  readonly [K in keyof M]: M[K] extends { readonly params: infer P; readonly result: infer R }
    ? (params: P, signal: AbortSignal) => Promise<R> | R
    : never;
};

export type EventHandlers<E> = { readonly [K in keyof E]: (params: E[K]) => void };

export interface ChannelOptions<Answers, Hears> {
  readonly handlers: RequestHandlers<Answers>;
  /** One for each handler: what comes from the other side is not trusted. */
  readonly guards: ParamGuards<Answers>;
  readonly events: EventHandlers<Hears>;
  /** Told of what was dropped and of event handlers that threw; never of payloads. */
  readonly onFault?: ((what: string) => void) | undefined;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly stopListening: () => void;
}

type Handler = (params: unknown, signal: AbortSignal) => unknown;

/** `Asks` and `Tells` go out, `Answers` and `Hears` come in; `object` stands for none. */
export class Channel<Asks extends RequestMap<Asks>, Answers extends RequestMap<Answers>, Tells, Hears> {
  private readonly pending = new Map<number, Pending>();
  private readonly running = new Map<number, AbortController>();
  private readonly stopListening: () => void;
  private nextId = 1;
  private disposed = false;

  constructor(
    private readonly port: ChannelPort,
    private readonly options: ChannelOptions<Answers, Hears>,
  ) {
    this.stopListening = port.listen(message => {
      this.receive(message);
    });
  }

  /** Asks the other side. Rejects with TriageError: the other side's own, `cancelled`, or `internal` for a lost port. */
  async request<K extends keyof Asks & string>(
    name: K,
    params: Asks[K]['params'],
    signal?: AbortSignal,
  ): Promise<Asks[K]['result']> {
    if (this.disposed) throw gone();
    if (signal !== undefined) throwIfCancelled(signal);
    const id = this.nextId++;
    const answer = new Promise<unknown>((resolve, reject) => {
      const cancel = (): void => {
        this.settle(id)?.reject(new TriageError('cancelled', 'Cancelled.'));
        this.send({ tag: WIRE_TAG, kind: 'cancel', id });
      };
      signal?.addEventListener('abort', cancel, { once: true });
      this.pending.set(id, {
        resolve,
        reject,
        stopListening: () => signal?.removeEventListener('abort', cancel),
      });
    });
    this.send({ tag: WIRE_TAG, kind: 'request', id, name, params }, error => this.settle(id)?.reject(error));
    return answer;
  }

  /** Tells the other side; nothing comes back. Does nothing after dispose. */
  notify<K extends keyof Tells & string>(name: K, params: Tells[K]): void {
    if (!this.disposed) this.send({ tag: WIRE_TAG, kind: 'event', name, params });
  }

  /** Ends everything under way. May be called twice. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.stopListening();
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(gone());
    for (const controller of this.running.values()) controller.abort();
    this.running.clear();
  }

  private receive(raw: unknown): void {
    const message = readWireMessage(raw);
    if (message === undefined || this.disposed) return;
    switch (message.kind) {
      case 'request':
        void this.answer(message.id, message.name, message.params);
        return;
      case 'reply':
        this.settle(message.id)?.resolve(message.result);
        return;
      case 'failure':
        this.settle(message.id)?.reject(restoreError(message.error));
        return;
      case 'cancel':
        this.running.get(message.id)?.abort();
        return;
      case 'event':
        this.hear(message.name, message.params);
    }
  }

  /** Never rejects: whatever happens becomes one message, so that the other side does not wait without end. */
  private async answer(id: number, name: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    this.running.set(id, controller);
    try {
      const result = await this.run(name, params, controller.signal);
      throwIfCancelled(controller.signal);
      await this.port.post({ tag: WIRE_TAG, kind: 'reply', id, result } satisfies WireMessage);
    } catch (error) {
      this.send({ tag: WIRE_TAG, kind: 'failure', id, error: describeError(error) });
    } finally {
      this.running.delete(id);
    }
  }

  /** A handler's result, or a promise of it. */
  private run(name: string, params: unknown, signal: AbortSignal): unknown {
    if (!Object.hasOwn(this.options.handlers, name) || !Object.hasOwn(this.options.guards, name)) {
      this.options.onFault?.(`unknown request ${name}`);
      throw new TriageError('internal', `Unknown request ${name}.`);
    }
    const key = name as keyof Answers;
    const guarded: unknown = this.options.guards[key](params);
    if (guarded === undefined) {
      this.options.onFault?.(`request ${name} with wrong parameters`);
      throw new TriageError('internal', `Request ${name} with wrong parameters.`);
    }
    return (this.options.handlers[key] as Handler)(guarded, signal);
  }

  private hear(name: string, params: unknown): void {
    if (!Object.hasOwn(this.options.events, name)) {
      this.options.onFault?.(`unknown event ${name}`);
      return;
    }
    try {
      (this.options.events[name as keyof Hears] as (params: unknown) => void)(params);
    } catch (error) {
      this.options.onFault?.(`event ${name}: ${describeError(error).message}`);
    }
  }

  /** Takes a request out of the books; undefined where it has ended already (a late reply). */
  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    pending?.stopListening();
    return pending;
  }

  private send(message: WireMessage, onLost?: (error: unknown) => void): void {
    const lost = (error: unknown): void => {
      this.options.onFault?.(`${message.kind} not sent: ${describeError(error).message}`);
      onLost?.(restoreError(describeError(error)));
    };
    try {
      const sent = this.port.post(message);
      if (sent instanceof Promise) sent.catch(lost);
    } catch (error) {
      lost(error);
    }
  }
}

function gone(): TriageError {
  return new TriageError('cancelled', 'The other side of the editor has gone.');
}
