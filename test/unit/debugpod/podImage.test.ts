/** Which image a debug pod runs, by what is on the node and what the setting says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeDetails } from '../../../src/cluster/podPorts.js';
import { parseImageName, writeImageName } from '../../../src/debugpod/imageName.js';
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
const BUSYBOX = 'docker.io/library/busybox:1.37.0';
const PULLED = `${BUSYBOX} IfNotPresent default`;

describe('a shell', () => {
  it.each<[string, readonly string[][], readonly string[]]>([
    ['nothing on the node', [], [PULLED]],
    [
      'images without a shell',
      [
        ['registry.k8s.io/pause:3.9'],
        ['gcr.io/distroless/static:latest'],
        ['registry.k8s.io/kube-proxy:v1.32.5'],
      ],
      [PULLED],
    ],
    [
      'alpine and busybox: the smaller, by the digest that the node lists',
      [
        ['docker.io/library/alpine:3.20'],
        [`docker.io/library/busybox@${DIGEST}`, 'docker.io/library/busybox:1.36'],
      ],
      [`docker.io/library/busybox@${DIGEST} Never on-node`, PULLED],
    ],
    [
      'names as Docker writes them',
      [['busybox:1.36']],
      ['docker.io/library/busybox:1.36 Never on-node', PULLED],
    ],
    [
      'no digest of another repository, though it is the same image',
      [[`docker.io/attacker/x@${DIGEST}`, 'docker.io/library/busybox:1.36']],
      ['docker.io/library/busybox:1.36 Never on-node', PULLED],
    ],
    [
      'a digest alone',
      [['<none>:<none>', `docker.io/library/alpine@${DIGEST}`]],
      [`docker.io/library/alpine@${DIGEST} Never on-node`, PULLED],
    ],
    ...[
      'public.ecr.aws/docker/library/busybox:1.36',
      'mirror.gcr.io/library/debian:12',
      'docker.io/rancher/mirrored-library-busybox:1.36.1',
      'registry.k8s.io/e2e-test-images/busybox:1.36.1-1',
    ].map((name): [string, string[][], string[]] => [name, [[name]], [`${name} Never on-node`, PULLED]]),
  ])('%s', (_, images, expected) => {
    expect(choose('shell', nodeWith(...images))).toEqual(expected);
  });

  it.each([
    'docker.io/attacker/busybox:1.36',
    'attacker/busybox',
    'evil.example/library/busybox:1',
    'evil.example/docker.io/library/busybox:1',
    'docker.io.evil.example/library/busybox:1',
    'docker.io:5000/library/busybox:1',
    'mirror.example:5000/library/busybox:stable',
    'localhost/library/busybox:1',
    'localhost/busybox:1',
    'docker.io/library/busybox/x:1',
    'docker.io/rancher/busybox:1',
    'example.org/rancher/mirrored-library-busybox:1.36',
    'public.ecr.aws/attacker/library/busybox:1',
    'mirror.gcr.io/attacker/busybox:1',
    'evil.example/registry.k8s.io/e2e-test-images/busybox:1',
    'docker.io/Library/busybox:1',
    'docker.io/library/busybox:1\n',
    'docker.io/library/busybox:1@sha256:short',
    `docker.io/library/busybox@${DIGEST}@${DIGEST}`,
  ])('another tenant’s image is not taken for a shell: %s', name => {
    expect(choose('shell', nodeWith([name]))).toEqual([PULLED]);
  });
});

describe('strace', () => {
  it('in an image on the node, before one that is pulled, before the node’s own', () => {
    expect(choose('strace', nodeWith(['docker.io/nicolaka/netshoot:v0.13'], ['busybox:1.36']))).toEqual([
      'docker.io/nicolaka/netshoot:v0.13 Never on-node image',
      'docker.io/library/busybox:1.36 Never on-node host',
    ]);
    expect(choose('strace', nodeWith(['lightruncom/koolkits:golang']))[0]).toBe(
      'docker.io/lightruncom/koolkits:golang Never on-node image',
    );
    expect(choose('strace', nodeWith(['busybox:1.36']))).toEqual([
      'docker.io/nicolaka/netshoot:v0.14 IfNotPresent default image',
      'docker.io/library/busybox:1.36 Never on-node host',
    ]);
    expect(choose('strace', nodeWith())).toEqual([
      'docker.io/nicolaka/netshoot:v0.14 IfNotPresent default image',
      `${PULLED} host`,
    ]);
  });

  it.each(['evil.example/x/koolkits:golang', 'docker.io/attacker/netshoot:v0.13', 'netshoot', 'koolkits'])(
    'another tenant’s image is not taken for one that has it: %s',
    name => {
      expect(choose('strace', nodeWith([name]))).toEqual(choose('strace', nodeWith()));
    },
  );
});

describe('the setting', () => {
  it.each<[string, readonly string[], string | undefined]>([
    ['busybox', ['docker.io/library/busybox:latest'], 'docker.io/library/busybox:latest'],
    ['busybox:1.36', ['docker.io/library/busybox:latest'], undefined],
    [`tools@${DIGEST}`, [`docker.io/library/tools@${DIGEST}`], `docker.io/library/tools@${DIGEST}`],
    [`tools:1@${DIGEST}`, [`docker.io/library/tools@${DIGEST}`], `docker.io/library/tools@${DIGEST}`],
    [`tools@${DIGEST}`, ['docker.io/library/tools:latest'], undefined],
    ['user/tools', ['docker.io/user/tools:latest'], 'docker.io/user/tools:latest'],
    [
      'user/tools:1',
      ['docker.io/user/tools:1', `docker.io/user/tools@${DIGEST}`],
      `docker.io/user/tools@${DIGEST}`,
    ],
    ['localhost/debug:1', ['localhost/debug:1'], 'localhost/debug:1'],
    ['r.example:5000/tools', ['r.example:5000/tools:latest'], 'r.example:5000/tools:latest'],
    ['r.example/busybox:1', ['docker.io/library/busybox:1'], undefined],
    ['not an image', ['not an image'], undefined],
  ])('%s with %s on the node is the only choice, and runs as %s', (setting, names, onNode) => {
    const [choice, ...others] = chooseImages({ need: 'strace', setting }, nodeWith(names));
    expect(others).toEqual([]);
    const expected =
      onNode === undefined
        ? { reference: setting, pullPolicy: 'IfNotPresent', bytes: undefined }
        : { pullPolicy: 'Never', bytes: 1000 };
    expect(choice).toMatchObject({ origin: 'setting', strace: 'image', ...expected });
    if (onNode !== undefined) expect(withLatest(choice.reference)).toBe(onNode);
  });

  /** What a runtime adds. */
  const withLatest = (reference: string) =>
    /[:@][^/]*$/.test(reference) ? reference : `${reference}:latest`;
});

describe('a name', () => {
  it('reads like the runtimes write it, or is none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
        const name = parseImageName(text);
        if (name === undefined) return;
        expect(parseImageName(writeImageName(name))).toEqual(name);
      }),
    );
    expect(parseImageName('index.docker.io/busybox')).toEqual(parseImageName('busybox'));
    expect(parseImageName('<none>:<none>')).toBeUndefined();
    expect(parseImageName(`r/${'a'.repeat(300)}`)).toBeUndefined();
  });
});

it('another image is worth a try for reasons of the image alone', () => {
  expect(
    ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'].every(isImageReason),
  ).toBe(true);
  expect(['OutOfpods', 'RunContainerError', 'AppArmor', ''].some(isImageReason)).toBe(false);
});
