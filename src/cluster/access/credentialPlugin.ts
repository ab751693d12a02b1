/**
 * Runs a kubeconfig's `exec` plugin (aws, gke-gcloud-auth-plugin, kubelogin, …) and reads the credential it prints.
 * Keeps nothing: credentials.ts decides how long a credential is good. Asks no questions: credentialUse.ts does.
 *
 * client-node's own runner is not used: it sets no KUBERNETES_EXEC_INFO (plugins for `v1` refuse to start without),
 * ignores `provideClusterInfo`, `installHint` and relative commands, waits without limit, and never drops a token
 * that has no expiry.
 */
import { isTriageError, throwIfCancelled, TriageError } from '../../base/errors.js';
import { CREDENTIALS } from '../../base/limits.js';
import { maskSecrets } from '../../base/maskSecrets.js';
import { plainLine } from '../../base/plainLine.js';
import { batchCommand } from './batchCommand.js';
import type { ExecSpec } from './execSpec.js';
import { findProgram } from './findProgram.js';
import { runProcess, type ProcessEnd, type ProcessLimits, type ProcessStart } from './pluginProcess.js';

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

type Environment = Readonly<Record<string, string | undefined>>;

/** A plugin whose program was found. */
export interface Plugin {
  readonly spec: ExecSpec;
  /** Absolute path of what is started. */
  readonly program: string;
}

const LIMITS: ProcessLimits = {
  timeMs: CREDENTIALS.pluginMs,
  outputBytes: CREDENTIALS.pluginOutputBytes,
  drainMs: CREDENTIALS.pluginDrainMs,
};

/** Rejects with `credential-plugin-failed` where it cannot be run at all. */
export async function findPlugin(spec: ExecSpec, environment: Environment): Promise<Plugin> {
  if (spec.needsTerminal)
    throw pluginError(spec, 'it asks for a terminal (interactiveMode: Always), and an editor has none');
  if (spec.isTooLarge) throw pluginError(spec, 'its arguments or variables are longer than any');
  const program = await findProgram(spec.command, environment);
  if (program === undefined) throw pluginError(spec, 'the command was not found');
  return { spec, program };
}

/** Rejects with `credential-plugin-failed` (facts: command, reason, hint) or `cancelled`. */
export async function runCredentialPlugin(
  { spec, program }: Plugin,
  cluster: PluginCluster,
  environment: Environment,
  signal: AbortSignal,
  limits: ProcessLimits = LIMITS,
): Promise<PluginCredential> {
  throwIfCancelled(signal);
  const info = {
    apiVersion: spec.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(spec.provideClusterInfo ? { cluster } : {}) },
  };
  const env = { ...environment, ...spec.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  let end: ProcessEnd;
  try {
    end = await runProcess({ ...startOf({ spec, program }), env }, limits, signal);
  } catch (error) {
    if (isTriageError(error)) throw error;
    throw pluginError(spec, startFailure(error), error);
  }
  return readCredential(spec, outputOf(spec, end, limits));
}

function startOf({ spec, program }: Plugin): Omit<ProcessStart, 'env'> {
  const plain = { file: program, args: spec.args };
  if (process.platform !== 'win32') return plain;
  const batch = batchCommand(program, spec.args, process.env['SystemRoot']);
  if (batch === 'unsafe')
    throw pluginError(
      spec,
      'it is a batch file, and an argument holds a quote, a percent sign or a line end, which cmd.exe would read as its own',
    );
  return batch === undefined ? plain : { ...batch, isVerbatim: true };
}

function outputOf(spec: ExecSpec, end: ProcessEnd, limits: ProcessLimits): string {
  switch (end.kind) {
    case 'too-long':
      throw pluginError(spec, `it did not finish within ${limits.timeMs / 1000} s`);
    case 'too-much':
      throw pluginError(spec, `it wrote more than ${limits.outputBytes} bytes`);
    case 'ended': {
      if (end.code === 0) return end.stdout;
      // Plugins say on standard error what a person must do ("run `aws sso login`"), and sometimes more than they should.
      const said = maskSecrets(end.stderr);
      throw pluginError(
        spec,
        `it ended with exit code ${end.code ?? 'none'}${said === '' ? '' : `: ${said}`}`,
      );
    }
  }
}

function startFailure(error: unknown): string {
  const code = (error as { readonly code?: unknown }).code;
  if (code === 'ENOENT') return 'the command was not found';
  if (code === 'EACCES') return 'the command may not be executed (permission denied)';
  // Node quotes what it does not take, and an argument may be a password.
  if (code === 'ERR_INVALID_ARG_VALUE')
    return 'one of its arguments or variables cannot be passed to a program';
  return plainLine(error instanceof Error ? error.message : String(error));
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
        `it answered in ${maskSecrets(String(apiVersion))} where the kubeconfig asks for ${plainLine(spec.apiVersion)}`,
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
  const hint = spec.installHint === undefined ? undefined : plainLine(spec.installHint);
  const command = plainLine(spec.command);
  return new TriageError(
    'credential-plugin-failed',
    `The credential plugin "${command}" of the kubeconfig failed: ${reason}. Run it in a terminal to see more; ` +
      `the editor must have the same PATH and login.${hint === undefined ? '' : ` ${hint}`}`,
    { facts: { command, reason, hint }, cause },
  );
}
