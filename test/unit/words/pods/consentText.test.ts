import { describe, expect, it } from 'vitest';
import type { ImageChoice, PodLevel } from '../../../../src/debugpod/debugPodPorts.js';
import {
  buttonLabel,
  type ConsentFacts,
  placeDetail,
  wayDetail,
} from '../../../../src/words/pods/consentText.js';
import { imageReasons, warningText } from '../../../../src/words/pods/planText.js';
import type { NodeReady } from '../../../../src/cluster/podPorts.js';
import type { NodeWarning } from '../../../../src/debugpod/nodeFitness.js';
import { podWorkText } from '../../../../src/words/pods/podWorkText.js';
import { english } from '../english.js';

const facts: ConsentFacts = {
  context: 'prod',
  serverDoubt: undefined,
  node: 'node1',
  namespace: 'triage',
  level: 'ptrace',
  image: 'busybox:1.36',
  imageReasons: ['It is there.'],
  upload: undefined,
  lifetimeSeconds: 310,
  notReady: undefined,
  warnings: ['It is cordoned.'],
};

const WAYS = [{ label: 'Trace', level: 'ptrace' }] as const;
const place = (...levels: readonly PodLevel[]): string =>
  placeDetail(
    facts,
    levels.map((level, at) => ({ label: `Way ${at}`, level })),
    english,
  );

describe('the words of a consent', () => {
  it('name node, context and namespace, then rights, life and warnings, one a line', () => {
    const lines = place('ptrace').split('\n');
    expect(lines[0]).toBe('This creates a debug pod on node1 (context prod), namespace triage:');
    expect(lines[1]).toMatch(/^⚠ Rights: root on the node: hostPID, SYS_PTRACE, .*; its disk read-only/);
    expect(lines.find(line => line.startsWith('Life:'))).toContain('6 min');
    expect(lines.at(-1)).toBe('⚠ It is cordoned.');
  });

  it.each([
    ['not-verified', 'The API server is not verified (insecure-skip-tls-verify): '],
    ['not-encrypted', 'The connection is not encrypted (http): '],
  ] as const)('say beside the context that the server is %s, in one line', (serverDoubt, beginning) => {
    const lines = placeDetail({ ...facts, serverDoubt }, WAYS, english).split('\n');
    expect(lines[1]).toContain(`⚠ ${beginning}`);
    expect(lines[1]?.length).toBeLessThan(130);
    expect(placeDetail(facts, WAYS, english)).not.toContain('API server');
  });

  it('name the rights of each way before anything else, the most dangerous first', () => {
    const [, first, second, third] = place('ptrace', 'privileged').split('\n');
    expect(first).toBe('⚠ Rights of Way 1: root on the node: privileged, hostPID; no host mounts');
    expect(second).toMatch(/^⚠ Rights of Way 0: root on the node: hostPID, SYS_PTRACE/);
    expect(third).toMatch(/^⚠ Each user who may exec/);
  });

  it('name rights that are the same once', () => {
    expect(place('ptrace', 'ptrace').match(/Rights/g)).toHaveLength(1);
  });

  it('fit into a modal that does not scroll: short lines, few of them', () => {
    const detail = [place('privileged', 'ptrace'), wayDetail(facts, english), wayDetail(facts, english)];
    const lines = detail.join('\n\n').split('\n');
    expect(lines.length).toBeLessThanOrEqual(14);
    expect(lines.filter(line => line.length > 150)).toEqual([]);
  });

  it('say that a node is not ready before what a pod may do there', () => {
    const lines = placeDetail({ ...facts, notReady: 'The kubelet reports nothing.' }, WAYS, english).split(
      '\n',
    );
    expect(lines[1]).toBe('⚠ The kubelet reports nothing.');
    expect(lines[2]).toContain('Rights');
  });

  it('name the image of a way', () => {
    expect(wayDetail(facts, english).split('\n')).toEqual(['Image: busybox:1.36', '    It is there.']);
  });

  it('say what is uploaded, and warn where it is not static', () => {
    const upload = {
      name: 'strace-6.1',
      bytes: new Uint8Array(5_936_200),
      sha256: `0123456789ab${'f'.repeat(52)}`,
      interpreter: undefined,
    };
    const detail = wayDetail({ ...facts, upload }, english);
    expect(detail.split('\n')).toContain(
      "Upload: strace-6.1 (5.9 MB, SHA-256 0123456789ab…), into the pod's memory",
    );
    expect(detail).not.toContain('not static');
    const interpreter = '/lib64/ld-linux-x86-64.so.2';
    expect(wayDetail({ ...facts, upload: { ...upload, interpreter } }, english)).toContain(
      '⚠ strace-6.1 is not static: it runs only where the image has /lib64/ld-linux-x86-64.so.2 and its libraries.',
    );
    expect(wayDetail(facts, english)).not.toContain('Upload');
  });

  it('do not call a privileged pod anything else', () => {
    expect(place('privileged')).toContain('Rights: root on the node: privileged');
  });

  it.each(['sample', 'facts', 'ptrace', 'privileged'] as const)(
    'say that level %s is root on the node, for each user who may exec into the namespace, too',
    level => {
      expect(place(level)).toContain('Rights: root on the node');
      expect(place(level)).toContain('Each user who may exec into pods of triage is root on the node');
      expect(place('read', level)).toContain('Each user who may exec');
    },
  );

  it('say of level read what it is, and of every one that it shares the node’s network, with the reason', () => {
    expect(place('read')).not.toContain('may exec');
    expect(place('read')).not.toContain('root on the node');
    expect(place('read')).toContain("mounts the node's cgroups and /proc/timer_list, read-only");
    for (const level of ['read', 'sample', 'facts', 'ptrace', 'privileged'] as const)
      expect(place(level)).toContain("Network: the node's own (hostNetwork), to start where");
  });

  it('do not call the mounted disk safe', () => {
    expect(place('ptrace')).toContain('read-only, against slips, not intent');
  });
});

const image = (change: Partial<ImageChoice>): ImageChoice => ({
  reference: 'docker.io/library/busybox:1.37.0',
  name: 'docker.io/library/busybox:1.37.0',
  pullPolicy: 'IfNotPresent',
  origin: 'default',
  bytes: undefined,
  strace: undefined,
  ...change,
});

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('buttonLabel', () => {
  it.each<[PodLevel, boolean, string]>([
    ['ptrace', false, 'Trace'],
    ['ptrace', true, 'Trace (critical pod)'],
    ['privileged', false, 'Trace (privileged pod)'],
    ['privileged', true, 'Trace (privileged, critical pod)'],
  ])('of level %s, critical %s: %s', (level, isCritical, label) => {
    expect(buttonLabel({ label: 'Trace', level, isCritical }, english)).toBe(label);
  });
});

describe('imageReasons', () => {
  const onNode = { pullPolicy: 'Never', origin: 'on-node', bytes: 4_400_000 } as const;
  const byDigest = { reference: `docker.io/library/busybox@${DIGEST}` };
  it.each<[Partial<ImageChoice>, readonly RegExp[]]>([
    [onNode, [/On the node already \(4 MB\); nothing is pulled/, /lists no digest/]],
    [{ ...onNode, ...byDigest }, [new RegExp(`Runs as ${DIGEST}$`)]],
    [{}, [/Pulled from docker\.io:/, /A tag can be moved/]],
    [{ origin: 'setting' }, [/Named by your setting/, /Pulled from docker\.io where/, /A tag can be moved/]],
    [{ origin: 'setting', ...byDigest }, [/Named by your setting/, /Pulled from docker\.io where/]],
    [{ ...onNode, origin: 'setting' }, [/Named by your setting/, /On the node already/, /no digest/]],
    [{ ...onNode, ...byDigest, strace: 'host' }, [/already/, new RegExp(DIGEST), /strace is the node's own/]],
  ])('%#', (change, patterns) => {
    const reasons = imageReasons([image(change)], english);
    expect(reasons.length).toBeGreaterThanOrEqual(patterns.length);
    for (const pattern of patterns) expect(reasons.join('\n')).toMatch(pattern);
    const moves = reasons.some(reason => reason.includes('can be moved'));
    expect(moves).toBe(change.pullPolicy === undefined && change.reference === undefined);
  });

  it('names what is tried next', () => {
    const shell = image({ name: 'docker.io/library/busybox:1.36' });
    const rest = (other: ImageChoice) => imageReasons([image({}), other], english).at(-1);
    expect(rest({ ...shell, strace: 'host' })).toBe(
      "If it cannot be had: docker.io/library/busybox:1.36 with the node's own strace.",
    );
    expect(rest(shell)).toBe('If it cannot be had: docker.io/library/busybox:1.36, pulled.');
    expect(rest({ ...shell, ...onNode })).toBe(
      'If it cannot be had: docker.io/library/busybox:1.36, which the node has.',
    );
  });
});

describe('warningText', () => {
  it('has a sentence of its own for each warning', () => {
    const texts = (
      [
        'kubelet-silent',
        'not-ready',
        'cordoned',
        'memory-pressure',
        'disk-pressure',
        'pid-pressure',
        'slots-full',
      ] as const
    ).map(warning => warningText(warning, { ready: undefined, nowMs: 0 }, english));
    expect(new Set(texts).size).toBe(7);
    expect(texts.every(text => text.endsWith('.'))).toBe(true);
  });
});

describe('a node that is not ready', () => {
  const nowMs = Date.parse('2026-11-26T10:07:30Z');
  const about = (ready: Partial<NodeReady>, warning: NodeWarning): string =>
    warningText(
      warning,
      {
        ready: { status: 'Unknown', reason: undefined, message: undefined, heartbeatAt: undefined, ...ready },
        nowMs,
      },
      english,
    );

  it('is judged before anything is made: a silent kubelet gives no profile either', () => {
    const text = about({ heartbeatAt: '2026-11-26T10:00:00Z' }, 'kubelet-silent');
    expect(text).toContain('The kubelet has reported nothing for 7 min.');
    expect(text).toContain('no pod starts and no profile comes');
    expect(text).toContain('systemctl status kubelet');
    const since = (heartbeatAt: string) => about({ heartbeatAt }, 'kubelet-silent');
    expect(since('2026-11-26T07:00:00Z')).toContain('nothing for 3 h.');
    expect(since('2026-11-20T07:00:00Z')).toContain('nothing for 6 d.');
    expect(about({ heartbeatAt: 'yesterday' }, 'kubelet-silent')).toContain('The kubelet reports nothing.');
  });

  it('has a reason where its kubelet gives one, and a profile is likely to work', () => {
    const ready = {
      status: 'False',
      reason: 'KubeletNotReady',
      message: 'cni plugin not initialized',
    } as const;
    const text = about(ready, 'not-ready');
    expect(text).toContain('(KubeletNotReady: cni plugin not initialized)');
    expect(text).toContain('a profile, which needs no pod, is likely to work');
  });
});

describe('podWorkText', () => {
  it('tells phase and seconds or bytes', () => {
    expect(podWorkText({ phase: 'tracing', secondsLeft: 7, bytes: 0 }, english)).toBe('Tracing, 7 s left');
    expect(podWorkText({ phase: 'fetching', secondsLeft: 0, bytes: 3000 }, english)).toBe(
      'Fetching the result, 3 kB',
    );
  });
});
