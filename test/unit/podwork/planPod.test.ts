import { describe, expect, it } from 'vitest';
import {
  planPod,
  type PodChoices,
  type PodPlan,
  readNode,
  type PodNeeds,
} from '../../../src/podwork/planPod.js';
import { fakeNode } from '../../support/fakeCluster.js';
import { FakePods } from '../../support/fakePods.js';

const wish: PodNeeds = { need: 'shell', level: 'ptrace', workSeconds: 70 };
const choices = { namespace: 'triage', image: undefined, pullSecret: undefined, serviceAccount: undefined };
const never = new AbortController().signal;

async function plan(pods: FakePods, as: PodChoices = choices, user = 'admin'): Promise<PodPlan> {
  return planPod(await readNode(pods.runner(user), fakeNode('node1'), never), wish, as);
}

describe('planPod', () => {
  it('asks for the least: the level and image that the work needs, and a bounded life', async () => {
    const pods = new FakePods();
    pods.details.set('node1', { images: [{ names: ['docker.io/library/busybox:1.36'], bytes: 4_000_000 }] });
    const planned = await plan(pods);
    expect(planned.request).toMatchObject({
      node: 'node1',
      namespace: 'triage',
      level: 'ptrace',
      image: { reference: 'docker.io/library/busybox:1.36', pullPolicy: 'Never' },
    });
    expect(planned.request.lifetimeSeconds).toBeGreaterThan(70);
    expect(planned.request.lifetimeSeconds).toBeLessThan(900);
    expect(planned.warnings).toEqual([]);
    expect(planned.needsCritical).toBe(false);
  });

  it('takes the image of the setting and no other', async () => {
    const reference = 'registry.invalid/tools@sha256:0123';
    const planned = await plan(new FakePods(), { ...choices, image: reference });
    expect(planned.images.map(image => image.reference)).toEqual([reference]);
  });

  it('says that a full node takes critical pods only, and that ended pods hold no slot', async () => {
    const pods = new FakePods();
    pods.details.set('node1', { podSlots: 2 });
    const put = (name: string, phase: 'Running' | 'Succeeded') =>
      pods.put(
        {
          metadata: { name, namespace: 'default' },
          spec: { nodeName: 'node1', containers: [{ name: 'c', image: 'x' }] },
        },
        { phase, container: { state: 'running' } },
      );
    put('a', 'Running');
    put('b', 'Succeeded');
    expect((await plan(pods)).needsCritical).toBe(false);
    put('c', 'Running');
    const full = await plan(pods);
    expect(full.warnings).toContain('slots-full');
    expect(full.needsCritical).toBe(true);
  });

  it('goes on where pods may not be counted', async () => {
    const pods = new FakePods();
    pods.forbids = (_user, { resource, verb }) => resource === 'pods' && verb === 'list';
    expect((await plan(pods, choices, 'limited')).warnings).toEqual([]);
  });

  it('refuses a Windows node before anything is made', async () => {
    const pods = new FakePods();
    pods.details.set('node1', { labels: { 'kubernetes.io/os': 'windows' } });
    await expect(plan(pods)).rejects.toMatchObject({
      code: 'node-unfit',
      facts: { reason: 'Windows' },
    });
    expect(pods.calls.map(call => call.kind)).not.toContain('create');
  });
});
