/** What tests of other rooms rely on in the fake beyond the contract: its faults happen, and once. */
import { describe, expect, it } from 'vitest';
import { FakePods } from '../../support/fakePods.js';
import { matchesFields, matchesLabels } from '../../support/podSelectors.js';

const never = new AbortController().signal;
const MANIFEST = {
  metadata: { namespace: 'triage', name: 'debug-1', labels: { app: 'x' } },
  spec: { nodeName: 'worker-1', hostPID: true, containers: [{ name: 'tools', image: 'busybox' }] },
};
const POD = { namespace: 'triage', name: 'debug-1' };
const exec = (name: string) => ({
  container: 'tools',
  argv: ['sh', '-c', ':', name],
  maxBytes: 1000,
  idleSeconds: 5,
});

describe('FakePods', () => {
  it('makes the pod whose answer is lost, or does not', async () => {
    const pods = new FakePods();
    pods.losesNextAnswer = 'made';
    await expect(pods.runner().create(MANIFEST, never)).rejects.toMatchObject({ code: 'connection-lost' });
    expect(pods.find('debug-1')).toMatchObject({ node: 'worker-1', hostPid: true, images: ['busybox'] });
    pods.vanish('debug-1');
    pods.losesNextAnswer = 'not-made';
    await expect(pods.runner().create(MANIFEST, never)).rejects.toMatchObject({ code: 'connection-lost' });
    expect(pods.all()).toEqual([]);
    expect(await pods.runner().create(MANIFEST, never)).toMatchObject({ phase: 'Pending' });
    expect(await pods.runner().read(POD, never)).toMatchObject({ phase: 'Running' });
  });

  it('cuts what runs, and only that', async () => {
    const pods = new FakePods();
    pods.put(MANIFEST);
    pods.responders.addNamed('node-triage-silent', () => new Promise(() => undefined));
    pods.responders.addNamed('node-triage-echo', { stdout: 'hello' });
    const cuts: (() => void)[] = [() => pods.cutExecs(), () => pods.goAway(), () => pods.vanish('debug-1')];
    for (const cut of cuts) {
      const running = pods.runner().exec(POD, exec('node-triage-silent'), never);
      setTimeout(cut, 5);
      await expect(running).rejects.toMatchObject({ code: 'exec-lost' });
      pods.comeBack();
      if (pods.all().length > 0)
        expect(await pods.runner().exec(POD, exec('node-triage-echo'), never)).toMatchObject({ exitCode: 0 });
    }
    expect(pods.countOf('node-triage-silent')).toBe(3);
    await expect(pods.runner().exec(POD, exec('node-triage-echo'), never)).rejects.toMatchObject({
      code: 'exec-refused',
      facts: { reason: 'pods "debug-1" not found' },
    });
  });

  it('refuses everything while it is away', async () => {
    const pods = new FakePods();
    pods.goAway();
    await expect(pods.runner().list({ namespace: undefined }, never)).rejects.toMatchObject({
      code: 'unreachable',
    });
    pods.comeBack();
    expect(await pods.runner().list({ namespace: undefined }, never)).toEqual([]);
  });

  it('lets an object live on for its grace period', async () => {
    const pods = new FakePods();
    const { uid } = pods.put(MANIFEST);
    pods.deletionMs = 50;
    expect(await pods.runner().remove({ ...POD, uid }, 5, never)).toBe('removed');
    expect(await pods.runner().read(POD, never)).toMatchObject({ deletionAt: expect.any(String) as string });
    await expect.poll(() => pods.all().length).toBe(0);
  });
});

describe('selectors of the fake', () => {
  it.each([
    ['a=1,b', true],
    ['a==1', true],
    ['a!=1', false],
    ['c!=1', true],
    ['!c', true],
    ['!a', false],
    ['a in (2, 1),b=2', true],
    ['a notin (1)', false],
    ['c notin (1)', true],
    ['', true],
  ])('%s', (selector, matches) => {
    expect(matchesLabels({ a: '1', b: '2' }, selector)).toBe(matches);
  });

  it('compares fields, and knows only its own', () => {
    expect(matchesFields({ 'spec.nodeName': 'n1' }, 'spec.nodeName=n1')).toBe(true);
    expect(matchesFields({ 'spec.nodeName': 'n1' }, 'spec.nodeName!=n1')).toBe(false);
    expect(() => matchesFields({}, 'spec.hostPID=true')).toThrow('not supported');
  });
});
