/**
 * The table of limits in docs/security.md is that of src/base/limits.ts: names, values and reasons.
 * `UPDATE_DOCS=1 npx vitest run --project unit test/unit/base/limits.test.ts` writes it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import * as limits from '../../../src/base/limits.js';

const root = path.resolve(import.meta.dirname, '../../..');
const source = path.join(root, 'src/base/limits.ts');
const page = path.join(root, 'docs/security.md');
const BEGIN = '<!-- limits: written by test/unit/base/limits.test.ts -->\n';
const END = '<!-- end of limits -->';

/** First JSDoc text of a node on one line. */
function docOf(node: ts.Node): string {
  const [doc] = ts.getJSDocCommentsAndTags(node);
  const comment = doc === undefined ? undefined : ts.getTextOfJSDocComment(doc.comment);
  return (comment ?? '').replace(/\s+/g, ' ').trim();
}

/** Bytes in binary units, all else as counted. */
function valueText(value: unknown, about: string): string {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, part]) => `${valueText(part, '')} ${key}`)
      .join(', ');
  if (typeof value !== 'number') return String(value);
  const isBytes = /bytes/i.test(about) && !/in characters|code units/.test(about);
  for (const [unit, size] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const)
    if (isBytes && value >= size && value % size === 0) return `${value / size} ${unit}`;
  return value.toLocaleString('en-US');
}

function writeTables(): string {
  const file = ts.createSourceFile(source, readFileSync(source, 'utf8'), ts.ScriptTarget.ES2023, true);
  const groups = new Map<string, object | number>(Object.entries(limits));
  const parts: string[] = [];
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const [declaration] = statement.declarationList.declarations;
    const name = declaration?.name.getText() ?? '';
    const group = groups.get(name);
    if (group === undefined || declaration?.initializer === undefined) continue;
    parts.push(`**${name}**: ${docOf(statement)}\n\n| limit | value | why |\n| --- | --- | --- |`);
    if (typeof group === 'number') parts.push(`| | ${valueText(group, docOf(statement))} | |`);
    declaration.initializer.forEachChild(function visit(node): void {
      if (!ts.isPropertyAssignment(node)) {
        node.forEachChild(visit);
        return;
      }
      const key = node.name.getText();
      const doc = docOf(node);
      // What a group says of all its limits counts unless the limit says otherwise.
      const shown = valueText(Reflect.get(Object(group), key), `${name} ${docOf(statement)} ${key} ${doc}`);
      parts.push(`| ${key} | ${shown} | ${doc.replaceAll('|', '\\|')} |`);
    });
    parts.push('');
  }
  return `${parts.join('\n')}\n`;
}

describe('docs/security.md', () => {
  it('has the limits of src/base/limits.ts', () => {
    const text = readFileSync(page, 'utf8');
    const begin = text.indexOf(BEGIN) + BEGIN.length;
    const end = text.indexOf(END);
    expect(begin).toBeGreaterThan(BEGIN.length - 1);
    const written = `\n${writeTables()}`;
    if (process.env.UPDATE_DOCS !== undefined)
      writeFileSync(page, text.slice(0, begin) + written + text.slice(end));
    else expect(text.slice(begin, end)).toBe(written);
  });
});

/** One number, or several of a kind. */
function isLimit(value: unknown): boolean {
  if (typeof value === 'number') return value > 0;
  return Array.isArray(value) ? value.length > 0 : typeof value === 'object' && value !== null;
}

describe('each limit', () => {
  it.each(Object.entries(limits))('of %s is a positive number with a reason', (name, group) => {
    const table = writeTables();
    const start = table.indexOf(`**${name}**`);
    const rows = table.slice(start, table.indexOf('\n\n', table.indexOf('| --- |', start)));
    expect(start).toBeGreaterThanOrEqual(0);
    for (const [key, value] of Object.entries(group)) {
      expect(isLimit(value), key).toBe(true);
      expect(rows).toMatch(new RegExp(`\\| ${key} \\| [^|]+ \\| [^|]{10,}`));
    }
  });
});
