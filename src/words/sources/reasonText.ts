/** Why a link is not exact, or is not there, in the user's language. src/sources has the same in English for terminals. */
import type { Reason, ReasonCode, ReasonFacts } from '../../sources/frame/reason.js';
import type { Translate } from '../translate.js';

type Sentences = {
  readonly [Code in ReasonCode]: (facts: ReasonFacts[Code], t: Translate) => string;
};

const SENTENCES: Sentences = {
  'no-function': (_, t) => t('The profile has no function for this frame.'),
  generated: (_, t) => t('The compiler generated this function; it has no source.'),
  'cgo-generated': (_, t) => t('cgo generated this function; its source is not kept.'),
  'no-package': (f, t) => t('{0} has no package and the profile names no file.', f.function),
  'native-code': (f, t) => t('Native code of {0}; only Go and the kernel are mapped.', f.module),
  'path-unknown': (f, t) => t('No known build layout has a file {0}.', f.file),
  'repository-unknown': (f, t) => t('No repository is known for {0}.', f.importPath),
  'no-file': (f, t) => t('The profile names no file: the link opens the folder of package {0}.', f.package),
  'no-line': (_, t) => t('The profile names no line: find the function by its name.'),
  'version-table': (f, t) =>
    t(
      '{0} {1} by the version table for Kubernetes {2} (seen at {3}).',
      f.dependency,
      f.version,
      f.kubernetes,
      f.seen,
    ),
  'version-between': (f, t) =>
    t(
      '{0} changed between two releases in the table around Kubernetes {2}; {1} is that of {3}.',
      f.dependency,
      f.version,
      f.kubernetes,
      f.seen,
    ),
  'version-minor': (f, t) =>
    t(
      'The version table does not reach Kubernetes {2}; {0} {1} is that of {3}.',
      f.dependency,
      f.version,
      f.kubernetes,
      f.nearest,
    ),
  'version-unknown': (f, t) =>
    t('The version of {0} is not known: the link opens the newest source, without a line.', f.module),
  'vendored-copy': (f, t) =>
    t('The version of {0} is not known: the link opens the copy in Kubernetes {1}.', f.module, f.kubernetes),
  'go-first-release': (f, t) =>
    t(
      'Built with Go as for the first release of Kubernetes {1}, taken to be {0}; the patch release may differ.',
      f.go,
      f.kubernetes,
    ),
  'go-minor-only': (f, t) => t('Only the minor release of Go is known: lines are those of {0}.', f.go),
  'go-files': (f, t) =>
    t('The profile names files that Go has only from {0} on; which patch release it was is not known.', f.go),
  'go-unknown': (_, t) => t('The Go version is not known: the link opens the newest source, without a line.'),
  'kubernetes-unknown': (_, t) =>
    t('The Kubernetes version is not known: the link opens the newest source, without a line.'),
  'kubernetes-guessed': (f, t) =>
    t('The Kubernetes version is not known; {0} is a release that carries {1}.', f.kubernetes, f.dependency),
  'vendor-patches': (f, t) =>
    t(
      '{0} is a build of {1}, whose patches are not in Kubernetes {2}: lines may be off.',
      f.version,
      f.vendor,
      f.kubernetes,
    ),
  'local-changes': (f, t) => t('{0} was built from a changed tree: lines may be off.', f.version),
  'versions-differ': (f, t) =>
    t('The file name says {0}, the kubelet {1}: the file name counts.', f.file, f.kubelet),
  'kernel-vendor': (f, t) =>
    t(
      '{0} is a kernel of {1}: the identifier is shown as of {2}, its own source may differ.',
      f.release,
      f.vendor,
      f.tag,
    ),
  'kernel-unknown': (_, t) =>
    t('The kernel version is not known: the identifier is shown as of the newest kernel.'),
  'kernel-line': (f, t) =>
    t("The line is from a table made of a distribution's source of {0}; it may be off by a few.", f.version),
  'kernel-several': (f, t) =>
    t(
      '{0} reads several files of the kernel: this serves {1}, the line may be about another.',
      f.function,
      f.file,
    ),
};

/** The sentence of a reason. */
export function reasonText(reason: Reason, t: Translate): string {
  // The compiler does not follow a code into the union of facts; the table's type ties the two together.
  return (SENTENCES[reason.code] as (facts: object, t: Translate) => string)(reason.facts, t);
}
