/**
 * What a profile's own file names say about the build: the Kubernetes release (`k8s.io/kubernetes@v1.32.5`, a staging
 * module's version, the release directory of the build machine, the folder of the binary) and the oldest Go that has all of its files.
 */
import { findKubernetesCarrying } from './go/dependencyVersion.js';
import type { SourceFacts, SourceFrame } from './frame/frame.js';
import { goMinorOfFile } from './go/goVersion.js';
import { parseGoSymbol } from './go/goSymbol.js';
import { kubernetesTagOfModule } from './go/kubernetesBuild.js';
import { findPackageHome } from './repository/repositories.js';
import { findSourceFile, type ModuleFile } from './go/sourceFile.js';

/** minikube, kubespray and others keep a kubelet below its version: `/var/lib/minikube/binaries/v1.28.3/kubelet`. */
const INSTALLED = /\/(v1\.\d+\.\d[\w.+-]*)\/(?:bin\/)?(?:kubelet|hyperkube)$/;

/** The facts of a profile, from its distinct functions. Says nothing (undefined) where the names say nothing. */
export function factsOfFrames(
  frames: Iterable<Pick<SourceFrame, 'function' | 'file' | 'module'>>,
): SourceFacts {
  const found: Findings = { goAtLeast: 0 };
  for (const frame of frames) readFrame(frame, found);
  const kubeletVersion = found.kubernetes ?? found.released ?? found.installed;
  return {
    kubeletVersion,
    goVersion: found.go,
    goAtLeast: found.goAtLeast === 0 ? undefined : found.goAtLeast,
    kubernetesGuess: kubeletVersion === undefined ? found.guess : undefined,
    architecture: found.architecture,
  };
}

interface Findings {
  kubernetes?: string | undefined;
  /** The release directory of the build machine. */
  released?: string | undefined;
  /** The directory the kubelet's binary lies in. */
  installed?: string | undefined;
  go?: string | undefined;
  goAtLeast: number;
  guess?: SourceFacts['kubernetesGuess'];
  architecture?: string | undefined;
}

function readFrame(
  { function: name, file, module }: Pick<SourceFrame, 'function' | 'file' | 'module'>,
  found: Findings,
): void {
  found.released ??= /\/anago-(v1\.\d+\.\d[^/]*)\//.exec(file)?.[1];
  found.installed ??= INSTALLED.exec(module)?.[1];
  found.architecture ??= /_(amd64|arm64)\.s$/.exec(file)?.[1];
  const source = findSourceFile(file, parseGoSymbol(name));
  if (source.kind === 'go') readGoFile(source.path, source.version, found);
  else if (source.kind === 'module' && source.version !== '') readModule(source, found);
}

function readGoFile(path: string, rootVersion: string, found: Findings): void {
  found.goAtLeast = Math.max(found.goAtLeast, goMinorOfFile(path));
  if (rootVersion !== '') found.go ??= rootVersion;
}

function readModule({ directory, module, version }: ModuleFile, found: Findings): void {
  if (findPackageHome(directory, module)?.kind === 'kubernetes')
    found.kubernetes ??= kubernetesTagOfModule(version);
  else found.guess = surer(found.guess, findKubernetesCarrying(module, version));
}

/** What the comments of a profile say: `kubelet v1.18.8`, `kernel: 4.4.227-1.el7.elrepo.x86_64`, `go1.13.15`. */
export function factsOfComments(comments: readonly string[]): SourceFacts {
  const text = comments.join('\n');
  return {
    kubeletVersion: /\bkubelet(?:[ _-]?version)?\W{1,4}(v1\.\d+\.\d[\w.+-]*)/i.exec(text)?.[1],
    kernelVersion: /\bkernel(?:[ _-]?version)?\W{1,4}(\d+\.\d+[\w.+-]*)/i.exec(text)?.[1],
    goVersion: /\b(go1\.\d+(?:\.\d+|rc\d+|beta\d+)?)\b/.exec(text)?.[1],
  };
}

/** What is stated, completed by what the profile says. */
export function completeFacts(stated: SourceFacts, ofProfile: SourceFacts): SourceFacts {
  return {
    kubeletVersion: stated.kubeletVersion ?? ofProfile.kubeletVersion,
    kernelVersion: stated.kernelVersion ?? ofProfile.kernelVersion,
    goVersion: stated.goVersion ?? ofProfile.goVersion,
    goAtLeast: stated.goAtLeast ?? ofProfile.goAtLeast,
    kubernetesGuess:
      stated.kubeletVersion === undefined ? (stated.kubernetesGuess ?? ofProfile.kubernetesGuess) : undefined,
    architecture: stated.architecture ?? ofProfile.architecture,
    cgroupVersion: stated.cgroupVersion ?? ofProfile.cgroupVersion,
  };
}

/** cAdvisor changes with almost every minor release, the others stay for several. */
function surer(current: Findings['guess'], next: Findings['guess']): Findings['guess'] {
  return current === undefined || (next?.dependency === 'cadvisor' && current.dependency !== 'cadvisor')
    ? (next ?? current)
    : current;
}
