/** The question before a debug pod: which buttons it has, and that what is agreed to is what was shown. */
import { beforeEach, expect, it, vi } from 'vitest';
import type { DebugPodRequest, ImageChoice, PodLevel } from '../../../../src/debugpod/debugPodPorts.js';
import type { PlannedWay } from '../../../../src/podwork/planWays.js';
import { askConsent } from '../../../../src/ui/pods/consent.js';

interface Shown {
  readonly message: string;
  readonly options: { readonly modal: boolean; readonly detail: string };
  readonly buttons: readonly { readonly title: string }[];
}

/** What the editor was asked to show, and which button the user presses. */
const editor = vi.hoisted(() => ({ shown: [] as unknown[], press: undefined as number | undefined }));

vi.mock('vscode', () => ({
  window: {
    showWarningMessage: (message: string, options: unknown, ...buttons: unknown[]) => {
      editor.shown.push({ message, options, buttons });
      return Promise.resolve(editor.press === undefined ? undefined : buttons[editor.press]);
    },
  },
  l10n: {
    t: (template: string, ...values: unknown[]) =>
      template.replace(/\{(\d+)\}/g, (_, at: string) => String(values[Number(at)])),
  },
}));

const image: ImageChoice = {
  reference: 'registry.test/busybox@sha256:00',
  name: 'registry.test/busybox:1.36',
  pullPolicy: 'Never',
  origin: 'on-node',
  bytes: 4_000_000,
  strace: undefined,
};

function way(key: string, level: PodLevel, needsCritical = false): PlannedWay<string> {
  const request: DebugPodRequest = {
    node: 'node1',
    kubeletVersion: 'v1.36.2',
    namespace: 'triage',
    level,
    image,
    lifetimeSeconds: 300,
  };
  return {
    key,
    label: `Do ${key}`,
    cost: '',
    need: 'shell',
    level,
    plan: { request, images: [image], warnings: [], ready: undefined, needsCritical },
  };
}

const ask = (first: PlannedWay<string>, ...others: PlannedWay<string>[]) =>
  askConsent({
    message: 'Trace the kubelet on node1?',
    context: { name: 'prod', serverDoubt: undefined },
    admitted: [first, ...others],
    refused: [{ label: 'Kernel', reason: 'violates PodSecurity' }],
  });
const shown = (): Shown => editor.shown.at(-1) as Shown;

beforeEach(() => {
  editor.shown.length = 0;
  editor.press = undefined;
});

it('is a modal that names the place, and what the cluster refuses', async () => {
  expect(await ask(way('one', 'ptrace'))).toBeUndefined();
  expect(editor.shown).toHaveLength(1);
  expect(shown().options.modal).toBe(true);
  expect(shown().options.detail).toContain('node1 (context prod), namespace triage');
  expect(shown().options.detail).toContain('registry.test/busybox:1.36');
  expect(shown().options.detail).toContain('Kernel is not allowed by this cluster: violates PodSecurity');
});

it('has a button for each way in their order, and says on it which pod is privileged', async () => {
  await ask(way('one', 'ptrace'), way('two', 'privileged'));
  expect(shown().buttons.map(({ title }) => title)).toEqual(['Do one', 'Do two (privileged pod)']);
});

it('gives the very request of the button that was pressed', async () => {
  const ways = [way('one', 'ptrace'), way('two', 'privileged')] as const;
  editor.press = 1;
  const agreed = await ask(...ways);
  expect(agreed?.key).toBe('two');
  expect(agreed?.request).toBe(ways[1].plan.request);
  expect(agreed?.images).toEqual([image]);
});

it('makes a critical pod only where the button said so', async () => {
  editor.press = 0;
  const critical = await ask(way('one', 'read', true), way('two', 'read'));
  expect(shown().buttons[0]?.title).toBe('Do one (critical pod)');
  expect(shown().options.detail).toContain('system-node-critical');
  expect(critical?.request.isCritical).toBe(true);
  editor.press = 1;
  const plain = await ask(way('one', 'read', true), way('two', 'read'));
  expect(plain?.request.isCritical).toBeUndefined();
});
