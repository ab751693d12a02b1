/**
 * What a kubeconfig's YAML says, field by field, as clusters, users and contexts. Only texts, numbers and lists of them are
 * taken, each to a limit: only what was asked for is walked. Fields: client-go, tools/clientcmd/api/v1/types.go.
 *
 * client-node's own `loadFromString` is not used: it takes any value for any field, reads `token-file` at once on the
 * extension host's thread, and leaves out `tokenFile`, `as-uid`, `as-groups`, `as-user-extra` and numbers as names.
 */
import path from 'node:path';
import type { Cluster, Context, User } from '@kubernetes/client-node';
import { KUBECONFIG } from '../../base/limits.js';
import { readAuthProvider, type AuthProvider } from './authProvider.js';
import { readExecSpec, type ExecSpec } from './execSpec.js';
import { listOf, scalarText } from './kubeconfigValues.js';
import { asRecord, isTrue } from './yamlMapping.js';

export interface ClusterEntry extends Cluster {
  /** Absolute path of the kubeconfig that defines it. */
  readonly file: string;
}

/** What client-node's User has no field for, or what it must not act upon. */
export interface UserExtras {
  /** Absolute path of the kubeconfig that defines it. */
  readonly file: string;
  readonly exec: ExecSpec | undefined;
  readonly provider: AuthProvider | undefined;
  /** Absolute path of a file that holds a bearer token. */
  readonly tokenFile: string | undefined;
  /** Impersonate-Uid, -Group and -Extra headers; Impersonate-User is client-node's. */
  readonly impersonation: Readonly<Record<string, string | string[]>>;
}

export interface UserEntry extends User {
  readonly extras: UserExtras;
}

/** One kind of entry: those that can be used, and why others cannot. */
export interface Entries<T> {
  readonly entries: readonly T[];
  readonly problem: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

export function readClusters(list: unknown, file: string): Entries<ClusterEntry> {
  return readEntries('clusters', list, (name, entry) => {
    const fields = asRecord(entry['cluster']);
    const server = fields && scalarText(fields['server']);
    if (fields === undefined || server === undefined) return undefined;
    return {
      name,
      file,
      server: server.replace(/\/$/, ''),
      skipTLSVerify: isTrue(fields['insecure-skip-tls-verify']),
      ...textField('caData', dataText(fields['certificate-authority-data'])),
      ...textField('caFile', pathIn(file, fields['certificate-authority'])),
      ...textField('tlsServerName', scalarText(fields['tls-server-name'])),
      ...textField('proxyUrl', scalarText(fields['proxy-url'])),
    };
  });
}

export function readContexts(list: unknown): Entries<Context> {
  return readEntries('contexts', list, (name, entry) => {
    const fields = asRecord(entry['context']) ?? {};
    const cluster = nameIn(fields['cluster']);
    const user = nameIn(fields['user']);
    // kubectl lists a context without a cluster, and cannot use it; one without a user is anonymous.
    return cluster === undefined || user === undefined ? undefined : { name, cluster, user };
  });
}

export function readUsers(list: unknown, file: string): Entries<UserEntry> {
  return readEntries('users', list, (name, entry) => {
    const fields = asRecord(entry['user']) ?? {};
    return {
      name,
      ...textField('certData', dataText(fields['client-certificate-data'])),
      ...textField('certFile', pathIn(file, fields['client-certificate'])),
      ...textField('keyData', dataText(fields['client-key-data'])),
      ...textField('keyFile', pathIn(file, fields['client-key'])),
      ...textField('token', dataText(fields['token'])),
      ...textField('username', scalarText(fields['username'])),
      ...textField('password', scalarText(fields['password'])),
      ...textField('impersonateUser', scalarText(fields['as'])),
      extras: {
        file,
        exec: readExecSpec(fields['exec'], path.dirname(file)),
        provider: readAuthProvider(fields['auth-provider']),
        tokenFile: pathIn(file, fields['tokenFile']),
        impersonation: readImpersonation(fields),
      },
    };
  });
}

/** `name: 123` is a number to YAML and a name to people. */
function readEntries<T>(
  kind: string,
  list: unknown,
  read: (name: string, entry: Fields) => T | undefined,
): Entries<T> {
  const items = Array.isArray(list) ? (list as readonly unknown[]) : [];
  const entries = items.slice(0, KUBECONFIG.entries).flatMap(item => {
    const entry = asRecord(item);
    const name = entry && scalarText(entry['name']);
    const value = entry === undefined || name === undefined ? undefined : read(name, entry);
    return value === undefined ? [] : [value];
  });
  if (items.length > KUBECONFIG.entries)
    return { entries, problem: `only the first ${KUBECONFIG.entries} entries in "${kind}" are read` };
  const dropped = items.length - entries.length;
  if (dropped === 0) return { entries, problem: undefined };
  const why = 'a name, a cluster or a server is missing, or longer than any';
  return { entries, problem: `${dropped} of the entries in "${kind}" cannot be used (${why})` };
}

/** A name that may be missing; undefined where it is longer than any. */
function nameIn(value: unknown): string | undefined {
  const isMissing = value === undefined || value === null || value === '';
  return isMissing ? '' : scalarText(value);
}

/** Certificates and tokens are as long as their file lets them be. */
function dataText(value: unknown): string | undefined {
  return scalarText(value, KUBECONFIG.bytes);
}

function pathIn(file: string, value: unknown): string | undefined {
  const text = scalarText(value);
  return text === undefined ? undefined : path.resolve(path.dirname(file), text);
}

/** client-node's optional fields are absent rather than undefined. */
function textField<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return (value === undefined ? {} : { [key]: value }) as Partial<Record<K, string>>;
}

/** Header names and encoding as in client-go, transport/round_trippers.go (impersonatingRoundTripper). */
function readImpersonation(user: Fields): Record<string, string | string[]> {
  const uid = scalarText(user['as-uid']);
  const groups = textsOf(user['as-groups']);
  const extra = Object.entries(asRecord(user['as-user-extra']) ?? {}).slice(0, KUBECONFIG.items);
  return {
    ...(uid === undefined ? {} : { 'Impersonate-Uid': uid }),
    ...(groups.length > 0 ? { 'Impersonate-Group': groups } : {}),
    ...Object.fromEntries(
      extra.map(([key, values]) => [
        `Impersonate-Extra-${encodeURIComponent(key.toWellFormed())}`,
        textsOf(values),
      ]),
    ),
  };
}

function textsOf(value: unknown): string[] {
  return listOf(value).filter(item => typeof item === 'string');
}
