/**
 * From a source file to its places: repository, revision, path, and how sure that is. The order of versions is the
 * file name's own, the build's, the table's, and then the newest source, said so.
 */
import { findDependencyVersion } from '../go/dependencyVersion.js';
import type { Confidence, SourceFacts, SourcePlace } from '../frame/frame.js';
import { findGoRevision } from '../go/goVersion.js';
import { kubernetesTagOfModule, parseKubernetesBuild, type KubernetesBuild } from '../go/kubernetesBuild.js';
import { moduleRevision } from '../go/moduleRevision.js';
import { because, type Reason } from '../frame/reason.js';
import { findPackageHome, type PackageHome } from './repositories.js';
import type { ModuleFile, SourceFile } from '../go/sourceFile.js';

export interface Located {
  readonly place: SourcePlace;
  readonly confidence: Confidence;
  readonly reasons: readonly Reason[];
}

export interface LocatedSource {
  readonly source: Located | undefined;
  readonly vendored?: Located | undefined;
  readonly published?: Located | undefined;
  /** Why there is no source. */
  readonly reasons: readonly Reason[];
}

type KubernetesHome = Extract<PackageHome, { kind: 'kubernetes' }>;
type RepositoryHome = Extract<PackageHome, { kind: 'repository' }>;

/** A revision of some repository. */
interface Revision {
  readonly repository: string;
  readonly revision: string;
  readonly confidence: Confidence;
  readonly reasons: readonly Reason[];
}

/** Where the file is, in its own repository and in its copies. Lines are the caller's. */
export function locateSource(file: Exclude<SourceFile, { kind: 'none' }>, facts: SourceFacts): LocatedSource {
  const build = parseKubernetesBuild(facts.kubeletVersion ?? facts.kubernetesGuess?.tag ?? '');
  if (file.kind === 'go') {
    const { revision, confidence, reason } = findGoRevision(file.version, facts, build);
    const isFolder = !/\.\w+$/.test(file.path);
    const place = placeOf('golang/go', revision, file.path, isFolder);
    return { source: { place, confidence, reasons: reason ? [reason] : [] }, reasons: [] };
  }
  const home = findPackageHome(file.directory, file.module);
  if (!home) return ofUnknownHost(file, build, facts);
  return home.kind === 'kubernetes'
    ? inKubernetes(file, home, build, facts)
    : inRepository(file, home, build, facts);
}

/** What was vendored without a version opens in the vendored tree, on any host. */
function ofUnknownHost(
  file: ModuleFile,
  build: KubernetesBuild | undefined,
  facts: SourceFacts,
): LocatedSource {
  const importPath = file.module || file.directory;
  const vendored = file.version === '' ? vendoredCopy(file, build, facts) : undefined;
  if (!vendored || !build)
    return { source: undefined, reasons: [because('repository-unknown', { importPath })] };
  const reason = because('vendored-copy', { module: importPath, kubernetes: build.tag });
  return { source: { ...vendored, reasons: [reason, ...vendored.reasons] }, vendored, reasons: [] };
}

function inKubernetes(
  file: ModuleFile,
  home: KubernetesHome,
  build: KubernetesBuild | undefined,
  facts: SourceFacts,
): LocatedSource {
  const { staging } = home;
  const commit = moduleRevision(file.version, '');
  const isCommit = /^[0-9a-f]{12}$/.test(commit);
  const below = home.path.replace(/^staging\/src\/k8s\.io\/[^/]+\/?/, '');
  if (isCommit && staging !== undefined)
    return {
      source: {
        place: modulePlace(`kubernetes/${staging}`, commit, below, file),
        confidence: 'exact',
        reasons: [],
      },
      reasons: [],
    };
  const tag = kubernetesTagOfModule(file.version);
  const revision: Revision = isCommit
    ? { repository: 'kubernetes/kubernetes', revision: commit, confidence: 'exact', reasons: [] }
    : kubernetesRevision(tag, build, facts);
  const { confidence, reasons } = revision;
  const place = modulePlace(revision.repository, revision.revision, home.path, file);
  return {
    source: { place, confidence, reasons },
    published:
      staging === undefined || revision.repository !== 'kubernetes/kubernetes' || isCommit
        ? undefined
        : published(file, staging, below, revision),
    reasons: [],
  };
}

/** The published repository has the release as v0.X.Y (before 1.17 as kubernetes-1.X.Y). */
function published(
  file: ModuleFile,
  staging: string,
  below: string,
  { revision, confidence, reasons }: Revision,
): Located | undefined {
  const match = /^v1\.(\d+)\.(.+)$/.exec(revision);
  if (!match) return undefined;
  const [, minor = '', rest = ''] = match;
  const tag = Number(minor) >= 17 ? `v0.${minor}.${rest}` : `kubernetes-1.${minor}.${rest}`;
  return { place: modulePlace(`kubernetes/${staging}`, tag, below, file), confidence, reasons };
}

function kubernetesRevision(
  tag: string | undefined,
  build: KubernetesBuild | undefined,
  facts: SourceFacts,
): Revision {
  if (tag !== undefined && build?.tag !== tag) {
    const reasons =
      build === undefined || facts.kubeletVersion === undefined
        ? []
        : [because('versions-differ', { file: tag, kubelet: build.gitVersion })];
    return { repository: 'kubernetes/kubernetes', revision: tag, confidence: 'exact', reasons };
  }
  return build
    ? buildRevision(build, facts)
    : {
        repository: 'kubernetes/kubernetes',
        revision: 'HEAD',
        confidence: 'approximate',
        reasons: [because('kubernetes-unknown', {})],
      };
}

function buildRevision(build: KubernetesBuild, facts: SourceFacts): Revision {
  const { repository, revision, vendor, gitVersion, tag } = build;
  const reasons: Reason[] = [...guessReasons(facts, build)];
  if (build.fidelity === 'patched')
    reasons.push(because('vendor-patches', { vendor, version: gitVersion, kubernetes: tag }));
  if (build.fidelity === 'changed') reasons.push(because('local-changes', { version: gitVersion }));
  return { repository, revision, confidence: reasons.length === 0 ? 'exact' : 'approximate', reasons };
}

function inRepository(
  file: ModuleFile,
  home: RepositoryHome,
  build: KubernetesBuild | undefined,
  facts: SourceFacts,
): LocatedSource {
  const vendored = vendoredCopy(file, build, facts);
  if (file.version !== '' && file.version !== 'v0.0.0') {
    const place = repositoryPlace(file, home, file.version, home.subdirectory);
    return { source: { place, confidence: 'exact', reasons: [] }, vendored, reasons: [] };
  }
  const tabled = build && findDependencyVersion(file.directory, build);
  if (tabled) {
    const guessed = guessReasons(facts, build);
    const source: Located = {
      place: repositoryPlace(file, home, tabled.version, subdirectoryOf(file, tabled.module)),
      confidence: guessed.length > 0 ? 'approximate' : tabled.confidence,
      reasons: [tabled.reason, ...guessed],
    };
    return { source, vendored, reasons: [] };
  }
  if (file.isOwn && home.repository.endsWith('/k3s') && build?.vendor === 'k3s') {
    const place = repositoryPlace(file, { ...home, repository: 'k3s-io/k3s' }, build.gitVersion, '');
    return { source: { place, confidence: 'exact', reasons: [] }, reasons: [] };
  }
  if (vendored && build) {
    const reason = because('vendored-copy', { module: home.root, kubernetes: build.tag });
    return { source: { ...vendored, reasons: [reason, ...vendored.reasons] }, vendored, reasons: [] };
  }
  return {
    source: {
      place: repositoryPlace(file, home, 'HEAD', ''),
      confidence: 'approximate',
      reasons: [because('version-unknown', { module: home.root })],
    },
    vendored,
    reasons: [],
  };
}

/** Where a module lies that the file name did not tell, for its tags. */
function subdirectoryOf(file: ModuleFile, module: string): string {
  const home = findPackageHome(file.directory, module);
  return home?.kind === 'repository' ? home.subdirectory : '';
}

function guessReasons(facts: SourceFacts, build: KubernetesBuild): readonly Reason[] {
  const guess = facts.kubeletVersion === undefined ? facts.kubernetesGuess : undefined;
  return guess
    ? [because('kubernetes-guessed', { kubernetes: build.tag, dependency: guess.dependency })]
    : [];
}

function repositoryPlace(
  file: ModuleFile,
  home: RepositoryHome,
  version: string,
  subdirectory: string,
): SourcePlace {
  // OpenShift replaces cAdvisor by its own fork, whose tags say so.
  const isFork = home.repository === 'google/cadvisor' && version.includes('-openshift-');
  const repository = isFork ? 'openshift/google-cadvisor' : home.repository;
  return {
    ...modulePlace(repository, moduleRevision(version, subdirectory), home.path, file),
    host: home.host,
  };
}

/** Kubernetes commits what it vendors; until 1.2 below Godeps. The built module's own files have no copy there. */
function vendoredCopy(
  file: ModuleFile,
  build: KubernetesBuild | undefined,
  facts: SourceFacts,
): Located | undefined {
  if (!build || file.isOwn) return undefined;
  const { repository, revision, confidence, reasons } = buildRevision(build, facts);
  const root = build.minor <= 2 ? 'Godeps/_workspace/src' : 'vendor';
  return {
    place: modulePlace(repository, revision, `${root}/${file.directory}`, file),
    confidence,
    reasons,
  };
}

function modulePlace(repository: string, revision: string, folder: string, file: ModuleFile): SourcePlace {
  const path = [folder, file.base].filter(part => part !== '').join('/');
  return placeOf(repository, revision, path, file.base === '');
}

function placeOf(repository: string, revision: string, path: string, isFolder: boolean): SourcePlace {
  const kind = isFolder ? 'folder' : 'file';
  return { repository, host: 'github.com', revision, path, kind, line: 0 };
}
