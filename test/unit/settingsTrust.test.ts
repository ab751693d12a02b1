/**
 * What a folder of unknown origin may set before the user said that it is trusted. Every setting stands in one of the two
 * lists, with the reason; a new one has to be put into one of them.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** Not taken from a workspace that is not trusted. */
const RESTRICTED: Readonly<Record<string, string>> = {
  kubeconfig: 'its plugins are programs, its servers get credentials',
  captureFolder: 'captures are written, swept and listed there',
  'profile.maxSizeMegabytes': 'a limit on memory',
  'calls.engine': 'chooses how much the debug pod may do, in place of a question',
  sourceRoots: 'folders of this machine whose files are opened',
  'sources.templates': 'addresses that a click opens',
  'debugPod.image': 'a program that runs as root on a node',
  'debugPod.namespace': 'every user who may exec there shares the pod',
  'debugPod.pullSecret': 'a credential of the cluster',
  'debugPod.serviceAccount': 'the rights of the pod',
  'debugPod.straceFile': 'a program that runs as root on a node',
};

/** Harmless in any hands: a number in a range, or a matter of looks. */
const FREE: Readonly<Record<string, string>> = {
  'profile.seconds': 'a range; the progress says it',
  'profile.sliceSeconds': 'a range',
  'trace.seconds': 'a range; the progress says it',
  'calls.seconds': 'a range; the consent says it',
  'threads.seconds': 'a range; the consent says it',
  'kubeletCpu.enabled': 'reads metrics of nodes on screen, with the kubeconfig of the user',
  'kubeletCpu.intervalSeconds': 'a range',
  'kubeletCpu.parallelRequests': 'a range',
  'kubeletCpu.hotCores': 'looks',
  'flameGraph.orientation': 'looks',
  'sources.showCosts': 'looks',
};

interface Setting {
  readonly type: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
}

const manifest = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'),
) as {
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
  };
};
const settings = manifest.contributes.configuration.properties;
const sorted = (names: readonly string[]): readonly string[] => [...names].sort();
const full = (names: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(names).map(name => `nodeTriage.${name}`);

it('every setting is in one of the two lists', () => {
  expect(sorted([...full(RESTRICTED), ...full(FREE)])).toEqual(sorted(Object.keys(settings)));
});

it('the manifest restricts those that are to be restricted', () => {
  const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  expect(sorted(restrictedConfigurations)).toEqual(sorted(full(RESTRICTED)));
});

it.each(full(FREE).filter(name => settings[name]?.type !== 'boolean'))('%s has an end', name => {
  const setting = settings[name]!;
  const isBounded = setting.minimum !== undefined && setting.maximum !== undefined;
  expect(isBounded || setting.enum !== undefined).toBe(true);
});
