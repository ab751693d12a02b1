/** A request as the replay server's routes see it: who asks for what. */

export interface ReplayRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** As text; '' without one. */
  readonly body: string;
  /** Name of the user behind the token; undefined: none was sent; `invalid`: no user's. */
  readonly user: ReplayUser | 'invalid' | undefined;
}

/** `limited` may look at nodes and pods, and neither reach kubelets nor make or enter pods; `unprivileged` may do nothing. */
export type ReplayUser = 'admin' | 'limited' | 'unprivileged';
