/** Which image a debug pod runs, by what is on the node and what the setting says. */
import { describe, expect, it } from 'vitest';
import type { NodeDetails } from '../../../src/cluster/podPorts.js';
import { chooseImages, isImageReason, type ImageNeed } from '../../../src/debugpod/podImage.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;

function nodeWith(...images: readonly (readonly string[])[]): NodeDetails {
  return {
    name: 'node1',
    labels: {},
    taints: [],
    podSlots: 110,
    images: images.map((names, index) => ({ names, bytes: 1000 * (index + 1) })),
  };
}

const choose = (need: ImageNeed, node: NodeDetails, setting = '') =>
  chooseImages({ need, setting }, node).map(({ reference, pullPolicy, strace, origin }) =>
    [reference, pullPolicy, origin, strace].filter(part => part !== undefined).join(' '),
  );

describe('a shell', () => {
  it.each<[string, readonly string[][], readonly string[]]>([
    ['nothing on the node', [], ['busybox IfNotPresent default']],
    [
      'images without a shell',
      [
        ['registry.k8s.io/pause:3.9'],
        ['gcr.io/distroless/static:latest'],
        ['registry.k8s.io/kube-proxy:v1.32.5'],
      ],
      ['busybox IfNotPresent default'],
    ],
    [
      'alpine and busybox: the smaller',
      [
        ['docker.io/library/alpine:3.20'],
        [`docker.io/library/busybox@${DIGEST}`, 'docker.io/library/busybox:1.36'],
      ],
      ['docker.io/library/busybox:1.36 Never on-node', 'busybox IfNotPresent default'],
    ],
    [
      'a mirror with a port',
      [['mirror.example:5000/library/busybox:stable']],
      ['mirror.example:5000/library/busybox:stable Never on-node', 'busybox IfNotPresent default'],
    ],
    [
      'a digest alone',
      [['<none>:<none>', `docker.io/library/alpine@${DIGEST}`]],
      [`docker.io/library/alpine@${DIGEST} Never on-node`, 'busybox IfNotPresent default'],
    ],
    [
      'a namesake',
      [['example.org/not-busybox:1'], ['example.org/busybox/app:1']],
      ['busybox IfNotPresent default'],
    ],
  ])('%s', (_, images, expected) => {
    expect(choose('shell', nodeWith(...images))).toEqual(expected);
  });
});

describe('strace', () => {
  it('in an image on the node, before one that is pulled, before the node’s own', () => {
    expect(choose('strace', nodeWith(['docker.io/nicolaka/netshoot:v0.13'], ['busybox:1.36']))).toEqual([
      'docker.io/nicolaka/netshoot:v0.13 Never on-node image',
      'busybox:1.36 Never on-node host',
    ]);
    expect(choose('strace', nodeWith(['lightruncom/koolkits:golang']))[0]).toBe(
      'lightruncom/koolkits:golang Never on-node image',
    );
    expect(choose('strace', nodeWith(['busybox:1.36']))).toEqual([
      'nicolaka/netshoot IfNotPresent default image',
      'busybox:1.36 Never on-node host',
    ]);
    expect(choose('strace', nodeWith())).toEqual([
      'nicolaka/netshoot IfNotPresent default image',
      'busybox IfNotPresent default host',
    ]);
  });
});

describe('the setting', () => {
  it.each<[string, readonly string[], string]>([
    ['busybox', ['docker.io/library/busybox:latest'], 'Never'],
    ['busybox:1.36', ['docker.io/library/busybox:latest'], 'IfNotPresent'],
    [`tools@${DIGEST}`, [`docker.io/library/tools@${DIGEST}`], 'Never'],
    [`tools:1@${DIGEST}`, [`docker.io/library/tools@${DIGEST}`], 'Never'],
    [`tools@${DIGEST}`, ['docker.io/library/tools:latest'], 'IfNotPresent'],
    ['user/tools', ['docker.io/user/tools:latest'], 'Never'],
    ['localhost/debug:1', ['localhost/debug:1'], 'Never'],
    ['r.example:5000/tools', ['r.example:5000/tools:latest'], 'Never'],
  ])('%s with %s on the node is the only choice: %s', (setting, names, pullPolicy) => {
    const choices = chooseImages({ need: 'strace', setting }, nodeWith(names));
    expect(choices).toEqual([
      {
        reference: setting,
        pullPolicy,
        origin: 'setting',
        bytes: pullPolicy === 'Never' ? 1000 : undefined,
        strace: 'image',
      },
    ]);
  });
});

it('another image is worth a try for reasons of the image alone', () => {
  expect(
    ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'].every(isImageReason),
  ).toBe(true);
  expect(['OutOfpods', 'RunContainerError', 'AppArmor', ''].some(isImageReason)).toBe(false);
});
