/**
 * Runs a kubeconfig's `exec` plugin (aws, gke-gcloud-auth-plugin, kubelogin, …) and reads the credential it prints.
 * Keeps nothing: credentials.ts decides how long a credential is good.
 *
 * client-node's own runner is not used: it sets no KUBERNETES_EXEC_INFO (plugins for `v1` refuse to start without),
 * ignores `provideClusterInfo`, `installHint` and relative commands, waits without limit, and keeps a token for ever
 * that has no expiry.
 */
import { spawn } from 'node:child_process';
import { isTriageError, throwIfCancelled, TriageError } from '../base/errors.js';
import type { ExecSpec } from './execSpec.js';

/** Long enough for a login in the browser; a plugin that waits for ever on a hidden prompt ends here. */
const PLUGIN_TIMEOUT_MS = 120_000;
const MAX_OUTPUT_CHARACTERS = 1 << 20;

export interface PluginCredential {
  readonly token: string | undefined;
  /** PEM. */
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** Milliseconds since 1970; undefined: good until the API server refuses it. */
  readonly expiresAtMs: number | undefined;
}

/** The cluster as `provideClusterInfo` hands it to the plugin (client-go, pkg/apis/clientauthentication/v1). */
export interface PluginCluster {
  readonly server: string;
  readonly 'tls-server-name'?: string | undefined;
  readonly 'insecure-skip-tls-verify'?: boolean | undefined;
  readonly 'certificate-authority-data'?: string | undefined;
  readonly 'proxy-url'?: string | undefined;
}

/** Rejects with `credential-plugin-failed` (facts: command, reason, hint) or `cancelled`. */
export async function runCredentialPlugin(
  spec: ExecSpec,
  cluster: PluginCluster,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<PluginCredential> {
  throwIfCancelled(signal);
  if (spec.needsTerminal)
    throw pluginError(spec, 'it asks for a terminal (interactiveMode: Always), and an editor has none');
  const info = {
    apiVersion: spec.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(spec.provideClusterInfo ? { cluster } : {}) },
  };
  const output = await runPlugin(
    spec,
    { ...environment, ...spec.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    signal,
  );
  return readCredential(spec, output);
}

function runPlugin(
  spec: ExecSpec,
  env: Record<string, string | undefined>,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.timeout(PLUGIN_TIMEOUT_MS);
    const child = spawn(spec.command, spec.args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      signal: AbortSignal.any([signal, limit]),
      killSignal: 'SIGKILL',
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8');
      child[name].on('data', (text: string) => {
        if (output[name].length < MAX_OUTPUT_CHARACTERS) output[name] += text;
      });
    }
    child.on('error', error => {
      if (signal.aborted) reject(new TriageError('cancelled', 'Cancelled.'));
      else if (limit.aborted)
        reject(pluginError(spec, `it did not finish within ${PLUGIN_TIMEOUT_MS / 1000} s`));
      else reject(pluginError(spec, startFailure(error), error));
    });
    child.on('close', code => {
      if (code === 0) resolve(output.stdout);
      else reject(pluginError(spec, `it ended with exit code ${code ?? 'none'}${lastLines(output.stderr)}`));
    });
  });
}

function startFailure(error: Error & { code?: string }): string {
  if (error.code === 'ENOENT') return 'the command was not found';
  if (error.code === 'EACCES') return 'the command may not be executed (permission denied)';
  return error.message;
}

/** Plugins report on stderr what a person must do ("run `aws sso login`"); the last lines say it. */
function lastLines(stderr: string): string {
  const text = stderr.trim().slice(-600);
  return text === '' ? '' : `: ${text}`;
}

function readCredential(spec: ExecSpec, output: string): PluginCredential {
  try {
    const { apiVersion, status } = JSON.parse(output) as {
      apiVersion?: unknown;
      status?: Record<string, unknown>;
    };
    if (apiVersion !== spec.apiVersion)
      throw pluginError(
        spec,
        `it answered in ${String(apiVersion)} where the kubeconfig asks for ${spec.apiVersion}`,
      );
    const text = (key: string): string | undefined => {
      const value = status?.[key];
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
    const credential = {
      token: text('token'),
      certificate: text('clientCertificateData'),
      key: text('clientKeyData'),
      expiresAtMs: parseTime(text('expirationTimestamp')),
    };
    if (
      credential.token === undefined &&
      (credential.certificate === undefined || credential.key === undefined)
    )
      throw pluginError(spec, 'its answer holds neither a token nor a client certificate with key');
    return credential;
  } catch (error) {
    if (isTriageError(error)) throw error;
    // The text itself is not quoted: it may be a credential.
    throw pluginError(spec, 'its answer is not the JSON of an ExecCredential');
  }
}

function parseTime(text: string | undefined): number | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

function pluginError(spec: ExecSpec, reason: string, cause?: unknown): TriageError {
  const hint = spec.installHint === undefined ? '' : ` ${spec.installHint.trim()}`;
  return new TriageError(
    'credential-plugin-failed',
    `The credential plugin "${spec.command}" of the kubeconfig failed: ${reason}. Run it in a terminal to see more; ` +
      `the editor must have the same PATH and login.${hint}`,
    { facts: { command: spec.command, reason, hint: spec.installHint?.trim() }, cause },
  );
}
