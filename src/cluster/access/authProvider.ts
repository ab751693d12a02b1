/**
 * The `auth-provider` part of a kubeconfig user: logins that were once built into kubectl. A credential that stands in
 * it is used while it is good; none is ever fetched. client-node would: it hands `cmd-path` and `cmd-args` of gcp and
 * azure to a shell, and asks the issuer of oidc.
 *
 * kubectl removed gcp and azure in 1.26 and openstack before that, and names the plugins that took their place
 * (client-go, plugin/pkg/client/auth/gcp/gcp_stub.go, azure/azure_stub.go, openstack/openstack_stub.go).
 */
import { TriageError } from '../../base/errors.js';
import { KUBECONFIG } from '../../base/limits.js';
import { plainLine } from '../../base/plainLine.js';
import { scalarText } from './kubeconfigValues.js';
import { asRecord } from './yamlMapping.js';

export interface AuthProvider {
  readonly name: string;
  readonly config: ReadonlyMap<string, string>;
}

export interface ProviderToken {
  readonly token: string;
  /** Milliseconds since 1970; undefined: good until the API server refuses it. */
  readonly expiresAtMs: number | undefined;
}

/** Undefined where `value` describes none. */
export function readAuthProvider(value: unknown): AuthProvider | undefined {
  const raw = asRecord(value);
  const name = raw && scalarText(raw['name']);
  if (raw === undefined || name === undefined) return undefined;
  const config = Object.entries(asRecord(raw['config']) ?? {}).slice(0, KUBECONFIG.items);
  return {
    name,
    config: new Map(
      config.flatMap(([key, field]) => {
        const text = scalarText(field, LONGEST_FIELD);
        return text === undefined ? [] : [[key, text] as const];
      }),
    ),
  };
}

/** Tokens with many groups in them are some KB. */
const LONGEST_FIELD = 64 * 1024;

/**
 * The token that stands in the kubeconfig. Throws `credential-plugin-failed` where there is none, or none that is still
 * good at `nowMs`; `facts.provider` is the name where we know what took its place.
 */
export function readProviderToken(provider: AuthProvider, nowMs: number): ProviderToken {
  const isOidc = provider.name === 'oidc';
  const token = provider.config.get(isOidc ? 'id-token' : 'access-token');
  if (!isOidc && !SUCCESSORS.has(provider.name))
    throw noToken(provider, 'no such login is known here, and kubectl has none either since 1.26');
  if (token === undefined) throw noToken(provider, `it holds no ${isOidc ? 'ID token' : 'access token'}`);
  const expiresAtMs = isOidc ? expiryInToken(token) : expiryInConfig(provider.config);
  if (expiresAtMs !== undefined && expiresAtMs <= nowMs)
    throw noToken(provider, 'its token has expired, and only its own program may renew it');
  return { token, expiresAtMs };
}

/** What to do instead, in English; the editor has its own sentences. */
const SUCCESSORS: ReadonlyMap<string, string> = new Map([
  [
    'gcp',
    'Run "gcloud components install gke-gcloud-auth-plugin" and then "gcloud container clusters get-credentials".',
  ],
  ['azure', 'Run "kubelogin convert-kubeconfig".'],
  ['openstack', 'Use the credential plugin "client-keystone-auth".'],
]);

function noToken({ name, config }: AuthProvider, reason: string): TriageError {
  const next =
    SUCCESSORS.get(name) ??
    'Log in again with kubectl, or with a credential plugin such as "kubectl oidc-login".';
  // A program of the kubeconfig's is never named as something to run.
  const program = config.has('cmd-path') ? '; the program that it names is not run' : '';
  const shown = plainLine(name);
  return new TriageError(
    'credential-plugin-failed',
    `The auth provider "${shown}" of the kubeconfig gave no credential: ${reason}${program}. ${next}`,
    {
      facts: {
        command: `auth-provider ${shown}`,
        reason: `${reason}${program}`,
        provider: name === 'oidc' || SUCCESSORS.has(name) ? name : 'other',
      },
    },
  );
}

/** `exp` of a JSON Web Token, whose signature is for the API server to check. Undefined where it cannot be read. */
function expiryInToken(token: string): number | undefined {
  const payload = token.split('.', 3)[1] ?? '';
  try {
    const claims = asRecord(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    const expiry = claims?.['exp'];
    return typeof expiry === 'number' && Number.isFinite(expiry) ? expiry * 1000 : undefined;
  } catch {
    // The API server will say what it thinks of it.
    return undefined;
  }
}

/** gcp and azure write `expiry` (a time), azure also `expires-on` (seconds since 1970). */
function expiryInConfig(config: ReadonlyMap<string, string>): number | undefined {
  const seconds = Number(config.get('expires-on'));
  const time = config.has('expiry') ? Date.parse(config.get('expiry') ?? '') : seconds * 1000;
  return Number.isFinite(time) ? time : undefined;
}
