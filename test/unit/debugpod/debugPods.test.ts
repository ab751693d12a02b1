/** Every way out of a debug pod's life, on the fake: what is left of it, what a person hears, what the audit says. */
import { describe, expect, it } from 'vitest';
import { TriageError } from '../../../src/base/errors.js';
import type { PodJob } from '../../../src/base/podCommand.js';
import type { DebugPod, DebugPodProgress } from '../../../src/debugpod/debugPodPorts.js';
import { debugPodKit, expectNothingLeft, request, type DebugPodKit } from '../../support/debugPodKit.js';
import { pause } from '../../support/pause.js';

const echo = { argv: ['sh', '-c', 'echo', 'node-triage-echo'], parse: (text: string) => text.trim() };
const job: PodJob = { name: 'trace', argv: ['strace'], seconds: 3, limitSeconds: 10 };
const never = new AbortController().signal;
const idle = (_pod: DebugPod, signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new TriageError('cancelled', 'Cancelled.'));
    });
  });

describe('a debug pod that is lent', () => {
  it('is checked, written down, made, used and removed, in this order', async () => {
    const kit = debugPodKit();
    kit.pods.responders.addNamed('node-triage-echo', { stdout: 'hello\n' });
    const phases: string[] = [];
    const report = ({ phase }: DebugPodProgress) => {
      if (phases.at(-1) !== phase) phases.push(phase);
    };

    const said = await kit.maker.withPod(request, pod => pod.run(echo, never), never, report);

    expect(said).toBe('hello');
    expect(phases).toEqual(['checking', 'creating', 'starting', 'running', 'removing']);
    expect(kit.pods.calls.map(({ kind }) => kind)).toEqual([
      'mayI',
      'dryRun',
      'create',
      'read',
      'exec',
      'remove',
      'read',
    ]);
    const [before, after] = kit.intents.written;
    expect(before).toMatchObject({ server: 'https://fake.invalid', namespace: 'triage', uid: undefined });
    expect(after?.uid).toMatch(/^uid-/);
    expect(kit.audit.map(({ verb, outcome, uid }) => [verb, outcome, uid])).toEqual([
      ['create', 'done', after?.uid],
      ['delete', 'done', after?.uid],
    ]);
    await expectNothingLeft(kit);
  });

  it('was written down before the POST', async () => {
    const kit = debugPodKit();
    kit.deps.intents.write = () => Promise.reject(new TriageError('intent-write-failed', 'disk full'));
    await expect(kit.maker.withPod(request, idle, never)).rejects.toMatchObject({
      code: 'intent-write-failed',
    });
    expect(kit.pods.calls.map(({ kind }) => kind)).toEqual(['mayI', 'dryRun']);
    await expectNothingLeft(kit);
  });

  it('what is dry-run is what is made', async () => {
    const kit = debugPodKit();
    await kit.maker.withPod(request, () => Promise.resolve(), never);
    const [dry, real] = kit.pods.calls.filter(({ manifest }) => manifest !== undefined);
    expect(real?.manifest).toEqual(dry?.manifest);
  });

  it('is removed when its work fails, and the failure is what is told', async () => {
    const kit = debugPodKit();
    kit.pods.responders.addNamed('node-triage-echo', { exitCode: 2, stderr: 'no such thing\n' });
    await expect(kit.maker.withPod(request, pod => pod.run(echo, never), never)).rejects.toMatchObject({
      code: 'command-failed',
      node: 'node1',
      facts: { command: 'node-triage-echo', exitCode: 2, stderr: 'no such thing' },
    });
    await expectNothingLeft(kit);
  });

  it('lives as long as the node needs to end it', async () => {
    const kit = debugPodKit();
    kit.pods.deletionMs = 100;
    const done = kit.maker.withPod(request, () => Promise.resolve('x'), never);
    await expect(done).resolves.toBe('x');
    expect(kit.pods.all()).toEqual([]);
    await expectNothingLeft(kit);
  });
});

describe('what is refused before anything exists', () => {
  it('names all missing rights, the first as the fact', async () => {
    const kit = debugPodKit({ user: 'limited' });
    await expect(kit.maker.withPod(request, idle, never)).rejects.toMatchObject({
      code: 'forbidden',
      node: 'node1',
      facts: {
        verb: 'create',
        resource: 'pods',
        namespace: 'triage',
        missing: 'create pods, delete pods, get pods/exec, create pods/exec',
      },
    });
    expect(kit.pods.calls.map(({ kind }) => kind)).toEqual(['mayI']);
    expect(kit.intents.written).toEqual([]);
  });

  it('a pod that could not be removed again is not made', async () => {
    const kit = debugPodKit();
    kit.pods.forbids = (_user, { verb }) => verb === 'delete';
    await expect(kit.maker.withPod(request, idle, never)).rejects.toMatchObject({
      code: 'forbidden',
      facts: { verb: 'delete', resource: 'pods', missing: 'delete pods' },
    });
    expect(kit.pods.calls.some(({ kind }) => kind === 'create')).toBe(false);
  });

  it('says what Pod Security said, word for word', async () => {
    const kit = debugPodKit();
    const text = 'pods "x" is forbidden: violates PodSecurity "restricted:latest": host namespaces';
    kit.pods.refusal = () => text;
    await expect(kit.maker.withPod(request, idle, never)).rejects.toMatchObject({
      code: 'pod-refused',
      facts: { reason: text },
    });
    expect(kit.pods.calls.some(({ kind }) => kind === 'create')).toBe(false);
    await expectNothingLeft(kit);
  });
});

describe('cancel', () => {
  /** Where the life stands when it is cancelled. */
  const moments: Readonly<Record<string, (kit: DebugPodKit) => (progress: DebugPodProgress) => boolean>> = {
    'while it is checked': () => progress => progress.phase === 'checking',
    'while it is made': () => progress => progress.phase === 'creating',
    'while it starts': kit => {
      kit.pods.startMs = Infinity;
      return progress => progress.phase === 'starting';
    },
    'while it is used': () => progress => progress.phase === 'running',
  };

  it.each(Object.entries(moments))(
    '%s rejects long before anything else would end it, and leaves nothing',
    async (_, arrange) => {
      const kit = debugPodKit();
      kit.pods.deletionMs = 50;
      const isThen = arrange(kit);
      const cancel = new AbortController();
      let cancelledAt = Infinity;
      const report = (progress: DebugPodProgress) => {
        if (!isThen(progress) || cancel.signal.aborted) return;
        cancelledAt = performance.now();
        cancel.abort();
      };

      await expect(kit.maker.withPod(request, idle, cancel.signal, report)).rejects.toMatchObject({
        code: 'cancelled',
      });

      expect(performance.now() - cancelledAt).toBeLessThan(10_000);
      await expectNothingLeft(kit);
    },
  );

  it('while the POST is under way: it is let through, and its pod removed', async () => {
    const kit = debugPodKit();
    const make = kit.pods.runner();
    let isSlow = true;
    kit.deps.pods.create = async (manifest, signal) => {
      await pause(40, signal);
      isSlow = false;
      return make.create(manifest, signal);
    };
    const cancel = new AbortController();
    const done = kit.maker.withPod(request, idle, cancel.signal, ({ phase }) => {
      if (phase === 'creating')
        setTimeout(() => {
          cancel.abort();
        }, 5);
    });
    await expect(done).rejects.toMatchObject({ code: 'cancelled' });
    expect(isSlow).toBe(true);
    await expectNothingLeft(kit);
    expect(kit.audit.map(({ verb, outcome }) => [verb, outcome])).toEqual([
      ['create', 'done'],
      ['delete', 'done'],
    ]);
  });

  it('does not wait for work that does not hear it', async () => {
    const kit = debugPodKit();
    const cancel = new AbortController();
    const deaf = () => new Promise<never>(() => undefined);
    const done = kit.maker.withPod(request, deaf, cancel.signal, ({ phase }) => {
      if (phase === 'running') cancel.abort();
    });
    await expect(done).rejects.toMatchObject({ code: 'cancelled' });
    await expectNothingLeft(kit);
  });

  it('during a job ends the job first', async () => {
    const kit = debugPodKit();
    const cancel = new AbortController();
    const done = kit.maker.withPod(
      request,
      (pod, signal) =>
        pod.runJob(job, signal, () => {
          cancel.abort();
        }),
      cancel.signal,
    );
    await expect(done).rejects.toMatchObject({ code: 'cancelled' });
    await kit.maker.settled();
    const order = kit.pods.calls.flatMap(({ kind, argv }) =>
      kind === 'exec' ? [argv?.[3]] : kind === 'remove' ? [kind] : [],
    );
    expect(order).toEqual(['node-triage-job-start', 'node-triage-job-end', 'remove']);
    await expectNothingLeft(kit);
  });

  it('during the removal gives the result at once, and the removal goes on', async () => {
    const kit = debugPodKit();
    kit.pods.deletionMs = 150;
    const cancel = new AbortController();
    const result = await kit.maker.withPod(
      request,
      () => Promise.resolve(42),
      cancel.signal,
      progress => {
        if (progress.phase === 'removing')
          setTimeout(() => {
            cancel.abort();
          }, 20);
      },
    );
    expect(result).toBe(42);
    expect(kit.pods.all()).toHaveLength(1);
    await expectNothingLeft(kit);
  });

  it('before it begins asks nothing of the cluster', async () => {
    const kit = debugPodKit();
    await expect(kit.maker.withPod(request, idle, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(kit.pods.calls).toEqual([]);
  });
});

describe('an answer that was lost', () => {
  it('to a POST that made the pod: it is found by its name and removed', async () => {
    const kit = debugPodKit();
    kit.pods.losesNextAnswer = 'made';
    await expect(kit.maker.withPod(request, idle, never)).rejects.toMatchObject({ code: 'connection-lost' });
    await expectNothingLeft(kit);
    expect(kit.audit.map(({ verb, outcome }) => [verb, outcome])).toEqual([
      ['create', 'unknown'],
      ['delete', 'done'],
    ]);
  });

  it('to a POST that made none: it is looked for as long as a POST may take', async () => {
    const kit = debugPodKit();
    kit.pods.losesNextAnswer = 'not-made';
    await expect(kit.maker.withPod(request, idle, never)).rejects.toMatchObject({ code: 'connection-lost' });
    await expectNothingLeft(kit);
    expect(kit.pods.calls.filter(({ kind }) => kind === 'read').length).toBeGreaterThan(5);
  });

  it('a pod of the same name that another window made is not touched', async () => {
    const kit = debugPodKit();
    kit.pods.losesNextAnswer = 'not-made';
    const done = kit.maker.withPod(request, idle, never);
    const [{ name } = { name: '' }] = kit.maker.living();
    const labels = { 'node-triage/session': 'session-2' };
    await pause(30);
    kit.pods.put({ metadata: { name, namespace: 'triage', labels }, spec: { nodeName: 'node1' } });
    await expect(done).rejects.toMatchObject({ code: 'connection-lost' });
    await kit.maker.settled();
    expect(kit.pods.find(name)).toBeDefined();
  });
});

describe('a server that is away', () => {
  it('for a minute at the removal: it is tried again until it is gone', async () => {
    const kit = debugPodKit();
    const result = await kit.maker.withPod(
      request,
      () => {
        kit.pods.goAway();
        setTimeout(() => {
          kit.pods.comeBack();
        }, 600);
        return Promise.resolve('kept');
      },
      never,
    );
    expect(result).toBe('kept');
    expect(kit.pods.all()).toHaveLength(1);
    await expectNothingLeft(kit);
    expect(kit.audit.filter(({ outcome }) => outcome === 'failed').length).toBeGreaterThan(0);
  });

  it('while a job runs: its end is fetched when it is back', async () => {
    const kit = debugPodKit();
    const end = await kit.maker.withPod(
      request,
      (pod, signal) => {
        const running = pod.runJob(job, signal);
        setTimeout(() => {
          kit.pods.goAway();
        }, 10);
        setTimeout(() => {
          kit.pods.comeBack();
        }, 600);
        return running;
      },
      never,
    );
    expect(end).toEqual({ exitCode: 0, stdout: 'done', stderr: '', files: [{ name: 'out.txt', bytes: 3 }] });
    await expectNothingLeft(kit);
  });

  it('for good: the pod stays written down, and the caller is not held up', async () => {
    const kit = debugPodKit();
    const began = performance.now();
    await kit.maker.withPod(
      request,
      () => {
        kit.pods.goAway();
        return Promise.resolve();
      },
      never,
    );
    expect(performance.now() - began).toBeLessThan(10_000);
    kit.maker.dispose();
    await kit.maker.settled();
    expect(await kit.intents.list()).toHaveLength(1);
  });
});
