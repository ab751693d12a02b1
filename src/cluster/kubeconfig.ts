/**
 * Kubeconfig files to one configuration: reads, checks, completes and merges them. Asks no network and runs nothing.
 *
 * @kubernetes/client-node does the parsing of clusters, users and contexts. What it leaves out is added here:
 * `tokenFile`, `as-uid`, `as-groups`, `as-user-extra`, relative `exec` commands, numbers as names, and a merge by
 * kubectl's rule (the first file that defines a name wins), where its own `mergeConfig` throws.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { KubeConfig, loadYaml, type Cluster, type Context, type User } from '@kubernetes/client-node';
import { readExecSpec, type ExecSpec } from './execSpec.js';
import { findKubeconfigFiles } from './kubeconfigFiles.js';
import type { ContextInfo, KubeconfigContents, KubeconfigLocation, KubeconfigProblem } from './ports.js';

/** What client-node's User has no field for. */
export interface UserExtras {
  readonly exec: ExecSpec | undefined;
  /** Absolute path of a file that holds a bearer token. */
  readonly tokenFile: string | undefined;
  /** Impersonate-Uid, -Group and -Extra headers; Impersonate-User is client-node's. */
  readonly impersonation: Readonly<Record<string, string | string[]>>;
}

export interface LoadedKubeconfig {
  readonly contents: KubeconfigContents;
  readonly clusters: readonly Cluster[];
  readonly users: readonly User[];
  readonly contexts: readonly Context[];
  readonly extras: ReadonlyMap<string, UserExtras>;
  /** At least one file exists and is not empty. */
  readonly isPresent: boolean;
}

/** Never rejects: what cannot be read becomes a problem, and the other files still count. */
export async function loadKubeconfig(location: KubeconfigLocation): Promise<LoadedKubeconfig> {
  const { paths, mustExist } = findKubeconfigFiles(location);
  const read = await Promise.all(paths.map(file => readKubeconfigFile(file, mustExist)));
  const files = read.map(one => one.config).filter(config => config !== undefined);
  const clusters = firstByName(files.flatMap(file => file.clusters));
  const users = firstByName(files.flatMap(file => file.users));
  const contexts = firstByName(files.flatMap(file => file.contexts));
  const current = files.find(file => file.currentContext !== undefined)?.currentContext;
  return {
    contents: {
      contexts: contexts.map(context => describeContext(context, clusters, current)),
      files: paths,
      missing: paths.filter((_, index) => read[index]?.isMissing === true),
      problems: read.flatMap(one => one.problems),
    },
    clusters,
    users,
    contexts,
    // Reversed, so that the first file's entry is the one that stays.
    extras: new Map(files.toReversed().flatMap(file => [...file.extras])),
    isPresent: files.length > 0,
  };
}

interface KubeconfigFile {
  readonly clusters: readonly Cluster[];
  readonly users: readonly User[];
  readonly contexts: readonly Context[];
  readonly currentContext: string | undefined;
  readonly extras: ReadonlyMap<string, UserExtras>;
}

interface ReadFile {
  readonly config: KubeconfigFile | undefined;
  readonly problems: readonly KubeconfigProblem[];
  readonly isMissing: boolean;
}

async function readKubeconfigFile(file: string, mustExist: boolean): Promise<ReadFile> {
  const problem = (reason: string): KubeconfigProblem => ({ file, reason });
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = isMissing ? 'the file does not exist' : reasonOf(error);
    return { config: undefined, isMissing, problems: isMissing && !mustExist ? [] : [problem(reason)] };
  }
  if (text.trim() === '') return { config: undefined, isMissing: false, problems: [] };
  try {
    const { config, reasons } = parseKubeconfig(text, path.dirname(file));
    return { config, isMissing: false, problems: reasons.map(problem) };
  } catch (error) {
    return { config: undefined, isMissing: false, problems: [problem(reasonOf(error))] };
  }
}

/** One file's text. Throws where it is no kubeconfig at all; entries that cannot be used are left out and named. */
function parseKubeconfig(text: string, directory: string): { config: KubeconfigFile; reasons: string[] } {
  const raw = asRecord(loadYaml<unknown>(text.replace(/^\uFEFF/, '')));
  if (raw === undefined) throw new Error('this is not a kubeconfig: its text is no YAML mapping');
  const lists = {
    clusters: namedEntries(raw.clusters),
    users: namedEntries(raw.users),
    contexts: namedEntries(raw.contexts),
  };
  const config = new KubeConfig();
  const current = raw['current-context'];
  // client-node parses text only. JSON is YAML, so the completed object takes that way round.
  config.loadFromString(JSON.stringify(lists), { onInvalidEntry: 'filter' });
  config.makePathsAbsolute(directory);
  const reasons = (['clusters', 'users', 'contexts'] as const).flatMap(key => {
    const dropped = countEntries(raw[key]) - config[key].length;
    return dropped > 0
      ? [`${dropped} of the entries in "${key}" cannot be used (a name, a cluster or a server is missing)`]
      : [];
  });
  const users = lists.users.map(
    entry => [entry.name, readExtras(asRecord(entry.user) ?? {}, directory)] as const,
  );
  return {
    config: {
      clusters: firstByName(config.clusters),
      // The exec plugin is run by credentialPlugin.ts, which does what client-node's does not.
      users: firstByName(config.users).map(user => ({ ...user, exec: undefined })),
      contexts: firstByName(config.contexts),
      currentContext:
        typeof current === 'string' || typeof current === 'number' ? String(current) || undefined : undefined,
      extras: new Map(users.toReversed()),
    },
    reasons,
  };
}

function readExtras(user: Readonly<Record<string, unknown>>, directory: string): UserExtras {
  const tokenFile = typeof user.tokenFile === 'string' && user.tokenFile !== '' ? user.tokenFile : undefined;
  return {
    exec: readExecSpec(user.exec, directory),
    tokenFile: tokenFile === undefined ? undefined : path.resolve(directory, tokenFile),
    impersonation: readImpersonation(user),
  };
}

/** Header names and encoding as in client-go, transport/round_trippers.go (impersonatingRoundTripper). */
function readImpersonation(user: Readonly<Record<string, unknown>>): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  const uid = user['as-uid'];
  if (typeof uid === 'string' && uid !== '') headers['Impersonate-Uid'] = uid;
  const groups = textsOf(user['as-groups']);
  if (groups.length > 0) headers['Impersonate-Group'] = groups;
  for (const [key, values] of Object.entries(asRecord(user['as-user-extra']) ?? {}))
    headers[`Impersonate-Extra-${encodeURIComponent(key)}`] = textsOf(values);
  return headers;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

function describeContext(
  context: Context,
  clusters: readonly Cluster[],
  current: string | undefined,
): ContextInfo {
  const server = clusters.find(cluster => cluster.name === context.cluster)?.server ?? '';
  return {
    name: context.name,
    cluster: context.cluster,
    user: context.user,
    isCurrent: context.name === current,
    server: withoutCredentials(server),
  };
}

function withoutCredentials(server: string): string {
  return server.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1');
}

interface NamedEntry extends Readonly<Record<string, unknown>> {
  readonly name: string;
}

/** Entries that are mappings with a name; `name: 123` is a number to YAML and a name to people. */
function namedEntries(list: unknown): NamedEntry[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    const entry = asRecord(item);
    const name = entry?.name;
    return typeof name === 'string' || typeof name === 'number' ? [{ ...entry, name: String(name) }] : [];
  });
}

function countEntries(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

function firstByName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  const byName = new Map<string, T>();
  for (const entry of entries) if (!byName.has(entry.name)) byName.set(entry.name, entry);
  return [...byName.values()];
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** First line only: js-yaml quotes the text around the fault in the lines below, and that may be a token. */
function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
