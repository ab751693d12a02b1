import { describe, expect, it } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import { Channel, type ChannelPort } from '../../../src/protocol/channel.js';
import { WIRE_TAG, type ParamGuards } from '../../../src/protocol/guards.js';

interface Asks {
  'number/double': { readonly params: { readonly value: number }; readonly result: number };
  'work/long': { readonly params: Record<string, never>; readonly result: string };
}
interface Told {
  'number/changed': { readonly value: number };
}
/** No messages in that direction. */
type Nothing = object;

const guards: ParamGuards<Asks> = {
  'number/double': value =>
    typeof value === 'object' && value !== null && 'value' in value && typeof value.value === 'number'
      ? { value: value.value }
      : undefined,
  'work/long': () => ({}),
};

/** Two ports that hand each other what structured clone would, one microtask later; `cut` makes posting fail. */
function portPair(): {
  page: ChannelPort;
  host: ChannelPort;
  deliver: (to: 'page' | 'host', raw: unknown) => void;
  cut: () => void;
} {
  const listeners = { page: new Set<(m: unknown) => void>(), host: new Set<(m: unknown) => void>() };
  let broken = false;
  const port = (own: 'page' | 'host', other: 'page' | 'host'): ChannelPort => ({
    post(message) {
      if (broken) throw new Error('port closed');
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => listeners[other].forEach(listener => listener(copy)));
    },
    listen(receive) {
      listeners[own].add(receive);
      return () => listeners[own].delete(receive);
    },
  });
  return {
    page: port('page', 'host'),
    host: port('host', 'page'),
    deliver: (to, raw) => listeners[to].forEach(listener => listener(raw)),
    cut: () => (broken = true),
  };
}

function open(long: (signal: AbortSignal) => Promise<string> = () => Promise.resolve('done')) {
  const ports = portPair();
  const heard: number[] = [];
  const faults: string[] = [];
  const page = new Channel<Asks, Nothing, Nothing, Told>(ports.page, {
    handlers: {},
    guards: {},
    events: { 'number/changed': ({ value }) => heard.push(value) },
    onFault: what => faults.push(`page: ${what}`),
  });
  const host = new Channel<Nothing, Asks, Told, Nothing>(ports.host, {
    handlers: {
      'number/double': ({ value }) => {
        if (value < 0) throw new TriageError('file-corrupt', 'negative', { facts: { value } });
        return value * 2;
      },
      'work/long': (_params, signal) => long(signal),
    },
    guards,
    events: {},
    onFault: what => faults.push(`host: ${what}`),
  });
  return { ...ports, page, host, heard, faults, hostPort: ports.host };
}

describe('Channel', () => {
  it('answers a request with the result of its handler', async () => {
    const { page } = open();
    expect(await page.request('number/double', { value: 21 })).toBe(42);
  });

  it('answers several at once, each with its own', async () => {
    const { page } = open();
    const answers = await Promise.all([1, 2, 3].map(value => page.request('number/double', { value })));
    expect(answers).toEqual([2, 4, 6]);
  });

  it('carries the error of a handler that throws, with code and facts', async () => {
    const { page } = open();
    await expect(page.request('number/double', { value: -1 })).rejects.toMatchObject({
      code: 'file-corrupt',
      facts: { value: -1 },
    });
  });

  it('answers wrong parameters and unknown names instead of running or hanging', async () => {
    const { page, faults } = open();
    await expect(page.request('number/double', { value: 'x' as unknown as number })).rejects.toMatchObject({
      code: 'internal',
    });
    await expect(page.request('toString' as 'work/long', {})).rejects.toMatchObject({ code: 'internal' });
    expect(faults).toEqual([
      'host: request number/double with wrong parameters',
      'host: unknown request toString',
    ]);
  });

  it('cancels: the asker sees `cancelled` at once, the handler its signal', async () => {
    let aborted = false;
    const { page } = open(
      signal =>
        new Promise(resolve => {
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve('too late');
          });
        }),
    );
    const controller = new AbortController();
    const answer = page.request('work/long', {}, controller.signal);
    await Promise.resolve();
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
    await new Promise(resolve => setTimeout(resolve));
    expect(aborted).toBe(true);
  });

  it('does not send a request whose signal is aborted already', async () => {
    let asked = false;
    const { page } = open(() => {
      asked = true;
      return Promise.resolve('done');
    });
    await expect(page.request('work/long', {}, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    await new Promise(resolve => setTimeout(resolve));
    expect(asked).toBe(false);
  });

  it('rejects what is pending when the asking side is disposed, and every request after', async () => {
    const { page } = open(() => new Promise(() => undefined));
    const answer = page.request('work/long', {});
    page.dispose();
    page.dispose();
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
    await expect(page.request('work/long', {})).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('aborts the work of the answering side when that is disposed', async () => {
    const seen: AbortSignal[] = [];
    const { page, host } = open(signal => {
      seen.push(signal);
      return new Promise(() => undefined);
    });
    void page.request('work/long', {}).catch(() => undefined);
    await new Promise(resolve => setTimeout(resolve));
    host.dispose();
    expect(seen.map(signal => signal.aborted)).toEqual([true]);
    page.dispose();
  });

  it('tells events in order, and survives a listener for none of them', async () => {
    const { host, heard, deliver, faults } = open();
    host.notify('number/changed', { value: 1 });
    host.notify('number/changed', { value: 2 });
    deliver('page', { tag: WIRE_TAG, kind: 'event', name: 'constructor', params: {} });
    await Promise.resolve();
    expect(heard).toEqual([1, 2]);
    expect(faults).toEqual(['page: unknown event constructor']);
  });

  it('ignores what is not ours: other windows, broken envelopes, replies that are not waited for', async () => {
    const { page, deliver, heard } = open();
    for (const raw of [
      undefined,
      null,
      7,
      'x',
      {},
      { kind: 'event' },
      { tag: WIRE_TAG, kind: 'reply', id: 'a' },
    ])
      deliver('page', raw);
    deliver('page', { tag: WIRE_TAG, kind: 'reply', id: 999, result: 1 });
    expect(heard).toEqual([]);
    expect(await page.request('number/double', { value: 4 })).toBe(8);
  });

  it('ends a request whose message could not be posted', async () => {
    const { page, cut } = open();
    cut();
    await expect(page.request('number/double', { value: 1 })).rejects.toMatchObject({
      message: 'port closed',
    });
  });

  it('sends a failure when the reply itself cannot be posted (not cloneable)', async () => {
    const { page } = open(() => Promise.resolve((() => undefined) as unknown as string));
    await expect(page.request('work/long', {})).rejects.toMatchObject({ code: 'internal' });
  });

  it('moves typed arrays as they are', async () => {
    const { page } = open(() => Promise.resolve(new Float64Array([1, 2]) as unknown as string));
    expect(await page.request('work/long', {})).toEqual(new Float64Array([1, 2]));
  });
});
