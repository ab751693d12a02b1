/** The watch's own rules, on the replay server with short times: when it lists again, goes on, waits, and is silent. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiDoor } from '../../src/cluster/http/apiDoor.js';
import { Credentials } from '../../src/cluster/access/credentials.js';
import { listNodes } from '../../src/cluster/nodes/nodeList.js';
import { NodeWatcher, WATCH_TIMING, type WatchTiming } from '../../src/cluster/nodes/nodeWatch.js';
import type { NodeWatchEvent } from '../../src/cluster/clusterPorts.js';
import { manyNodes } from '../demo/replay/scenario.js';
import { startReplayServer, type ReplayOptions, type ReplayServer } from '../demo/replayServer.js';
import { FIXTURES } from '../support/fixtures.js';
import { pause, waitUntil } from '../support/pause.js';

const never = new AbortController().signal;
const LIST = /nodes\?limit/;
const WATCH = /watch=true/;

let directory: string;
let server: ReplayServer;
let credentials: Credentials;
let door: ApiDoor;
const watchers: NodeWatcher[] = [];
const events: NodeWatchEvent[] = [];
const warnings: string[] = [];

async function start(options: Partial<ReplayOptions> = {}): Promise<void> {
  server = await startReplayServer({ fixtures: FIXTURES, directory, heartbeatMs: 0, ...options });
  const log = { debug: () => undefined, warn: (message: string) => void warnings.push(message) };
  const location = { setting: server.kubeconfigPath, environment: {}, homeDirectory: directory };
  credentials = new Credentials(location, server.contexts.admin, log);
  door = new ApiDoor(credentials, log);
}

function watch(timing: Partial<WatchTiming> = {}): NodeWatcher {
  const log = { debug: () => undefined, warn: (message: string) => void warnings.push(message) };
  const quick = { ...WATCH_TIMING, firstRetryMs: 20, longestRetryMs: 100, ...timing };
  const watcher = new NodeWatcher(
    door,
    log,
    event => events.push(event),
    quick,
    () => 0.5,
  );
  watchers.push(watcher);
  return watcher;
}

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'watch-'));
  events.length = 0;
  warnings.length = 0;
});
afterEach(async () => {
  for (const watcher of watchers.splice(0)) watcher.close();
  credentials.dispose();
  await server.stop();
  await rm(directory, { recursive: true });
});

const asked = (pattern: RegExp): number =>
  server.requests.filter(({ target }) => pattern.test(target)).length;
const kinds = (): string[] => events.map(event => event.kind);
const answer = (status: number, body: string) =>
  ({ kind: 'answer', status, body, type: 'application/json' }) as const;

/** Until the watch request has been answered: changes from now on go through it. */
const open = (): Promise<void> => waitUntil('the watch is open', () => asked(WATCH) > 0);

describe('a healthy watch', () => {
  it('says what changed, and nothing of heartbeats', async () => {
    await start({ heartbeatMs: 5 });
    watch();
    await open();
    await pause(100);
    server.setReady('worker-2', false);
    await waitUntil('the change', () => events.length > 1);
    expect(kinds()).toEqual(['synced', 'changed']);
    expect(events[1]).toMatchObject({ node: { name: 'worker-2', readiness: 'not-ready' } });
  });

  it('lists again after its time, and says so only where something differs', async () => {
    await start();
    watch({ relistMs: 50 });
    await waitUntil('several lists', () => asked(LIST) >= 4);
    expect(kinds()).toEqual(['synced']);
  });

  it('lists at once when told to', async () => {
    await start();
    const watcher = watch();
    await open();
    watcher.retryNow();
    await waitUntil('the second list', () => asked(LIST) === 2);
    await waitUntil('the second watch', () => asked(WATCH) === 2);
    expect(kinds()).toEqual(['synced']);
  });

  it('goes on from the last version where the server ends it, without a new list', async () => {
    await start();
    server.inject({
      path: WATCH,
      times: 2,
      effect: answer(200, '{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"2007"}}}\n'),
    });
    watch();
    await waitUntil('the third watch', () => asked(WATCH) === 3);
    server.removeNode('worker-4');
    await waitUntil('the event', () => events.length === 2);
    expect(kinds()).toEqual(['synced', 'removed']);
    expect(asked(LIST)).toBe(1);
    expect(server.requests.at(-1)?.target).toContain('resourceVersion=2007');
  });

  it('goes on where the connection is silent for too long', async () => {
    await start();
    watch({ silenceMs: 60 });
    await waitUntil('the third watch', () => asked(WATCH) >= 3);
    expect(kinds()).toEqual(['synced']);
    expect(asked(LIST)).toBe(1);
  });
});

describe('a forgotten version', () => {
  it('is answered with a new list, where the refusal comes as an event', async () => {
    await start();
    const watcher = watch();
    await open();
    server.cutConnections();
    server.forgetHistory();
    server.putNode({ ...server.node('worker-2'), spec: { unschedulable: true } });
    watcher.retryNow();
    await waitUntil('the new list', () =>
      events.some(
        event =>
          event.kind === 'synced' && event.nodes.some(node => node.name === 'worker-2' && node.isCordoned),
      ),
    );
  });

  it.each([
    [
      'as an event',
      answer(
        200,
        '{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}}\n',
      ),
    ],
    [
      'as a status',
      answer(410, '{"kind":"Status","code":410,"reason":"Gone","message":"too old resource version"}'),
    ],
  ])('comes %s, and is no interruption', async (_, effect) => {
    await start();
    server.inject({ path: WATCH, effect });
    watch();
    await waitUntil('the second watch', () => asked(WATCH) === 2);
    expect(asked(LIST)).toBe(2);
    expect(kinds()).toEqual(['synced']);
  });
});

describe('interruptions', () => {
  it('waits longer each time, up to the longest, and lists when it is back', async () => {
    await start();
    watch();
    await open();
    await server.suspend();
    await waitUntil('some attempts', () => events.length > 6);
    await server.resume();
    await waitUntil('it is back', () => kinds().lastIndexOf('synced') > 1);
    const waits = events.flatMap(event => (event.kind === 'disconnected' ? [event.retryInMs] : []));
    // random() is 0.5: three quarters of 20, 40, 80, 100, 100, …
    expect(waits.slice(0, 5)).toEqual([15, 30, 60, 75, 75]);
    expect(events.find(event => event.kind === 'disconnected')).toMatchObject({
      error: { code: 'connection-lost' },
    });
    expect(events.findLast(event => event.kind === 'disconnected')).toMatchObject({
      error: { code: 'unreachable' },
    });
  });

  it.each([
    ['an event that is none', '{"type":\n'],
    ['a page', '<html>please log in</html>\n'],
    [
      'a fault of the server',
      '{"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcdserver: timeout"}}\n',
    ],
  ])('begins anew after %s', async (_, body) => {
    await start();
    server.inject({ path: WATCH, effect: answer(200, body) });
    watch();
    await waitUntil('it is back', () => kinds().join(' ') === 'synced disconnected synced');
  });

  it('tells the first words of a refusal of 300 KB', async () => {
    await start();
    const message = `etcdserver: timeout ${'<style>" '.repeat(33_000)}`;
    const event = { type: 'ERROR', object: { kind: 'Status', code: 500, message } };
    server.inject({ path: WATCH, effect: answer(200, `${JSON.stringify(event)}\n`) });
    watch();
    await waitUntil('the interruption', () => kinds().includes('disconnected'));
    const interruption = events.find(({ kind }) => kind === 'disconnected');
    const { error } = interruption as Extract<NodeWatchEvent, { kind: 'disconnected' }>;
    expect(error.message).toContain(': "etcdserver: timeout');
    expect(error.message.length).toBeLessThan(1000);
  });

  it('waits for a person where listing is forbidden', async () => {
    await start();
    const message =
      'nodes is forbidden: User \\"me\\" cannot list resource \\"nodes\\" in API group \\"\\" at the cluster scope';
    server.inject({ path: LIST, effect: answer(403, `{"kind":"Status","message":"${message}","code":403}`) });
    const watcher = watch();
    await waitUntil('the refusal', () => events.length === 1);
    expect(events[0]).toMatchObject({
      kind: 'disconnected',
      error: { code: 'forbidden', facts: { verb: 'list', resource: 'nodes' } },
      retryInMs: undefined,
    });
    await pause(200);
    expect(asked(LIST)).toBe(1);
    watcher.retryNow();
    await waitUntil('it is there', () => kinds().includes('synced'));
  });

  it('polls where a user may list and not watch', async () => {
    await start();
    server.inject({
      path: WATCH,
      times: 1000,
      effect: answer(403, '{"kind":"Status","message":"no watch","code":403}'),
    });
    watch({ pollMs: 30 });
    await waitUntil('several lists', () => asked(LIST) >= 3);
    server.removeNode('worker-4');
    await waitUntil('the change', () => events.length === 2);
    expect(kinds()).toEqual(['synced', 'synced']);
    expect(warnings[0]).toMatch(/list nodes and not watch/);
  });

  it('is ended for good by close, also while it waits', async () => {
    await start();
    const watcher = watch();
    await open();
    await server.suspend();
    await waitUntil('the interruption', () => kinds().includes('disconnected'));
    watcher.close();
    const before = events.length;
    await server.resume();
    await pause(200);
    expect(events.length).toBe(before);
  });

  it('leaves a list that hangs when told to list at once', async () => {
    await start();
    server.inject({ path: LIST, effect: { kind: 'hang' } });
    const watcher = watch();
    await waitUntil('the list is asked for', () => asked(LIST) === 1);
    watcher.retryNow();
    await waitUntil('the nodes', () => events.length > 0);
    expect(kinds()).toEqual(['synced']);
  });

  it('is ended without a word by close in the middle of a list', async () => {
    await start();
    server.inject({ path: LIST, effect: { kind: 'hang' } });
    const watcher = watch();
    await waitUntil('the list is asked for', () => asked(LIST) === 1);
    watcher.close();
    await pause(100);
    expect(events).toEqual([]);
  });

  it('survives a listener that throws', async () => {
    await start();
    let calls = 0;
    const log = { debug: () => undefined, warn: (message: string) => void warnings.push(message) };
    const listener = (): void => {
      calls += 1;
      throw new Error('listener');
    };
    watchers.push(new NodeWatcher(door, log, listener));
    await open();
    server.removeNode('worker-4');
    await waitUntil('the second call', () => calls === 2);
    expect(warnings).toHaveLength(2);
  });
});

describe('long lists', () => {
  it('come page by page, each node once', async () => {
    await start({ nodes: manyNodes(450) });
    const { nodes } = await listNodes(door, never);
    expect(new Set(nodes.map(node => node.name)).size).toBe(450);
    expect(asked(LIST)).toBe(5);
  });

  it('begin anew where the next page was forgotten', async () => {
    await start({ nodes: manyNodes(450) });
    server.inject({
      path: /continue=/,
      effect: answer(410, '{"kind":"Status","code":410,"reason":"Expired"}'),
    });
    expect((await listNodes(door, never)).nodes).toHaveLength(450);
  });

  it('end where pages are forgotten every time', async () => {
    await start({ nodes: manyNodes(450) });
    server.inject({ path: /continue=/, times: 10, effect: answer(410, '{"kind":"Status","code":410}') });
    await expect(listNodes(door, never)).rejects.toMatchObject({ facts: { status: 410 } });
    expect(asked(/continue=/)).toBe(3);
  });

  it('are refused where they are no lists', async () => {
    await start();
    server.inject({
      path: LIST,
      effect: { kind: 'answer', status: 200, body: '<html>log in</html>', type: 'text/html' },
    });
    await expect(listNodes(door, never)).rejects.toMatchObject({
      code: 'request-rejected',
      facts: { body: '<html>log in</html>' },
    });
  });
});
