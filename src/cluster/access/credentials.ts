/**
 * One context's way in: server, TLS material, headers and connection pool, made from the kubeconfig on first use and
 * made anew when they expire or the API server refuses them. Sends no request itself.
 */
import type { Agent } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { isTriageError, TriageError } from '../../base/errors.js';
import { buildAccess, type Access, type MadeAccess } from './access.js';
import { loadKubeconfig } from './kubeconfig.js';
import type {
  ClusterLog,
  CredentialConsent,
  CredentialRenewal,
  KubeconfigLocation,
} from '../clusterPorts.js';
import { resolveContext, type ResolvedContext } from './resolveContext.js';

/** Credentials are renewed this long before they expire, so that none expires on the way. */
const EXPIRY_MARGIN_MS = 10_000;

interface Held extends MadeAccess {
  /** What the kubeconfig said when it was made. */
  readonly resolved: ResolvedContext;
  /** What the API server thought of it last; undefined before its first answer. */
  verdict: 'accepted' | 'refused' | undefined;
  /** The API server accepted it at least once. */
  isProven: boolean;
  /** Made because another was refused. */
  readonly isRefresh: boolean;
  readonly madeAtMs: number;
}

/** What did not help is not repeated by itself at once: a plugin may open a browser window each time. */
const REFRESH_PAUSE_MS = 30_000;

/** See {@link CredentialRenewal}; what is due is done by the next request. */
type Due = Exclude<CredentialRenewal, 'if-failing'>;

const NOT_ASKED: CredentialConsent = { answerTo: () => 'unanswered' };

export class Credentials {
  private held: Held | undefined;
  private making: Promise<Held> | undefined;
  /** What was due when {@link making} began. */
  private makingFor: Due | undefined;
  /** Counts what was begun: of two that overlap, the later one is held. */
  private begun = 0;
  private due: Due | undefined;
  /** The plugin failed: until the pause is over or {@link renewAtNextRequest} is called, so does every request. */
  private pluginFailure: { readonly error: TriageError; readonly atMs: number } | undefined;
  private readonly agents = new Set<Agent>();
  private readonly disposal = new AbortController();

  constructor(
    private readonly location: KubeconfigLocation,
    readonly context: string,
    private readonly log: ClusterLog,
    private readonly consent: CredentialConsent = NOT_ASKED,
  ) {}

  /** Aborted by {@link dispose}: the end of every request. */
  get disposed(): AbortSignal {
    return this.disposal.signal;
  }

  /** Rejects with the errors of {@link resolveContext} and {@link buildAccess}, or `cancelled` after disposal. */
  async current(): Promise<Access> {
    const { held, due, pluginFailure } = this;
    if (due === undefined && held !== undefined && isFresh(held)) return held.access;
    if (pluginFailure !== undefined && Date.now() - pluginFailure.atMs < REFRESH_PAUSE_MS)
      throw pluginFailure.error;
    // Asked for by a person, it is the one attempt: if it is refused, the plugin does not run a second time.
    return (await this.renew(due === 'now')).access;
  }

  /**
   * After a 401: credentials made anew from the files, or undefined where that was just tried. Requests that were
   * refused together share one renewal.
   */
  async refresh(refused: Access): Promise<Access | undefined> {
    const { held } = this;
    if (held !== undefined && held.access !== refused) return this.current();
    if (held !== undefined) held.verdict = 'refused';
    if (this.due !== undefined) return this.current();
    if (held?.isRefresh === true && !held.isProven && Date.now() - held.madeAtMs < REFRESH_PAUSE_MS)
      return undefined;
    return (await this.renew(true)).access;
  }

  /** The API server knew these credentials: whatever else it answered, they are good. */
  accepted(access: Access): void {
    if (this.held?.access !== access) return;
    this.held.isProven = true;
    this.held.verdict = 'accepted';
  }

  /** The next request reads the kubeconfig, whatever was tried a moment ago; what is under way goes on. */
  renewAtNextRequest(when: CredentialRenewal): void {
    if (when === 'if-failing') {
      const isFailing = this.pluginFailure !== undefined || this.held?.verdict === 'refused';
      if (isFailing) this.renewAtNextRequest('now');
      return;
    }
    // What a person asked for is done, whatever file was written meanwhile.
    this.due = this.due === 'now' || this.makingFor === 'now' ? 'now' : when;
    this.pluginFailure = undefined;
    // One that runs may have read the files of before.
    this.making = undefined;
    this.makingFor = undefined;
  }

  /** Ends a running plugin and closes every connection, also those in use. */
  dispose(): void {
    this.disposal.abort();
    for (const agent of this.agents) agent.destroy();
    this.agents.clear();
  }

  private renew(isRefresh: boolean): Promise<Held> {
    if (this.making !== undefined) return this.making;
    this.makingFor = this.due;
    const making = this.make(isRefresh).finally(() => {
      if (this.making !== making) return;
      this.making = undefined;
      this.makingFor = undefined;
    });
    this.making = making;
    return making;
  }

  private async make(isRefresh: boolean): Promise<Held> {
    const turn = ++this.begun;
    const { disposed: signal, due } = this;
    this.due = undefined;
    try {
      if (isRefresh) this.log.debug(`context ${this.context}: renewing the credentials`);
      const resolved = resolveContext(await loadKubeconfig(this.location), this.context);
      if (due === 'if-changed' && isStillGood(this.held, resolved)) return this.held;
      const made = await buildAccess(resolved, this.location.environment, this.consent, signal);
      if (signal.aborted) throw new TriageError('cancelled', 'The connection was closed.');
      const access = { ...made.access, agent: this.chooseAgent(made) };
      const madeAtMs = Date.now();
      const held: Held = {
        ...made,
        access,
        resolved,
        isRefresh,
        isProven: false,
        verdict: undefined,
        madeAtMs,
      };
      if (turn === this.begun) this.held = held;
      return held;
    } catch (error) {
      if (turn === this.begun) this.failed(error, due);
      throw error;
    }
  }

  private failed(error: unknown, due: Due | undefined): void {
    this.due ??= due;
    if (isTriageError(error) && error.code === 'credential-plugin-failed')
      this.pluginFailure = { error, atMs: Date.now() };
  }

  /** A new token goes the old way; new certificates, or another server, need connections of their own. */
  private chooseAgent({ access, route }: MadeAccess): Agent {
    const { held } = this;
    if (held !== undefined && isDeepStrictEqual(held.route, route)) return held.access.agent;
    // What is in use on the old way goes on until it ends.
    for (const socket of Object.values(held?.access.agent.freeSockets ?? {}).flat()) socket?.destroy();
    this.agents.add(access.agent);
    return access.agent;
  }
}

function isFresh({ expiresAtMs, madeAtMs }: Held): boolean {
  const now = Date.now();
  // Just made counts as fresh: with a clock that is wrong, every credential looks expired, and the plugin would run
  // for each request.
  return (
    expiresAtMs === undefined || now < expiresAtMs - EXPIRY_MARGIN_MS || now - madeAtMs < EXPIRY_MARGIN_MS
  );
}

/**
 * Whether a changed kubeconfig leaves these credentials as they are. Only a plugin's are worth the question: all others
 * cost nothing to make, and the files that the kubeconfig names may have changed with it.
 */
function isStillGood(held: Held | undefined, resolved: ResolvedContext): held is Held {
  return (
    held?.verdict === 'accepted' &&
    isFresh(held) &&
    resolved.extras.exec !== undefined &&
    isDeepStrictEqual(held.resolved, resolved)
  );
}
