/**
 * Kubeconfig files to one configuration: reads, checks, completes and merges them. Asks no network and runs nothing.
 *
 * Merged by kubectl's rule: the first file that defines a name wins (client-node's `mergeConfig` throws there). A
 * workspace may name the files, so that each is looked at before it is opened, and all of them have an end.
 */
import type { Cluster, Context } from '@kubernetes/client-node';
import { TriageError } from '../../base/errors.js';
import { KUBECONFIG } from '../../base/limits.js';
import { plainLine } from '../../base/plainLine.js';
import { type FileProblem, fileProblemWords, isFileProblem } from '../../base/fileProblem.js';
import { readRegularFile } from '../../files/regularFile.js';
import {
  readClusters,
  readContexts,
  readUsers,
  type ClusterEntry,
  type UserEntry,
} from './kubeconfigEntries.js';
import { findKubeconfigFiles } from './kubeconfigFiles.js';
import { scalarText } from './kubeconfigValues.js';
import type {
  ContextInfo,
  KubeconfigContents,
  KubeconfigLocation,
  KubeconfigProblem,
  KubeconfigSource,
  ServerDoubt,
} from '../clusterPorts.js';
import { parseYamlMapping } from './yamlMapping.js';

export interface LoadedKubeconfig {
  readonly contents: KubeconfigContents;
  readonly clusters: readonly ClusterEntry[];
  readonly users: readonly UserEntry[];
  readonly contexts: readonly Context[];
  /** At least one file exists and is not empty. */
  readonly isPresent: boolean;
  /** A workspace named the files ({@link KubeconfigLocation.isFromWorkspace}), at the moment when they were read. */
  readonly isFromWorkspace: boolean;
}

/** Never rejects: what cannot be read becomes a problem, and the other files still count. */
export async function loadKubeconfig(location: KubeconfigLocation): Promise<LoadedKubeconfig> {
  const { paths, source } = findKubeconfigFiles(location);
  const isFromWorkspace = location.isFromWorkspace === true;
  const read = tellMissing(await readFiles(paths), source);
  const files = read.map(one => one.config).filter(config => config !== undefined);
  const clusters = firstByName(files.flatMap(file => file.clusters));
  const users = firstByName(files.flatMap(file => file.users));
  const contexts = firstByName(files.flatMap(file => file.contexts));
  const current = files.find(file => file.currentContext !== undefined)?.currentContext;
  const byName = new Map(clusters.map(cluster => [cluster.name, cluster]));
  return {
    contents: {
      contexts: contexts.map(context => describeContext(context, byName.get(context.cluster), current)),
      source,
      files: read.map(one => one.file),
      missing: read.filter(one => one.isMissing).map(one => one.file),
      problems: read.flatMap(one => one.problems),
    },
    clusters,
    users,
    contexts,
    isPresent: files.length > 0,
    isFromWorkspace,
  };
}

interface KubeconfigFile {
  readonly clusters: readonly ClusterEntry[];
  readonly users: readonly UserEntry[];
  readonly contexts: readonly Context[];
  readonly currentContext: string | undefined;
}

interface ReadFile {
  readonly file: string;
  readonly config: KubeconfigFile | undefined;
  readonly isMissing: boolean;
  readonly problems: readonly KubeconfigProblem[];
}

/**
 * A file that is named in the setting has to be there. Of those in KUBECONFIG kubectl only warns of the missing ones, and
 * not where all are missing; so does this.
 */
function tellMissing(read: readonly ReadFile[], source: KubeconfigSource): readonly ReadFile[] {
  const isTold = source === 'setting' || read.some(({ isMissing }) => !isMissing);
  if (!isTold) return read;
  return read.map(one => (one.isMissing ? { ...one, problems: [missingProblem(one.file)] } : one));
}

function missingProblem(file: string): KubeconfigProblem {
  return { file, reason: fileProblemWords('missing'), problem: 'missing' };
}

/** One after the other, while there is room for all of them together. */
async function readFiles(paths: readonly string[]): Promise<ReadFile[]> {
  const read: ReadFile[] = [];
  let room: number = KUBECONFIG.allBytes;
  for (const file of paths.slice(0, KUBECONFIG.files)) {
    const { size, ...one } = await readKubeconfigFile(file, Math.min(room, KUBECONFIG.bytes));
    room -= size;
    read.push(one);
  }
  const [left] = paths.slice(KUBECONFIG.files);
  if (left !== undefined) read.push(unread(left, `only the first ${KUBECONFIG.files} files are read`));
  return read;
}

function unread(file: string, reason: string, problem?: FileProblem): ReadFile {
  return { file, config: undefined, isMissing: false, problems: [{ file, reason, problem }] };
}

async function readKubeconfigFile(
  file: string,
  maxBytes: number,
): Promise<ReadFile & { readonly size: number }> {
  try {
    const bytes = await readRegularFile(file, { maxBytes, links: 'follow' });
    return { file, isMissing: false, size: bytes.length, ...parseFile(file, bytes) };
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return { ...unread(file, reasonOf(error), problemOf(error)), size: 0 };
    return { file, config: undefined, isMissing: true, problems: [], size: 0 };
  }
}

function parseFile(file: string, bytes: Uint8Array): Pick<ReadFile, 'config' | 'problems'> {
  const problem = (reason: string): KubeconfigProblem => ({ file, reason });
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  if (text.trim() === '') return { config: undefined, problems: [] };
  try {
    const { config, reasons } = parseKubeconfig(text, file);
    return { config, problems: reasons.map(problem) };
  } catch (error) {
    return { config: undefined, problems: [problem(reasonOf(error))] };
  }
}

/** By the byte order mark, as kubectl: PowerShell's `>` writes UTF-16. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** One file's text. Throws where it is no kubeconfig at all; entries that cannot be used are left out and named. */
function parseKubeconfig(
  text: string,
  file: string,
): { config: KubeconfigFile | undefined; reasons: string[] } {
  const { mapping: raw, isEmpty, hasMore } = parseYamlMapping(text);
  const more = hasMore ? ['only the first of its YAML documents is read, as kubectl does'] : [];
  if (isEmpty) return { config: undefined, reasons: more };
  if (raw === undefined) throw new Error('this is not a kubeconfig: its text is no YAML mapping');
  const kind = scalarText(raw['kind']) ?? 'Config';
  if (kind !== 'Config') throw new Error(`this is not a kubeconfig: its kind is "${plainLine(kind)}"`);
  const clusters = readClusters(raw['clusters'], file);
  const users = readUsers(raw['users'], file);
  const contexts = readContexts(raw['contexts']);
  return {
    config: {
      clusters: clusters.entries,
      users: users.entries,
      contexts: contexts.entries,
      currentContext: scalarText(raw['current-context']),
    },
    reasons: [...[clusters, users, contexts].flatMap(({ problem }) => problem ?? []), ...more],
  };
}

function describeContext(
  context: Context,
  cluster: Cluster | undefined,
  current: string | undefined,
): ContextInfo {
  return {
    name: context.name,
    cluster: context.cluster,
    user: context.user,
    isCurrent: context.name === current,
    server: withoutCredentials(cluster?.server ?? ''),
    serverDoubt: cluster && doubtOf(cluster),
  };
}

/** `127.0.0.0/8`, `::1` and `localhost`, as URL writes them. */
const THIS_MACHINE = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function doubtOf({ server, skipTLSVerify }: Cluster): ServerDoubt | undefined {
  const { protocol = '', hostname = '' } = URL.canParse(server) ? new URL(server) : {};
  if (protocol === 'http:') return THIS_MACHINE.test(hostname) ? undefined : 'not-encrypted';
  return skipTLSVerify ? 'not-verified' : undefined;
}

/** The address of a server as it may be shown: a name and a password in it are left out. */
export function withoutCredentials(server: string): string {
  return server.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1');
}

function firstByName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  const byName = new Map<string, T>();
  for (const entry of entries) {
    if (byName.size >= KUBECONFIG.entries) break;
    if (!byName.has(entry.name)) byName.set(entry.name, entry);
  }
  return [...byName.values()];
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error.cause as { readonly code?: unknown } | undefined)?.code : undefined;
}

function problemOf(error: unknown): FileProblem | undefined {
  const problem = error instanceof TriageError ? error.facts['problem'] : undefined;
  return isFileProblem(problem) ? problem : undefined;
}

/** First line only: js-yaml quotes the text around the fault in the lines below, and that may be a token. */
function reasonOf(error: unknown): string {
  if (error instanceof TriageError && error.code === 'file-too-large')
    return `it is larger than ${error.facts['limitBytes']} bytes`;
  if (error instanceof TriageError && error.facts['reason'] !== undefined)
    return String(error.facts['reason']);
  if (error instanceof RangeError) return 'it is nested too deep';
  return plainLine((error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '');
}
