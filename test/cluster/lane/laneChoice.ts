/** Which cluster the tests run on, as the runner tells them through the environment. */
export type LaneChoice =
  /** Ours: its kubelets may be stopped and killed. */
  | { readonly kind: 'local'; readonly folder: string }
  /** A user's own: read and profiled, with some load in a namespace of our own. */
  | { readonly kind: 'given'; readonly kubeconfig: string };

export const LANE_VARIABLE = 'NODE_TRIAGE_CLUSTER_LANE';

/** Throws where the tests were not started by the runner. */
export function readLaneChoice(environment: NodeJS.ProcessEnv): LaneChoice {
  const choice = environment[LANE_VARIABLE];
  if (choice === undefined) throw new Error('These tests need a cluster: run `node test/cluster/run.mjs`.');
  return JSON.parse(choice) as LaneChoice;
}
