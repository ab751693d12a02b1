/**
 * One context's way in: server, TLS material, headers and connection pool, made from the kubeconfig on first use and
 * made anew when they expire or the API server refuses them. Sends no request itself.
 *
 * What client-node can (certificates, tokens, basic auth, OIDC and other auth providers, proxies) comes from its
 * `applyToHTTPSOptions`; the exec plugin's token, a token file and environment proxies are put into the user and
 * cluster that it is given.
 */
import { readFile } from 'node:fs/promises';
import { validateHeaderValue, type Agent, type OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { KubeConfig, type Cluster, type User } from '@kubernetes/client-node';
import { isTriageError, TriageError } from '../base/errors.js';
import { runCredentialPlugin, type PluginCredential } from './credentialPlugin.js';
import { findEnvironmentProxy } from './environmentProxy.js';
import { loadKubeconfig, type LoadedKubeconfig, type UserExtras } from './kubeconfig.js';
import type { ClusterLog, ContextInfo, CredentialRenewal, KubeconfigLocation } from './ports.js';

/** Everything a request needs. `headers` holds credentials: never logged. */
export interface Access {
  readonly server: URL;
  readonly agent: Agent;
  readonly headers: OutgoingHttpHeaders;
}

/** As kubelet and client-go do it: a token file is read again after a minute. */
const TOKEN_FILE_LIFETIME_MS = 60_000;
/** Credentials are renewed this long before they expire, so that none expires on the way. */
const EXPIRY_MARGIN_MS = 10_000;

/** Everything that a connection, once made, is bound to. */
type Route = Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'> & {
  readonly server: string;
  readonly proxyUrl: string | undefined;
};

interface Held {
  readonly access: Access;
  readonly route: Route;
  readonly expiresAtMs: number | undefined;
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

export class Credentials {
  private held: Held | undefined;
  private making: Promise<Held> | undefined;
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
  ) {}

  /** Aborted by {@link dispose}: the end of every request. */
  get disposed(): AbortSignal {
    return this.disposal.signal;
  }

  /** Rejects with the errors of {@link resolveContext}, `credential-plugin-failed`, or `cancelled` after disposal. */
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
    this.due = this.due === 'now' ? 'now' : when;
    this.pluginFailure = undefined;
    // One that runs may have read the files of before.
    this.making = undefined;
  }

  /** Ends a running plugin and closes every connection, also those in use. */
  dispose(): void {
    this.disposal.abort();
    for (const agent of this.agents) agent.destroy();
    this.agents.clear();
  }

  private renew(isRefresh: boolean): Promise<Held> {
    if (this.making !== undefined) return this.making;
    const making = this.make(isRefresh).finally(() => {
      if (this.making === making) this.making = undefined;
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
      const made = await buildAccess(resolved, this.location.environment, signal);
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
  private chooseAgent({ access, route }: Made): Agent {
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

export interface ResolvedContext {
  readonly info: ContextInfo;
  readonly server: URL;
  readonly cluster: Cluster;
  readonly user: User;
  readonly extras: UserExtras;
}

const NO_EXTRAS: UserExtras = { exec: undefined, tokenFile: undefined, impersonation: {} };

/** The context's parts. Throws `kubeconfig-missing`, `kubeconfig-invalid` or `context-missing`. */
export function resolveContext(loaded: LoadedKubeconfig, name: string): ResolvedContext {
  const { contents } = loaded;
  const info = contents.contexts.find(context => context.name === name);
  const context = loaded.contexts.find(candidate => candidate.name === name);
  if (info === undefined || context === undefined) throw missingContext(loaded, name);
  const file = contents.files.join(', ');
  const invalid = (reason: string): TriageError =>
    new TriageError(
      'kubeconfig-invalid',
      `Context "${name}" cannot be used: ${reason} (${file}). Correct the kubeconfig, or choose another one.`,
      { facts: { context: name, file, reason } },
    );
  const cluster = loaded.clusters.find(candidate => candidate.name === context.cluster);
  if (cluster === undefined) throw invalid(`no file defines its cluster "${context.cluster}"`);
  if (!URL.canParse(cluster.server) || !/^https?:$/.test(new URL(cluster.server).protocol))
    throw invalid(`the server of cluster "${cluster.name}" is no http or https address`);
  // A context without a user is anonymous: fine behind `kubectl proxy`. One that names a user nobody defines is a slip.
  const user = loaded.users.find(candidate => candidate.name === context.user);
  if (user === undefined && context.user) throw invalid(`no file defines its user "${context.user}"`);
  return {
    info,
    server: new URL(cluster.server),
    cluster,
    user: user ?? { name: '' },
    extras: loaded.extras.get(context.user) ?? NO_EXTRAS,
  };
}

function missingContext({ contents, isPresent }: LoadedKubeconfig, context: string): TriageError {
  const file = contents.files.join(', ');
  const problem = contents.problems[0];
  if (problem !== undefined && contents.contexts.length === 0)
    return new TriageError(
      'kubeconfig-invalid',
      `The kubeconfig ${problem.file} cannot be used: ${problem.reason}. Correct it, or choose another one.`,
      { facts: { file: problem.file, reason: problem.reason } },
    );
  if (!isPresent)
    return new TriageError(
      'kubeconfig-missing',
      `There is no kubeconfig; looked at ${file}. Choose a file.`,
      {
        facts: { file },
      },
    );
  return new TriageError(
    'context-missing',
    `The kubeconfig names no context "${context}" (${file}). Refresh the view, or choose another kubeconfig.`,
    { facts: { context, file } },
  );
}

type Made = Pick<Held, 'access' | 'route' | 'expiresAtMs'>;

async function buildAccess(
  { info, server, cluster, user, extras }: ResolvedContext,
  environment: KubeconfigLocation['environment'],
  signal: AbortSignal,
): Promise<Made> {
  const proxyUrl = cluster.proxyUrl ?? findEnvironmentProxy(server, environment);
  const plugin =
    extras.exec && (await runCredentialPlugin(extras.exec, describeForPlugin(cluster), environment, signal));
  const fileToken = extras.tokenFile === undefined ? undefined : await readTokenFile(info, extras.tokenFile);
  const config = new KubeConfig();
  config.loadFromOptions({
    // client-node refuses http: servers unless TLS verification is off, which means nothing there.
    clusters: [{ ...cluster, proxyUrl, skipTLSVerify: cluster.skipTLSVerify || server.protocol === 'http:' }],
    users: [{ ...user, ...fromPlugin(plugin), ...(fileToken === undefined ? {} : { token: fileToken }) }],
    contexts: [{ name: info.name, cluster: cluster.name, user: user.name }],
    currentContext: info.name,
  });
  const options = await applyOptions(config, info, user);
  const { ca, cert, key, rejectUnauthorized, servername } = options;
  return {
    access: {
      server,
      // client-node makes agents without keep-alive: a TLS handshake for every scrape of every node.
      agent: Object.assign(options.agent as Agent, { keepAlive: true }),
      headers: checkHeaders(info, {
        ...(options.headers as OutgoingHttpHeaders),
        ...basicAuth(options.auth),
        ...extras.impersonation,
      }),
    },
    route: { ca, cert, key, rejectUnauthorized, servername, server: server.href, proxyUrl },
    expiresAtMs: fileToken === undefined ? plugin?.expiresAtMs : Date.now() + TOKEN_FILE_LIFETIME_MS,
  };
}

function fromPlugin(credential: PluginCredential | undefined): Partial<User> {
  if (credential === undefined) return {};
  const encode = (pem: string): string => Buffer.from(pem).toString('base64');
  return {
    ...(credential.token === undefined ? {} : { token: credential.token }),
    ...(credential.certificate === undefined
      ? {}
      : { certData: encode(credential.certificate), certFile: '' }),
    ...(credential.key === undefined ? {} : { keyData: encode(credential.key), keyFile: '' }),
  };
}

async function applyOptions(config: KubeConfig, info: ContextInfo, user: User): Promise<RequestOptions> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
    // Certificates that cannot be read would throw out of the first request, where nobody knows whose they are.
    const { ca, cert, key } = options;
    createSecureContext({ ca, cert, key });
    return options;
  } catch (error) {
    if (isTriageError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const provider = (user.authProvider as { readonly name?: string } | null | undefined)?.name;
    if (provider !== undefined)
      throw new TriageError(
        'credential-plugin-failed',
        `The auth provider "${provider}" of context "${info.name}" gave no credential: ${reason}. Log in again.`,
        { facts: { command: provider, reason }, cause: error },
      );
    throw unusable(info, reason, error);
  }
}

/** A token with a line end in it, say: Node would refuse it in the middle of a request. The value is not quoted. */
function checkHeaders(info: ContextInfo, headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  for (const [name, value] of Object.entries(headers)) {
    try {
      for (const text of Array.isArray(value) ? value : [String(value)]) validateHeaderValue(name, text);
    } catch {
      throw unusable(info, `its ${name} header would hold a character that none may hold`);
    }
  }
  return headers;
}

function unusable(info: ContextInfo, reason: string, cause?: unknown): TriageError {
  return new TriageError(
    'kubeconfig-invalid',
    `Context "${info.name}" cannot be used: ${reason}. Correct the kubeconfig, or choose another one.`,
    { facts: { context: info.name, reason }, cause },
  );
}

async function readTokenFile(info: ContextInfo, file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TriageError(
      'kubeconfig-invalid',
      `The token file ${file} of context "${info.name}" cannot be read: ${reason}. Log in again.`,
      { facts: { file, reason }, cause: error },
    );
  }
}

function basicAuth(auth: string | null | undefined): OutgoingHttpHeaders {
  return auth ? { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
}

function describeForPlugin(cluster: Cluster): Parameters<typeof runCredentialPlugin>[1] {
  return {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.skipTLSVerify || undefined,
    'certificate-authority-data': cluster.caData,
    'proxy-url': cluster.proxyUrl,
  };
}
