import { describe, expect, it } from 'vitest';
import type { ImageChoice } from '../../../../src/debugpod/ports.js';
import { type ConsentFacts, placeDetail, wayDetail } from '../../../../src/words/pods/consentText.js';
import { imageReasons, warningText } from '../../../../src/words/pods/planText.js';
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
  warnings: ['It is cordoned.'],
};

describe('the words of a consent', () => {
  it('name node, context, namespace, life and warnings, one a line', () => {
    const lines = placeDetail(facts, english).split('\n');
    expect(lines[0]).toBe('Node: node1 (context prod)');
    expect(lines).toContain('Namespace: triage');
    expect(lines.find(line => line.startsWith('Life:'))).toContain('6 min');
    expect(lines.at(-1)).toBe('⚠ It is cordoned.');
  });

  it.each([
    ['not-verified', 'The API server is not verified (insecure-skip-tls-verify): '],
    ['not-encrypted', 'The connection is not encrypted (http): '],
  ] as const)('say beside the context that the server is %s, in one line', (serverDoubt, beginning) => {
    const lines = placeDetail({ ...facts, serverDoubt }, english).split('\n');
    expect(lines[1]).toContain(`⚠ ${beginning}`);
    expect(lines[1]?.length).toBeLessThan(130);
    expect(placeDetail(facts, english)).not.toContain('API server');
  });

  it('name image and rights of a way', () => {
    const lines = wayDetail(facts, english).split('\n');
    expect(lines).toContain('Image: busybox:1.36');
    expect(lines).toContain('    It is there.');
    expect(lines.find(line => line.startsWith('Rights:'))).toContain('SYS_PTRACE');
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
    expect(wayDetail({ ...facts, level: 'privileged' }, english)).toContain('Rights: privileged');
  });

  it.each(['sample', 'ptrace', 'privileged'] as const)(
    'say that level %s is root on the node, for whoever may exec into the namespace, too',
    level => {
      expect(wayDetail({ ...facts, level }, english)).toContain('root on the node');
      expect(placeDetail({ ...facts, level }, english)).toContain(
        'whoever may exec into pods of triage is root on the node',
      );
    },
  );

  it('say of level read what it is, and of every one that it shares the node’s network, with the reason', () => {
    const place = placeDetail({ ...facts, level: 'read' }, english);
    expect(place).not.toContain('may exec');
    expect(place).toContain("Network: the node's own, to start where");
    expect(wayDetail({ ...facts, level: 'read' }, english)).not.toContain('root on the node');
  });

  it('do not call the mounted disk safe', () => {
    expect(wayDetail(facts, english)).toContain('read-only, against slips, not against intent');
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

describe('imageReasons', () => {
  const onNode = { pullPolicy: 'Never', origin: 'on-node', bytes: 4_400_000 } as const;
  const byDigest = { reference: `docker.io/library/busybox@${DIGEST}` };
  it.each<[Partial<ImageChoice>, readonly RegExp[]]>([
    [onNode, [/has it already \(4 MB\); nothing is pulled/, /lists no digest/]],
    [{ ...onNode, ...byDigest }, [new RegExp(`What runs is what it has as ${DIGEST}\\.`)]],
    [{}, [/it pulls this one from docker\.io\./, /A tag can be moved/]],
    [
      { origin: 'setting' },
      [/Named by your setting/, /pulls it from docker\.io where/, /A tag can be moved/],
    ],
    [{ origin: 'setting', ...byDigest }, [/Named by your setting/, /pulls it from docker\.io where/]],
    [{ ...onNode, origin: 'setting' }, [/Named by your setting/, /has it already/, /no digest/]],
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
      ['not-ready', 'cordoned', 'memory-pressure', 'disk-pressure', 'pid-pressure', 'slots-full'] as const
    ).map(warning => warningText(warning, english));
    expect(new Set(texts).size).toBe(6);
    expect(texts.every(text => text.endsWith('.'))).toBe(true);
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
