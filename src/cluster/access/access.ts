/**
 * What requests of one context need, made from its kubeconfig: server, TLS material, headers, connection pool. Sends no
 * request itself.
 *
 * client-node makes the agents (TLS, proxies) and the plain headers, from data alone: everything that runs a program, reads
 * a file or asks another server on the way to a credential is done here or not at all, so that none of its
 * authenticators is ever reached.
 */
import { validateHeaderValue, type Agent, type OutgoingHttpHeaders } from 'node:http';
import type { RequestOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import { KubeConfig, type Cluster, type User } from '@kubernetes/client-node';
import { TriageError } from '../../base/errors.js';
import { readProviderToken } from './authProvider.js';
import { readTlsData, readTokenFile, type TlsData } from './credentialFiles.js';
import { findPlugin, runCredentialPlugin, type PluginCredential } from './credentialPlugin.js';
import { requireConsent } from './credentialUse.js';
import { findEnvironmentProxy } from './environmentProxy.js';
import type { ContextInfo, CredentialConsent, KubeconfigLocation } from '../clusterPorts.js';
import type { ResolvedContext } from './resolveContext.js';

/** Everything a request needs. `headers` holds credentials: never logged. */
export interface Access {
  readonly server: URL;
  readonly agent: Agent;
  readonly headers: OutgoingHttpHeaders;
}

/** Everything that a connection, once made, is bound to. */
type Route = Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'> & {
  readonly server: string;
  readonly proxyUrl: string | undefined;
};

export interface MadeAccess {
  readonly access: Access;
  readonly route: Route;
  /** Milliseconds since 1970; undefined: good until the API server refuses it. */
  readonly expiresAtMs: number | undefined;
}

/** As kubelet and client-go do it: a token file is read again after a minute. */
const TOKEN_FILE_LIFETIME_MS = 60_000;

/**
 * Rejects with `credentials-not-allowed` before anything is run or read, `credential-plugin-failed`,
 * `kubeconfig-invalid`, or `cancelled`.
 */
export async function buildAccess(
  resolved: ResolvedContext,
  environment: KubeconfigLocation['environment'],
  consent: CredentialConsent,
  signal: AbortSignal,
): Promise<MadeAccess> {
  const { info, server, cluster, extras } = resolved;
  const proxyUrl = cluster.proxyUrl ?? findEnvironmentProxy(server, environment);
  const plugin = extras.exec && (await findPlugin(extras.exec, environment));
  await requireConsent(resolved, plugin, consent);
  const answer =
    plugin && (await runCredentialPlugin(plugin, describeForPlugin(cluster), environment, signal));
  const token = await readToken(resolved, answer);
  const tls = await readTlsData(resolved);
  const options = await applyOptions(
    configOf(resolved, proxyUrl, tls, userOf(resolved, tls, token, answer)),
    info,
  );
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
    expiresAtMs: token.expiresAtMs,
  };
}

interface BearerToken {
  readonly token: string | undefined;
  readonly expiresAtMs: number | undefined;
}

/** A token file before a plugin, a plugin before a token, and a legacy provider where there is nothing else. */
async function readToken(
  { info, user, extras }: ResolvedContext,
  answer: PluginCredential | undefined,
): Promise<BearerToken> {
  if (extras.tokenFile !== undefined) {
    const token = await readTokenFile(info.name, extras.tokenFile);
    return { token, expiresAtMs: Date.now() + TOKEN_FILE_LIFETIME_MS };
  }
  if (answer !== undefined) return { token: answer.token ?? user.token, expiresAtMs: answer.expiresAtMs };
  if (user.token !== undefined || extras.provider === undefined)
    return { token: user.token, expiresAtMs: undefined };
  return readProviderToken(extras.provider, Date.now());
}

/** Field by field: what is not named here cannot make client-node read or run anything. */
function userOf(
  { user }: ResolvedContext,
  tls: TlsData,
  { token }: BearerToken,
  answer: PluginCredential | undefined,
): User {
  const encode = (pem: string | undefined): string | undefined =>
    pem === undefined ? undefined : Buffer.from(pem).toString('base64');
  return {
    name: user.name,
    ...present('certData', encode(answer?.certificate) ?? tls.certData),
    ...present('keyData', encode(answer?.key) ?? tls.keyData),
    ...present('token', token),
    ...present('username', user.username),
    ...present('password', user.password),
    ...present('impersonateUser', user.impersonateUser),
  };
}

function configOf(
  { info, server, cluster }: ResolvedContext,
  proxyUrl: string | undefined,
  { caData }: TlsData,
  user: User,
): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [
      {
        name: cluster.name,
        server: cluster.server,
        // client-node refuses http: servers unless TLS verification is off, which means nothing there.
        skipTLSVerify: cluster.skipTLSVerify || server.protocol === 'http:',
        ...present('caData', caData),
        ...present('tlsServerName', cluster.tlsServerName),
        ...present('proxyUrl', proxyUrl),
      },
    ],
    users: [user],
    contexts: [{ name: info.name, cluster: cluster.name, user: user.name }],
    currentContext: info.name,
  });
  return config;
}

/** client-node's optional fields are absent rather than undefined. */
function present<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return (value === undefined ? {} : { [key]: value }) as Partial<Record<K, string>>;
}

async function applyOptions(config: KubeConfig, info: ContextInfo): Promise<RequestOptions> {
  // Said aloud: without it Node looks at NODE_TLS_REJECT_UNAUTHORIZED, which turns the check off for every server.
  const options: RequestOptions = { rejectUnauthorized: true };
  try {
    await config.applyToHTTPSOptions(options);
    // Certificates that cannot be read would throw out of the first request, where it is not known whose they are.
    const { ca, cert, key } = options;
    createSecureContext({ ca, cert, key });
    return options;
  } catch (error) {
    throw unusable(info, error instanceof Error ? error.message : String(error), error);
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
