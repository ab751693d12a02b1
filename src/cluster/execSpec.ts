/**
 * The `exec` part of a kubeconfig user: what to run for a credential. Reads the description, runs nothing.
 * Fields and rules: client-go, tools/clientcmd/api/v1/types.go (ExecConfig).
 */
import path from 'node:path';

export interface ExecSpec {
  /** A name looked up on the PATH, or an absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** `client.authentication.k8s.io/v1` or an older one; the plugin must answer in the same. */
  readonly apiVersion: string;
  /** Shown where the command is not found. */
  readonly installHint: string | undefined;
  readonly provideClusterInfo: boolean;
  /** The plugin insists on a terminal, which an extension does not have. */
  readonly needsTerminal: boolean;
}

/** Undefined where `value` describes no command. */
export function readExecSpec(value: unknown, directory: string): ExecSpec | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const raw = value as Readonly<Record<string, unknown>>;
  const command = textOf(raw.command);
  if (command === undefined) return undefined;
  return {
    command: resolveCommand(command, directory),
    args: Array.isArray(raw.args) ? raw.args.map(String) : [],
    env: readEnvironment(raw.env),
    apiVersion: textOf(raw.apiVersion) ?? 'client.authentication.k8s.io/v1',
    installHint: textOf(raw.installHint),
    provideClusterInfo: raw.provideClusterInfo === true,
    needsTerminal: raw.interactiveMode === 'Always',
  };
}

/** A command with a slash in it is relative to its kubeconfig; a bare name is left to the PATH. */
function resolveCommand(command: string, directory: string): string {
  return path.basename(command) === command ? command : path.resolve(directory, command);
}

function readEnvironment(value: unknown): Record<string, string> {
  const entries = Array.isArray(value) ? (value as readonly unknown[]) : [];
  return Object.fromEntries(
    entries.flatMap(entry => {
      const { name, value: text } = (entry ?? {}) as { name?: unknown; value?: unknown };
      return typeof name === 'string' && name !== '' ? [[name, textOf(text) ?? '']] : [];
    }),
  );
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
