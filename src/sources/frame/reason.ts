/**
 * Why a link is not exact, or is not there. A code and facts, so that the editor can say it in the user's language;
 * the English sentence for the command line is made here.
 */

/** Facts by code. A new code needs a sentence below (the compiler asks for it). */
export interface ReasonFacts {
  /** Nothing to link to. */
  'no-function': object;
  generated: object;
  'cgo-generated': object;
  'no-package': { readonly function: string };
  'native-code': { readonly module: string };
  'path-unknown': { readonly file: string };
  'repository-unknown': { readonly importPath: string };
  /** The place is known only in part. */
  'no-file': { readonly package: string };
  'no-line': object;
  /** The revision is not certain. */
  'version-table': {
    readonly dependency: string;
    readonly version: string;
    readonly kubernetes: string;
    readonly seen: string;
  };
  'version-between': {
    readonly dependency: string;
    readonly version: string;
    readonly kubernetes: string;
    readonly seen: string;
  };
  'version-minor': {
    readonly dependency: string;
    readonly version: string;
    readonly kubernetes: string;
    readonly nearest: string;
  };
  'version-unknown': { readonly module: string };
  'vendored-copy': { readonly module: string; readonly kubernetes: string };
  'go-first-release': { readonly go: string; readonly kubernetes: string };
  'go-minor-only': { readonly go: string };
  'go-files': { readonly go: string };
  'go-unknown': object;
  'kubernetes-unknown': object;
  'kubernetes-guessed': { readonly kubernetes: string; readonly dependency: string };
  'vendor-patches': { readonly vendor: string; readonly version: string; readonly kubernetes: string };
  'local-changes': { readonly version: string };
  'versions-differ': { readonly file: string; readonly kubelet: string };
  /** Kernel. */
  'kernel-vendor': { readonly release: string; readonly vendor: string; readonly tag: string };
  'kernel-unknown': object;
  'kernel-line': { readonly version: string };
  'kernel-several': { readonly function: string; readonly file: string };
}

export type ReasonCode = keyof ReasonFacts;

export type Reason = {
  readonly [Code in ReasonCode]: { readonly code: Code; readonly facts: ReasonFacts[Code] };
}[ReasonCode];

/** A reason, with the facts its code asks for. */
export function because<Code extends ReasonCode>(code: Code, facts: ReasonFacts[Code]): Reason {
  // The compiler does not follow a generic code into the union; the signature is what ties code and facts together.
  return { code, facts } as Reason;
}

type Sentences = { readonly [Code in ReasonCode]: (facts: ReasonFacts[Code]) => string };

const SENTENCES: Sentences = {
  'no-function': () => 'The profile has no function for this frame.',
  generated: () => 'The compiler generated this function; it has no source.',
  'cgo-generated': () => 'cgo generated this function; its source is not kept.',
  'no-package': f => `${f.function} has no package and the profile names no file.`,
  'native-code': f => `Native code of ${f.module}; only Go and the kernel are mapped.`,
  'path-unknown': f => `No known build layout has a file ${f.file}.`,
  'repository-unknown': f => `No repository is known for ${f.importPath}.`,
  'no-file': f => `The profile names no file: the link opens the folder of package ${f.package}.`,
  'no-line': () => 'The profile names no line: find the function by its name.',
  'version-table': f =>
    `${f.dependency} ${f.version} by the version table for Kubernetes ${f.kubernetes} (seen at ${f.seen}).`,
  'version-between': f =>
    `${f.dependency} changed between two releases in the table around Kubernetes ${f.kubernetes}; ${f.version} is that of ${f.seen}.`,
  'version-minor': f =>
    `The version table does not reach Kubernetes ${f.kubernetes}; ${f.dependency} ${f.version} is that of ${f.nearest}.`,
  'version-unknown': f =>
    `The version of ${f.module} is not known: the link opens the newest source, without a line.`,
  'vendored-copy': f =>
    `The version of ${f.module} is not known: the link opens the copy in Kubernetes ${f.kubernetes}.`,
  'go-first-release': f =>
    `Built with Go as for the first release of Kubernetes ${f.kubernetes}, taken to be ${f.go}; the patch release may differ.`,
  'go-minor-only': f => `Only the minor release of Go is known: lines are those of ${f.go}.`,
  'go-files': f =>
    `The profile names files that Go has only from ${f.go} on; which patch release it was is not known.`,
  'go-unknown': () =>
    'The Go version is not known: the link opens the newest source, without a line. Pass the kubelet version.',
  'kubernetes-unknown': () =>
    'The Kubernetes version is not known: the link opens the newest source, without a line. Pass the kubelet version.',
  'kubernetes-guessed': f =>
    `The Kubernetes version is not known; ${f.kubernetes} is a release that carries ${f.dependency}.`,
  'vendor-patches': f =>
    `${f.version} is a build of ${f.vendor}, whose patches are not in Kubernetes ${f.kubernetes}: lines may be off.`,
  'local-changes': f => `${f.version} was built from a changed tree: lines may be off.`,
  'versions-differ': f => `The file name says ${f.file}, the kubelet ${f.kubelet}: the file name counts.`,
  'kernel-vendor': f =>
    `${f.release} is a kernel of ${f.vendor}: the identifier is shown as of ${f.tag}, its own source may differ.`,
  'kernel-unknown': () => 'The kernel version is not known: the identifier is shown as of the newest kernel.',
  'kernel-line': f =>
    `The line is from a table made of a distribution's source of ${f.version}; it may be off by a few.`,
  'kernel-several': f =>
    `${f.function} reads several files of the kernel: this serves ${f.file}, the line may be about another.`,
};

/** The English sentence of a reason. */
export function describeReason(reason: Reason): string {
  return (SENTENCES[reason.code] as (facts: object) => string)(reason.facts);
}
