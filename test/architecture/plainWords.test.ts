/**
 * Words that the house keeps out of code, tests, docs and sentences of the user interface, as they have to be read
 * twice: pronouns for a person where a program, a process or a user can be named, and literary turns.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const TOPS = ['src', 'webview', 'test', 'docs', 'media/l10n'];
const TEXTS = /\.(?:ts|mjs|cjs|md|json|css|html|ya?ml|txt|sh)$/;
/** Text of the cluster, of other projects, or made by tools: not ours to word. */
const OTHERS = new Set(['fixtures', 'node_modules', 'package-lock.json']);

/** Each in two parts, as this file is read as well. */
const KEPT_OUT = [
  ...['no', 'some', 'any', 'every'].map(quantifier => `${quantifier}body`),
  ['who', 'ever'].join(''),
  ['who', 'soever'].join(''),
  ['for', 'ever'].join(' '),
  ['Pod', 'Errand'].join(''),
  ['Pod', 'Wish'].join(''),
  ['may', 'Pass'].join(''),
];
const pattern = new RegExp(`(?<![A-Za-z])(?:${KEPT_OUT.join('|')})(?!y)`, 'i');

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap(entry => {
    if (OTHERS.has(entry.name)) return [];
    const file = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(file) : [file];
  });
}

function lookThrough(name: string, text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${name}:${index + 1} ${line.trim()}`] : []));
}

const files = [
  ...TOPS.flatMap(filesBelow),
  ...readdirSync(root, { withFileTypes: true })
    .filter(entry => entry.isFile() && !OTHERS.has(entry.name))
    .map(entry => entry.name),
].filter(file => TEXTS.test(file));

it('finds what is kept out, in comments, names and sentences', () => {
  const planted = KEPT_OUT.map(word => `// a line with ${word}.`).join('\n');
  expect(lookThrough('planted.ts', planted)).toHaveLength(KEPT_OUT.length);
  const [first = ''] = KEPT_OUT;
  expect(lookThrough('planted.ts', `t('${first.toUpperCase()}’s')`)).toHaveLength(1);
  expect(lookThrough('planted.ts', 'for every node, the body of an answer')).toEqual([]);
});

it('is in no file of ours', () => {
  expect(files).toContain('src/extension.ts');
  expect(files).toContain('README.md');
  expect(files).toContain('media/l10n/bundle.l10n.zh-cn.json');
  expect(files.flatMap(file => lookThrough(file, readFileSync(path.join(root, file), 'utf8')))).toEqual([]);
});
