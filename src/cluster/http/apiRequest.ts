/** A request as the readers of this folder write it, and the door as they see it (apiDoor.ts). Types only. */
import type { ClusterLog } from '../clusterPorts.js';

export interface ApiRequest {
  /** GET where not given. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  /**
   * It may be sent twice, where the first seems not to have arrived. Of a POST no, where not given; of others yes.
   * Not about 401: what was refused was not done, and is always sent again with renewed credentials.
   */
  readonly isRepeatable?: boolean;
  /** The verb of messages: "read" where not given. */
  readonly act?: string;
  /** Absolute path with query, already encoded. */
  readonly path: string;
  /** For messages: "the CPU profile", "the list of nodes". */
  readonly what: string;
  readonly node?: string | undefined;
  readonly accept?: string;
  readonly acceptGzip?: boolean;
  /** Longest silence: 60 s where not given. */
  readonly idleSeconds?: number;
  /** Longest time from here to the last byte, however lively the answer is: ANSWER_SECONDS.request where not given. */
  readonly totalSeconds?: number;
}

export interface ReadLimits {
  readonly maxBytes: number;
  readonly onBytes?: ((received: number) => void) | undefined;
}

export interface ApiReader {
  /** Name of the context in the kubeconfig. */
  readonly context: string;
  readonly log: ClusterLog;
  /** The whole body. Rejects as ApiDoor says. */
  read(request: ApiRequest, limits: ReadLimits, signal: AbortSignal): Promise<Uint8Array>;
}
