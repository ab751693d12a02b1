import { describe, expect, it } from 'vitest';
import type { ImageChoice } from '../../../../src/debugpod/ports.js';
import { type ConsentFacts, placeDetail, wayDetail } from '../../../../src/ui/pods/consentText.js';
import { imageReasons, warningText } from '../../../../src/ui/pods/planWords.js';
import { podWorkText } from '../../../../src/ui/pods/podWorkText.js';
import { english } from '../english.js';

const facts: ConsentFacts = {
  context: 'prod',
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
});

const image = (change: Partial<ImageChoice>): ImageChoice => ({
  reference: 'busybox',
  pullPolicy: 'IfNotPresent',
  origin: 'default',
  bytes: undefined,
  strace: undefined,
  ...change,
});

describe('imageReasons', () => {
  it.each([
    [[image({ pullPolicy: 'Never', origin: 'on-node', bytes: 4_400_000 })], /has it already \(4 MB\)/],
    [[image({})], /pulls this one/],
    [[image({ origin: 'setting' })], /your setting/],
    [[image({ strace: 'host' })], /node's own/],
  ])('%#', (images, text) => {
    expect(imageReasons(images, english).join(' ')).toMatch(text);
  });

  it('names what is tried next', () => {
    const reasons = imageReasons(
      [image({ reference: 'nicolaka/netshoot' }), image({ reference: 'busybox', strace: 'host' })],
      english,
    );
    expect(reasons.at(-1)).toBe("If it cannot be had: busybox with the node's own strace.");
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
