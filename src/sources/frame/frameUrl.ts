/**
 * Makes URLs from templates. The defaults lead to the public hosts; a setting may replace each of them (a mirror, GitHub
 * Enterprise, git.kernel.org instead of Elixir). Nothing is fetched and nothing is checked here.
 *
 * A template is a URL with `{name}` in it. What stands in `[…]` is dropped where one of its names has no value:
 * `…/{path}[#L{line}]`.
 */
import { entryOf } from '../../base/jsonFields.js';
import type { SourcePlace } from './frame.js';

export interface SourceTemplates {
  /** A file, by repository: `owner/name`, else the host, else `*`. Names: repository, revision, path, line. */
  readonly file: Readonly<Record<string, string>>;
  /** A folder, found in the same way. */
  readonly folder: Readonly<Record<string, string>>;
  /** A kernel identifier. Names: tag, symbol; and path, where the table has the file, for hosts without identifiers. */
  readonly kernelIdentifier: string;
  /** A kernel file. Names: tag, path, line. */
  readonly kernelFile: string;
  /** A manual page of section 2. Name: page. */
  readonly manual: string;
}

export const DEFAULT_TEMPLATES: SourceTemplates = {
  file: {
    '*': 'https://github.com/{repository}/blob/{revision}/{path}[#L{line}]',
    'gitlab.com': 'https://gitlab.com/{repository}/-/blob/{revision}/{path}[#L{line}]',
    'bitbucket.org': 'https://bitbucket.org/{repository}/src/{revision}/{path}[#lines-{line}]',
  },
  folder: {
    '*': 'https://github.com/{repository}/tree/{revision}/{path}',
    'gitlab.com': 'https://gitlab.com/{repository}/-/tree/{revision}/{path}',
    'bitbucket.org': 'https://bitbucket.org/{repository}/src/{revision}/{path}',
  },
  kernelIdentifier: 'https://elixir.bootlin.com/linux/{tag}/A/ident/{symbol}',
  kernelFile: 'https://elixir.bootlin.com/linux/{tag}/source/{path}[#L{line}]',
  manual: 'https://man7.org/linux/man-pages/man2/{page}.2.html',
};

/** The kernel's own host in place of Elixir. It has no identifier pages: the file stands in where it is known. */
export const GIT_KERNEL_ORG: Pick<SourceTemplates, 'kernelIdentifier' | 'kernelFile'> = {
  kernelIdentifier: 'https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git/tree/[{path}]?h={tag}',
  kernelFile:
    'https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git/tree/{path}?h={tag}[#n{line}]',
};

/** URL of a place in a repository. */
export function placeUrl(place: SourcePlace, templates: SourceTemplates): string {
  const { repository, revision, path } = place;
  const kind = place.kind === 'folder' ? 'folder' : 'file';
  const table = templates[kind];
  const of = (key: string): string | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);
  const template = of(repository) ?? of(place.host) ?? of('*') ?? DEFAULT_TEMPLATES[kind]['*'] ?? '';
  return fillTemplate(template, {
    repository,
    revision,
    path,
    line: place.line > 0 ? String(place.line) : undefined,
  });
}

/**
 * The template with every name replaced; values are escaped for a path, slashes kept. A value changes neither the host nor
 * what stands before it: `.` and `..`, which a browser would resolve, escaped or not, are left out (URL Standard,
 * "double-dot URL path segment").
 */
export function fillTemplate(template: string, values: Readonly<Record<string, string | undefined>>): string {
  const filled = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => escapePath(entryOf(values, name) ?? ''));
  const isComplete = (text: string): boolean =>
    [...text.matchAll(/\{(\w+)\}/g)].every(([, name = '']) => (entryOf(values, name) ?? '') !== '');
  return filled(
    template.replace(/\[([^[\]]*)\]/g, (_, part: string) => (isComplete(part) ? part : '')),
  ).replace(/\/{1,9}$/, '');
}

function escapePath(value: string): string {
  return value
    .toWellFormed()
    .split('/')
    .filter(part => part !== '.' && part !== '..')
    .map(part => encodeURIComponent(part).replaceAll('%40', '@'))
    .join('/');
}
