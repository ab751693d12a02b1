/**
 * The `exec` part of a kubeconfig user: what to run for a credential. Reads the description, runs nothing.
 * Fields and rules: client-go, tools/clientcmd/api/v1/types.go (ExecConfig).
 */
import path from 'node:path';
import { listOf, scalarText } from './kubeconfigValues.js';
import { asRecord, isTrue } from './yamlMapping.js';

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
  /** There is more of it than is plausible: it is not run, rather than run in part. */
  readonly isTooLarge: boolean;
}

/** Longer than a path: `sh -c SCRIPT` is an argument, too. Linux takes 128 KiB (MAX_ARG_STRLEN). */
const LONGEST_ARGUMENT = 128 * 1024;

/** Undefined where `value` describes no command. */
export function readExecSpec(value: unknown, directory: string): ExecSpec | undefined {
  const raw = asRecord(value);
  const command = raw && scalarText(raw['command']);
  if (raw === undefined || command === undefined) return undefined;
  const [args, env] = [listOf(raw['args']), listOf(raw['env'])];
  return {
    command: resolveCommand(command, directory),
    args: args.map(arg => scalarText(arg, LONGEST_ARGUMENT) ?? ''),
    env: readEnvironment(env),
    apiVersion: scalarText(raw['apiVersion']) ?? 'client.authentication.k8s.io/v1',
    installHint: scalarText(raw['installHint']),
    provideClusterInfo: isTrue(raw['provideClusterInfo']),
    needsTerminal: raw['interactiveMode'] === 'Always',
    isTooLarge:
      isCut(raw['args'], args) ||
      isCut(raw['env'], env) ||
      args.some(arg => isLong(arg)) ||
      env.some(hasLongValue),
  };
}

/** A command with a slash in it is relative to its kubeconfig; a bare name is left to the PATH. */
export function resolveCommand(command: string, directory: string, paths: path.PlatformPath = path): string {
  return paths.basename(command) === command ? command : paths.resolve(directory, command);
}

function isCut(value: unknown, taken: readonly unknown[]): boolean {
  return Array.isArray(value) && value.length > taken.length;
}

function isLong(value: unknown): boolean {
  return typeof value === 'string' && value.length > LONGEST_ARGUMENT;
}

function hasLongValue(entry: unknown): boolean {
  const fields = asRecord(entry);
  return isLong(fields?.['value']) || isLong(fields?.['name']);
}

function readEnvironment(entries: readonly unknown[]): Record<string, string> {
  return Object.fromEntries(
    entries.flatMap(entry => {
      const fields = asRecord(entry);
      const name = fields && scalarText(fields['name']);
      if (fields === undefined || name === undefined) return [];
      return [[name, scalarText(fields['value'], LONGEST_ARGUMENT) ?? '']];
    }),
  );
}
