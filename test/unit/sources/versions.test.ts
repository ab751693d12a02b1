import { describe, expect, it } from 'vitest';
import { DEPENDENCY_VERSIONS } from '../../../src/sources/data/dependencyVersions.js';
import { findDependencyVersion, findKubernetesCarrying } from '../../../src/sources/go/dependencyVersion.js';
import { findGoRevision, goMinorOfFile } from '../../../src/sources/go/goVersion.js';
import { kubernetesTagOfModule, parseKubernetesBuild } from '../../../src/sources/go/kubernetesBuild.js';
import { moduleRevision } from '../../../src/sources/go/moduleRevision.js';
import { completeFacts, factsOfComments, factsOfFrames } from '../../../src/sources/profileFacts.js';
import { describeReason } from '../../../src/sources/frame/reason.js';
import { findPackageHome } from '../../../src/sources/repository/repositories.js';
import { framesOfProfile, tableLines } from './fixtureFrames.js';

describe('parseKubernetesBuild', () => {
  it.each([
    ['v1.18.8', 'kubernetes/kubernetes v1.18.8 same'],
    ['1.18.8', 'kubernetes/kubernetes v1.18.8 same'],
    ['v1.19.0-rc.4', 'kubernetes/kubernetes v1.19.0-rc.4 same'],
    ['v1.20.0-alpha.1', 'kubernetes/kubernetes v1.20.0-alpha.1 same'],
    ['v1.19.0-rc.4.197+594f888e19d8da', 'kubernetes/kubernetes 594f888e19d8da same'],
    ['v1.14.1-beta.0.44+b7394102d6ef77', 'kubernetes/kubernetes b7394102d6ef77 same'],
    ['v1.14.1-beta.0.44+b7394102d6ef77-dirty', 'kubernetes/kubernetes b7394102d6ef77 changed'],
    ['v1.28.4+k3s1', 'k3s-io/kubernetes v1.28.4-k3s1 same'],
    ['v1.28.4+rke2r1', 'kubernetes/kubernetes v1.28.4 patched'],
    ['v1.11.6-rancher1-1', 'kubernetes/kubernetes v1.11.6 patched'],
    ['v1.28.5-eks-5e0fdde', 'kubernetes/kubernetes v1.28.5 patched'],
    ['v1.30.5-gke.1014001', 'kubernetes/kubernetes v1.30.5 patched'],
    ['v1.27.7+3c9cbb5', 'openshift/kubernetes 3c9cbb5 same'],
    ['v1.11.0+d4cacc0', 'kubernetes/kubernetes v1.11.0 patched'],
    ['v1.17.1+6af3663', 'kubernetes/kubernetes v1.17.1 patched'],
    ['v1.20.4-aliyun.1', 'kubernetes/kubernetes v1.20.4 patched'],
    ['v1.16.3-tke.34', 'kubernetes/kubernetes v1.16.3 patched'],
    ['v1.26.5+vmware.2-fips.1', 'kubernetes/kubernetes v1.26.5 patched'],
    ['v1.24.4+k0s.0', 'kubernetes/kubernetes v1.24.4 patched'],
    ['v1.25.3-acme', 'kubernetes/kubernetes v1.25.3 patched'],
  ])('%s', (gitVersion, expected) => {
    const { repository, revision, fidelity } = parseKubernetesBuild(gitVersion)!;
    expect(`${repository} ${revision} ${fidelity}`).toBe(expected);
  });

  it.each(['', 'v2.0.0', 'v1', 'v1.18', 'unknown'])('%j is no build', text => {
    expect(parseKubernetesBuild(text)).toBeUndefined();
  });
});

describe('module versions', () => {
  it.each([
    ['v1.2.3', '', 'v1.2.3'],
    ['v0.60.5', 'lib', 'lib/v0.60.5'],
    ['v20.10.2+incompatible', '', 'v20.10.2'],
    ['v1.0.0-rc10', '', 'v1.0.0-rc10'],
    ['v0.0.0-20181113202123-f000fe11ece1', '', 'f000fe11ece1'],
    ['v1.0.0-rc91.0.20200707015106-819fcc687efb', '', '819fcc687efb'],
    ['v1.36.12-0.20260120151049-f2248ac996af', 'sub', 'f2248ac996af'],
    ['v2.1.2-0.20190413222219-f784269be439+incompatible', '', 'f784269be439'],
    ['871ba2e58e24314d1fab4517a80410191ba5ad01', '', '871ba2e58e24314d1fab4517a80410191ba5ad01'],
  ])('%s in %j is %s', (version, folder, revision) => {
    expect(moduleRevision(version, folder)).toBe(revision);
  });

  it.each([
    ['v0.32.5', 'v1.32.5'],
    ['v1.36.2', 'v1.36.2'],
    ['v0.34.0-rc.1', 'v1.34.0-rc.1'],
    ['v0.0.0', undefined],
    ['v0.0.0-20190819141724-e14f31a72a77', undefined],
    ['v12.0.0+incompatible', undefined],
  ])('staging %s is of Kubernetes %s', (version, tag) => {
    expect(kubernetesTagOfModule(version)).toBe(tag);
  });
});

describe('findPackageHome', () => {
  it.each(
    tableLines('modules.txt').filter(
      line => !/^k8s\.io\/(?:kubernetes|api|.*-.*|apimachinery|apiserver|streaming) /.test(line),
    ),
  )('%s', line => {
    const [module = '', version = '', repository, revision, folder = ''] = line.split(' ');
    const home = findPackageHome(`${module}/some/package`, module);
    if (home?.kind !== 'repository') throw new Error('of no repository');
    expect([home.repository, moduleRevision(version, home.subdirectory), home.path]).toEqual([
      repository,
      revision,
      folder === '.' ? 'some/package' : `${folder}/some/package`,
    ]);
  });

  it('knows no repository where the host tells none', () => {
    expect(findPackageHome('example.org/a/b', '')).toBeUndefined();
    expect(findPackageHome('github.com/alone', '')).toBeUndefined();
    expect(findPackageHome('golang.org/toolchain', '')).toBeUndefined();
  });
});

describe('the version table', () => {
  const RUNC = 'github.com/opencontainers/runc/libcontainer/cgroups/fs';
  const CGROUPS = 'github.com/opencontainers/cgroups/fs2';
  const CADVISOR = 'github.com/google/cadvisor/manager';
  const look = (importPath: string, gitVersion: string): string | undefined => {
    const found = findDependencyVersion(importPath, parseKubernetesBuild(gitVersion)!);
    return found && `${found.version} ${found.confidence}`;
  };

  it.each([
    [RUNC, 'v1.13.0', '871ba2e58e24314d1fab4517a80410191ba5ad01 table'],
    [RUNC, 'v1.14.3', undefined],
    [RUNC, 'v1.18.8', 'v1.0.0-rc10 table'],
    [CADVISOR, 'v1.18.8', 'v0.35.0 table'],
    [RUNC, 'v1.21.0', 'v1.0.0-rc93 table'],
    [RUNC, 'v1.21.2', 'v1.0.0-rc93 approximate'],
    [RUNC, 'v1.21.14', 'v1.0.0-rc95 table'],
    [RUNC, 'v1.27.1', 'v1.1.4 table'],
    [RUNC, 'v1.27.2', 'v1.1.6 table'],
    [RUNC, 'v1.32.5', 'v1.2.1 table'],
    [CGROUPS, 'v1.32.5', undefined],
    [CGROUPS, 'v1.33.1', 'v0.0.1 table'],
    [CGROUPS, 'v1.33.10', 'v0.0.1 approximate'],
    [CGROUPS, 'v1.33.13', 'v0.0.3 table'],
    [CADVISOR, 'v1.36.2', 'v0.56.2 table'],
    [CGROUPS, 'v1.40.0', 'v0.0.7 approximate'],
    [RUNC, 'v1.27.7+3c9cbb5', 'v1.1.9 table'],
    [RUNC, 'v1.27.7', 'v1.1.6 table'],
    ['github.com/opencontainers/runcinator/x', 'v1.27.7', undefined],
    ['github.com/spf13/cobra', 'v1.27.7', undefined],
  ])('%s in %s: %s', (importPath, gitVersion, expected) => {
    expect(look(importPath, gitVersion)).toBe(expected);
  });

  it('its runs stand in order and do not overlap', () => {
    for (const row of Object.values(DEPENDENCY_VERSIONS))
      for (const runs of [row.runc, row.cgroups, row.cadvisor])
        for (const [at, [first, last]] of (runs ?? []).entries()) {
          expect(last).toBeGreaterThanOrEqual(first);
          expect(first).toBeGreaterThan(at === 0 ? -1 : runs![at - 1]![1]);
        }
  });

  it('can be asked the other way round', () => {
    expect(findKubernetesCarrying('github.com/google/cadvisor', 'v0.51.0')).toEqual({
      tag: 'v1.32.0',
      dependency: 'cadvisor',
    });
    expect(findKubernetesCarrying('github.com/google/cadvisor/lib', 'v0.60.5')?.tag).toBe('v1.37.0');
    expect(findKubernetesCarrying('github.com/opencontainers/runc', 'v1.1.6')?.tag).toBe('v1.24.14');
    expect(findKubernetesCarrying('github.com/spf13/cobra', 'v1.8.1')).toBeUndefined();
  });
});

describe('findGoRevision', () => {
  const revision = (rootVersion: string, goVersion?: string, kubelet = '', goAtLeast?: number): string => {
    const found = findGoRevision(rootVersion, { goVersion, goAtLeast }, parseKubernetesBuild(kubelet));
    return `${found.revision} ${found.confidence}`;
  };

  it.each([
    ['the root counts first', revision('go1.22.5', 'go1.20.1', 'v1.32.5'), 'go1.22.5 exact'],
    ['then what the kubelet says', revision('', 'go1.20.1', 'v1.32.5'), 'go1.20.1 exact'],
    ['with an experiment after it', revision('', 'go1.24.1 X:nocoverageredesign'), 'go1.24.1 exact'],
    ['a release candidate', revision('', 'go1.25rc1'), 'go1.25rc1 exact'],
    ['go1.19 is a release of its own', revision('', 'go1.19'), 'go1.19 exact'],
    ['a folder go-1.19 may be any patch', revision('go1.19'), 'go1.19 approximate'],
    ['a folder go-1.22 too', revision('go1.22'), 'go1.22.0 approximate'],
    ['then the table, at the release it was seen', revision('', undefined, 'v1.33.0'), 'go1.24.2 table'],
    ['and near it', revision('', undefined, 'v1.33.4'), 'go1.24.2 approximate'],
    ['unless the files are newer', revision('', undefined, 'v1.32.5', 26), 'go1.26.0 approximate'],
    ['then the files alone', revision('', undefined, '', 21), 'go1.21.0 approximate'],
    ['else the newest', revision(''), 'HEAD approximate'],
  ])('%s', (_, found, expected) => {
    expect(found).toBe(expected);
  });

  it.each([
    ['src/runtime/proc.go', 0],
    ['src/slices/sort.go', 21],
    ['src/internal/runtime/maps/map.go', 24],
    ['src/internal/runtime/syscall/linux/asm_linux_amd64.s', 26],
    ['src/internal/runtime/maps/memhash_amd64.s', 27],
  ])('%s appeared in 1.%d', (path, minor) => {
    expect(goMinorOfFile(path)).toBe(minor);
  });
});

describe('what a profile says of its build', () => {
  it.each([
    ['cpu-v1.32-runc-30s.pb.gz', 'v1.32.5', 26],
    ['cpu-cgroupload-30s.pb.gz', 'v1.36.2', 27],
    ['heap-v1.37.pb.gz', 'v1.37.2', 24],
    // Its frames are all of the Go runtime; the folder of the binary names the release.
    ['threadcreate.pb.gz', 'v1.36.2', undefined],
  ])('%s: Kubernetes %s, Go 1.%s or newer', (name, kubeletVersion, goAtLeast) => {
    expect(factsOfFrames(framesOfProfile(name))).toMatchObject({ kubeletVersion, goAtLeast });
  });

  const facts = (...files: string[]) =>
    factsOfFrames(files.map(file => ({ function: 'a.io/b.F', file, module: '/usr/bin/kubelet' })));

  it('the build machine’s release directory', () => {
    expect(
      facts('/workspace/anago-v1.14.1-beta.0.44+b7394102d6ef77/src/k8s.io/kubernetes/pkg/a.go')
        .kubeletVersion,
    ).toBe('v1.14.1-beta.0.44+b7394102d6ef77');
  });

  it('a release that carries the dependencies, as a guess; cAdvisor tells best', () => {
    expect(
      facts('github.com/opencontainers/runc@v1.1.13/a.go', 'github.com/google/cadvisor@v0.51.0/a.go')
        .kubernetesGuess,
    ).toEqual({ tag: 'v1.32.0', dependency: 'cadvisor' });
    expect(
      facts('github.com/google/cadvisor@v0.51.0/a.go', 'k8s.io/api@v0.32.5/a.go').kubernetesGuess,
    ).toBeUndefined();
  });

  it('comments', () => {
    expect(
      factsOfComments(['kubelet v1.18.8', 'kernel: 4.4.227-1.el7.elrepo.x86_64', 'built with go1.13.15']),
    ).toEqual({
      kubeletVersion: 'v1.18.8',
      kernelVersion: '4.4.227-1.el7.elrepo.x86_64',
      goVersion: 'go1.13.15',
    });
    expect(factsOfComments(['kubelet of node a, v2'])).toEqual({
      kubeletVersion: undefined,
      kernelVersion: undefined,
      goVersion: undefined,
    });
  });

  it('what is stated counts before it, and a stated release before a guess', () => {
    const guess = { tag: 'v1.32.0', dependency: 'cadvisor' };
    expect(
      completeFacts(
        { kubeletVersion: 'v1.18.8' },
        { kubeletVersion: 'v1.32.5', kernelVersion: '6.1.0', kubernetesGuess: guess },
      ),
    ).toMatchObject({ kubeletVersion: 'v1.18.8', kernelVersion: '6.1.0', kubernetesGuess: undefined });
    expect(completeFacts({}, { kubernetesGuess: guess }).kubernetesGuess).toBe(guess);
  });
});

describe('describeReason', () => {
  it('names what it is about', () => {
    const { reason } = findDependencyVersion(
      'github.com/opencontainers/cgroups/fs',
      parseKubernetesBuild('v1.33.10')!,
    )!;
    expect(describeReason(reason)).toBe(
      'cgroups changed between two releases in the table around Kubernetes v1.33.10; v0.0.1 is that of 1.33.7.',
    );
  });
});
