/**
 * From an import path to the repository that has it, and to the place of the package in there. Revisions are
 * moduleRevision.ts's and kubernetesBuild.ts's business.
 */
import { entryOf } from '../../base/jsonFields.js';
import {
  MAJOR_FOLDERS,
  REPOSITORY_BY_PREFIX,
  STAGING,
  SUBDIRECTORY_BY_PREFIX,
} from '../data/repositoryTable.js';

export type PackageHome =
  /** In the Kubernetes tree: its own packages and the staging modules. `path` is that of the package's folder. */
  | { readonly kind: 'kubernetes'; readonly path: string; readonly staging: string | undefined }
  | {
      readonly kind: 'repository';
      readonly host: string;
      /** `owner/name` */
      readonly repository: string;
      /** The package's folder in the repository; '' is the root. */
      readonly path: string;
      /** Import path of the repository's root, major version included: what a version is asked for. */
      readonly root: string;
      /** Where the module lies in the repository, for its tags. */
      readonly subdirectory: string;
    };

interface Root {
  readonly host: string;
  readonly repository: string;
  /** The import path that the repository's root has. */
  readonly prefix: string;
}

/**
 * @param importPath of the package
 * @param module the module's path where the file name gives it, else ''
 * @returns undefined for an unknown host
 */
export function findPackageHome(importPath: string, module: string): PackageHome | undefined {
  const inTree = kubernetesTree(importPath);
  if (inTree) return inTree;
  const root = findRoot(importPath);
  if (!root) return undefined;
  const below = importPath.slice(root.prefix.length + 1);
  const base = entryOf(SUBDIRECTORY_BY_PREFIX, root.prefix) ?? '';
  const moduleBelow = module.length > root.prefix.length ? module.slice(root.prefix.length + 1) : '';
  return {
    kind: 'repository',
    host: root.host,
    repository: root.repository,
    path: joined(base, withoutMajor(root.prefix, below, moduleBelow)),
    root: root.prefix + (/^(?:\/v\d+)/.exec(`/${below}`)?.[0] ?? ''),
    subdirectory: joined(base, moduleBelow.replace(/(?:^|\/)v\d+$/, '')),
  };
}

function kubernetesTree(importPath: string): PackageHome | undefined {
  const match = /^k8s\.io\/([^/]+)(?:\/(.*))?$/.exec(importPath);
  if (!match) return undefined;
  const [, name = '', below = ''] = match;
  if (name === 'kubernetes') return { kind: 'kubernetes', path: below, staging: undefined };
  if (!STAGING.has(name)) return undefined;
  return { kind: 'kubernetes', path: joined(`staging/src/k8s.io/${name}`, below), staging: name };
}

/** Hosts whose import paths follow a rule; all others are in the table. */
const RULES: Readonly<Record<string, (segments: readonly string[]) => Root | undefined>> = {
  'github.com': ownerAndName,
  'gitlab.com': ownerAndName,
  'bitbucket.org': ownerAndName,
  'golang.org': ([host, x, name = '']) =>
    x === 'x' ? onGitHub(`golang/${name}`, `${host ?? ''}/x/${name}`) : undefined,
  'go.uber.org': ([host, name = '']) => onGitHub(`uber-go/${name}`, `${host ?? ''}/${name}`),
  'sigs.k8s.io': ([host, name = '']) => onGitHub(`kubernetes-sigs/${name}`, `${host ?? ''}/${name}`),
  'gopkg.in': gopkg,
};

function findRoot(importPath: string): Root | undefined {
  const segments = importPath.split('/');
  return findPrefix(importPath) ?? entryOf(RULES, segments[0] ?? '')?.(segments);
}

function ownerAndName([host = '', owner = '', name = '']: readonly string[]): Root | undefined {
  const repository = `${owner}/${name}`;
  return name === '' ? undefined : { host, repository, prefix: `${host}/${repository}` };
}

function onGitHub(repository: string, prefix: string): Root {
  return { host: 'github.com', repository, prefix };
}

function findPrefix(importPath: string): Root | undefined {
  for (let prefix = importPath; prefix.includes('.'); prefix = prefix.slice(0, prefix.lastIndexOf('/'))) {
    const repository = entryOf(REPOSITORY_BY_PREFIX, prefix);
    if (repository !== undefined) {
      const hosted = /^([^/.]+\.[^/]+)\/(.+)$/.exec(repository);
      return hosted
        ? { host: hosted[1] ?? '', repository: hosted[2] ?? '', prefix }
        : onGitHub(repository, prefix);
    }
    if (!prefix.includes('/')) return undefined;
  }
  return undefined;
}

/** gopkg.in/yaml.v3 is go-yaml/yaml; gopkg.in/natefinch/lumberjack.v2 is natefinch/lumberjack. */
function gopkg(segments: readonly string[]): Root | undefined {
  const [host = '', first = '', second = ''] = segments;
  const short = /^([\w-]+)\.v\d+$/.exec(first)?.[1];
  if (short !== undefined) return onGitHub(`go-${short}/${short}`, `${host}/${first}`);
  const long = /^([\w-]+)\.v\d+$/.exec(second)?.[1];
  return long === undefined ? undefined : onGitHub(`${first}/${long}`, `${host}/${first}/${second}`);
}

/**
 * The package's folder: a major version is part of the import path, not of the tree (`klog/v2` is the root of klog),
 * but for the few modules that really keep a folder of that name.
 */
function withoutMajor(prefix: string, below: string, moduleBelow: string): string {
  for (const folder of MAJOR_FOLDERS) {
    if (`${prefix}/${below}/`.startsWith(`${folder}/`)) return below;
  }
  const marked = moduleBelow === '' ? (/^v\d+(?=\/|$)/.exec(below)?.[0] ?? '') : moduleBelow;
  const major = /(?:^|\/)v[2-9]\d*$|(?:^|\/)v1\d+$/.exec(marked);
  if (!major || !`${below}/`.startsWith(`${marked}/`)) return below;
  return joined(marked.slice(0, major.index), below.slice(marked.length + 1));
}

function joined(...parts: readonly string[]): string {
  return parts.filter(part => part !== '').join('/');
}
