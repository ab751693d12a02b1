/**
 * Templates of URLs as a setting has them, made safe to use: what cannot be one is left out and named. The form of a
 * template is frameUrl.ts's.
 */
import { DEFAULT_TEMPLATES, GIT_KERNEL_ORG, type SourceTemplates } from '../frame/frameUrl.js';

export interface ReadTemplates {
  readonly templates: SourceTemplates;
  /** Keys whose value cannot be used: `file.*`, `kernel`. */
  readonly refused: readonly string[];
}

/** What may stand in braces, by key; the first must (a page by identifier or by path shows the tag, if nothing else). */
const NAMES = {
  file: ['path', 'repository', 'revision', 'line'],
  folder: ['path', 'repository', 'revision'],
  kernelIdentifier: ['tag', 'symbol', 'path'],
  kernelFile: ['path', 'tag', 'line'],
  manual: ['page'],
} as const;

type Text = 'kernelIdentifier' | 'kernelFile' | 'manual';
const KERNEL_HOSTS: Readonly<Record<string, Partial<SourceTemplates>>> = {
  elixir: {},
  'git.kernel.org': GIT_KERNEL_ORG,
};

/** @param value whatever the settings hold: `{ file: { 'owner/name' | host | '*': … }, folder, kernel, kernelIdentifier, … }` */
export function readTemplates(value: unknown): ReadTemplates {
  const refused: string[] = [];
  if (value === undefined || value === null) return { templates: DEFAULT_TEMPLATES, refused };
  if (!isRecord(value)) return { templates: DEFAULT_TEMPLATES, refused: ['(all)'] };
  const { kernel } = value;
  const host =
    typeof kernel === 'string' && Object.hasOwn(KERNEL_HOSTS, kernel) ? KERNEL_HOSTS[kernel] : undefined;
  if (kernel !== undefined && host === undefined) refused.push('kernel');
  const base = { ...DEFAULT_TEMPLATES, ...host };
  const text = (key: Text): string => {
    const given = value[key];
    if (given === undefined) return base[key];
    if (isTemplate(given, NAMES[key])) return given;
    refused.push(key);
    return base[key];
  };
  const templates: SourceTemplates = {
    file: { ...base.file, ...readTable(value, 'file', refused) },
    folder: { ...base.folder, ...readTable(value, 'folder', refused) },
    kernelIdentifier: text('kernelIdentifier'),
    kernelFile: text('kernelFile'),
    manual: text('manual'),
  };
  refused.push(...Object.keys(value).filter(key => key !== 'kernel' && !Object.hasOwn(NAMES, key)));
  return { templates, refused };
}

function readTable(
  settings: Readonly<Record<string, unknown>>,
  key: 'file' | 'folder',
  refused: string[],
): Record<string, string> {
  const given = settings[key];
  if (given === undefined) return {};
  // One text is for all hosts.
  const table = typeof given === 'string' ? { '*': given } : given;
  if (!isRecord(table)) {
    refused.push(key);
    return {};
  }
  const read: Record<string, string> = {};
  for (const [host, template] of Object.entries(table))
    if (isTemplate(template, NAMES[key])) read[host] = template;
    else refused.push(`${key}.${host}`);
  return read;
}

/** A URL of the web whose braces hold known names, closed, with the first of them among them. */
function isTemplate(value: unknown, names: readonly string[]): value is string {
  if (typeof value !== 'string' || !/^https?:\/\/[^\s/{}[\]]+\//.test(value)) return false;
  const used = [...value.matchAll(/\{(\w*)\}/g)].map(([, name = '']) => name);
  const rest = value.replace(/\{\w*\}/g, '').replace(/\[[^[\]]*\]/g, '');
  return !/[{}[\]\s]/.test(rest) && used.every(name => names.includes(name)) && used.includes(names[0] ?? '');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
