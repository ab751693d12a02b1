/**
 * Tells files of the Go distribution from all others. Knows where distributions of Go are installed and which top
 * level names the standard library has; not which version a kubelet was built with (goVersion.ts).
 */

/** First path segments of the standard library (`vendor` is Go's own vendor tree, with a trimmed path). */
const STANDARD = new Set(
  (
    'archive bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt ' +
    'go hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime slices ' +
    'sort strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak'
  ).split(' '),
);

/** Whether an import path is of the standard library. */
export function isStandardPackage(packagePath: string): boolean {
  return STANDARD.has(packagePath.split('/', 1)[0] ?? '');
}

/**
 * Roots as installations and distributions have them. The first group is the root itself: it may name the version
 * (`/root/sdk/go1.22.5`, `toolchain@v0.0.1-go1.22.5.linux-amd64`, `/usr/lib/go-1.19`).
 */
const ROOTS: readonly RegExp[] = [
  /^((?:[A-Za-z]:)?\/(?:usr\/local|usr\/src|usr\/lib|usr\/lib64|usr\/share|opt|opt\/[^/]+|snap|Program Files)\/(?:go|golang|Go)(?:-[\d.]+)?)\/src\/(.+)$/s,
  /^(.*\/toolchain@v[^/]+)\/src\/(.+)$/s,
  /^(.*\/sdk\/go[\w.]+)\/src\/(.+)$/s,
  /^(.*\/hostedtoolcache\/[^/]+\/go\/[^/]+\/[^/]+)\/src\/(.+)$/s,
  /^(.*\/(?:Cellar\/go[^/]*\/[^/]+\/libexec))\/src\/(.+)$/s,
  /^(\/nix\/store\/[^/]*-go-[^/]+\/share\/go)\/src\/(.+)$/s,
  /^(.*\bgo_sdk[^/]*)\/src\/(.+)$/s,
  /^(GOROOT)\/src\/(.+)$/s,
];

export interface GoRootFile {
  /** Below GOROOT/src. */
  readonly path: string;
  /** `go1.22.5` or `go1.19`, where the root's name says so; else ''. */
  readonly version: string;
}

/**
 * The file below GOROOT/src, or undefined where `file` is none. `packagePath` (of the frame's symbol) decides for
 * roots in unusual places: `/anywhere/src/runtime/proc.go` is Go's where the package is `runtime`.
 */
export function findGoRootFile(file: string, packagePath: string): GoRootFile | undefined {
  for (const root of ROOTS) {
    const match = root.exec(file);
    if (match) return { path: match[2] ?? '', version: versionInRoot(match[1] ?? '') };
  }
  if (!isStandardPackage(packagePath)) return undefined;
  const tail = `/src/${packagePath}/`;
  const at = file.lastIndexOf(tail);
  if (at < 0) return undefined;
  return { path: file.slice(at + '/src/'.length), version: versionInRoot(file.slice(0, at)) };
}

function versionInRoot(root: string): string {
  const match = /go[/-]?(\d{1,3}\.\d{1,3}(?:\.\d{1,3}|rc\d{1,3}|beta\d{1,3})?)(?![\w.]{0,40}\/go)/.exec(root);
  return match ? `go${match[1] ?? ''}` : '';
}
