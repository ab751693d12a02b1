/**
 * What goes into a link and what comes out: the shapes of this room. Types and constants only.
 */
import type { Reason } from './reason.js';

/** One frame as a profile has it. Absent text is '', an absent line 0. */
export interface SourceFrame {
  readonly function: string;
  readonly file: string;
  /** The line that was executing. */
  readonly line: number;
  /** The function's first line; 0 in profiles of Go before 1.21. */
  readonly startLine: number;
  /** The binary, shared object or kernel module: `/usr/bin/kubelet`, `[kernel.kallsyms]`. */
  readonly module: string;
}

/** What is known of the node and of the build that ran there. */
export interface SourceFacts {
  /** The kubelet's gitVersion: `v1.18.8`, `v1.28.5-eks-5e0fdde`, `v1.28.4+k3s1`. */
  readonly kubeletVersion?: string | undefined;
  /** `uname -r`. */
  readonly kernelVersion?: string | undefined;
  /** The Go release the kubelet was built with: `go1.22.5`. */
  readonly goVersion?: string | undefined;
  /** The oldest Go minor release that has every file the profile names (22 for Go 1.22). */
  readonly goAtLeast?: number | undefined;
  /** A Kubernetes release that carries what the profile's files name, where nothing better is known. */
  readonly kubernetesGuess?: { readonly tag: string; readonly dependency: string } | undefined;
  /** `amd64` or `arm64`, where the node or a file name says so. */
  readonly architecture?: string | undefined;
  /** Cgroup version of the node, where it was read. */
  readonly cgroupVersion?: 1 | 2 | undefined;
}

/**
 * How sure a link is, best first. `exact`: the revision is written in the file name, or the build's own version names
 * it. `table`: by a version table. `approximate`: the best guess, and the reason says why it is one. `none`: no link.
 */
export type Confidence = 'exact' | 'table' | 'approximate' | 'none';

const ORDER: readonly Confidence[] = ['exact', 'table', 'approximate', 'none'];

/** The weaker of two. */
export function weakest(a: Confidence, b: Confidence): Confidence {
  return ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b;
}

/** A place in a repository at a revision. `line` is 0 where none may be claimed. */
export interface SourcePlace {
  /** `owner/name` as upstream has it, whatever mirror a template leads to. */
  readonly repository: string;
  /** Where the repository lives: `github.com`, `bitbucket.org`. */
  readonly host: string;
  /** A tag, a commit, or `HEAD`. */
  readonly revision: string;
  /** Inside the repository, no leading slash; '' where an identifier page needs none. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'identifier';
  readonly line: number;
}

export interface SourceLink extends SourcePlace {
  readonly url: string;
  readonly confidence: Confidence;
  readonly reasons: readonly Reason[];
}

/** The kernel function a frame is, or the one that serves it. */
export interface KernelLink {
  readonly symbol: string;
  /** Version tag the link is at: `v4.4.227`; `latest` where the node's kernel is unknown. */
  readonly tag: string;
  /** The identifier page: it needs no path and no line. */
  readonly url: string;
  /** The defining file, where the table has it. */
  readonly file: SourceLink | undefined;
  readonly confidence: Confidence;
  /** The file that it makes, where the function reads others besides: `memory.stat`. */
  readonly serves?: string | undefined;
  readonly reasons: readonly Reason[];
}

/** Where the same file may lie on this machine; every path relative, with forward slashes. */
export interface LocalPaths {
  /** Below GOMODCACHE, escaped as Go does it. Only with a version in the file name. */
  readonly moduleCache: string | undefined;
  /** Below GOROOT. */
  readonly goRoot: string | undefined;
  /** Below a checkout of `repository`. */
  readonly repository: { readonly name: string; readonly path: string } | undefined;
  /** Below a Kubernetes checkout, for what Kubernetes vendors. */
  readonly vendored: string | undefined;
}

export interface FrameLinks {
  /** The best link to the source, or undefined with a reason. */
  readonly source: SourceLink | undefined;
  /** The copy in the Kubernetes repository, where the frame's code is vendored there. */
  readonly vendored: SourceLink | undefined;
  /** The published repository of a staging module (kubernetes/client-go). */
  readonly published: SourceLink | undefined;
  readonly kernel: KernelLink | undefined;
  readonly confidence: Confidence;
  /** Everything that keeps the source link from being exact, or from being. */
  readonly reasons: readonly Reason[];
  readonly local: LocalPaths;
  /** Regular expressions (flag `m`), the surest first, that find the function by its name where no line can be trusted. */
  readonly declarations: readonly string[];
}
