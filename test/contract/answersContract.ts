/** What every implementation of NodeAnswers does; part of clusterContract.ts. */
import { expect, it } from 'vitest';
import type { TriageError } from '../../src/base/errors.js';
import type { ClusterConnection, NodeAnswerName } from '../../src/cluster/clusterPorts.js';

interface AnswersSubject {
  /** Of a user who may do everything. */
  readonly connection: ClusterConnection;
  /** Of one who may not reach kubelets. */
  readonly limited: ClusterConnection;
  readonly node: string;
}

const never = new AbortController().signal;

async function failure(promise: Promise<unknown>): Promise<TriageError> {
  return promise.then(
    () => {
      throw new Error('expected a rejection');
    },
    (error: unknown) => error as TriageError,
  );
}

export function answerTests(subject: () => AnswersSubject): void {
  const text = async (answer: NodeAnswerName): Promise<string> => {
    const { connection, node } = subject();
    return new TextDecoder().decode(await connection.answers.read(node, answer, never));
  };

  it.each<readonly [NodeAnswerName, string]>([
    ['node', '"Node"'],
    ['node-events', '"EventList"'],
    ['pod-events', '"EventList"'],
    ['pods', '"PodList"'],
    ['configz', '"kubeletconfig"'],
    ['metrics', '\nprocess_cpu_seconds_total '],
    ['metrics-cadvisor', '\ncadvisor_version_info'],
    ['stats-summary', '"nodeName"'],
    ['goroutines', 'goroutine profile: total '],
  ])('reads %s as it was sent', async (answer, part) => {
    expect(await text(answer)).toContain(part);
  });

  it('tells a kubelet that does not serve its log from one that does', async () => {
    const log = await failure(text('kubelet-log')).catch(() => undefined);
    if (log !== undefined) expect(log).toMatchObject({ code: 'request-rejected', facts: { status: 404 } });
  });

  it('says who may not', async () => {
    const { limited, node } = subject();
    for (const answer of ['metrics', 'stats-summary', 'configz'] as const)
      expect(await failure(limited.answers.read(node, answer, never))).toMatchObject({ code: 'forbidden' });
  });

  it('says that there is no such node', async () => {
    const { connection } = subject();
    expect(await failure(connection.answers.read('no-such-node', 'node', never))).toMatchObject({
      code: 'node-not-found',
    });
  });
}
