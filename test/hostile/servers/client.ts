/** The product's own way to a hostile server, and what it must end in. */
import assert from 'node:assert/strict';
import { isTriageError, type TriageError, type TriageErrorCode } from '../../../src/base/errors.js';
import { clusterAccess } from '../../../src/cluster/connect.js';
import type { ClusterConnection } from '../../../src/cluster/clusterPorts.js';
import type { HostileServerGiven } from './hostileServer.js';

export const never = new AbortController().signal;

export function connectTo({ kubeconfig }: HostileServerGiven): Promise<ClusterConnection> {
  const location = { setting: kubeconfig, environment: {}, homeDirectory: '/nonexistent' };
  return clusterAccess.connect(location, 'hostile', { debug: () => undefined, warn: () => undefined });
}

/** Fails where the product does not end in an error of ours with that code. */
export async function rejectsWith(
  work: Promise<unknown>,
  ...codes: readonly TriageErrorCode[]
): Promise<TriageError> {
  const outcome = await work.then(
    value => ({ value }),
    (error: unknown) => ({ error }),
  );
  assert.ok('error' in outcome, 'it was taken for a good answer');
  assert.ok(isTriageError(outcome.error), `no TriageError: ${String(outcome.error)}`);
  assert.ok(codes.includes(outcome.error.code), `${outcome.error.code}: ${outcome.error.message}`);
  return outcome.error;
}
