/**
 * No regular expression of the product takes quadratic time: the lint's checker proves some of them wrong, and lets pass
 * what it cannot prove. Each expression's own characters and parts, repeated, are what makes it try most; each is run on
 * n and on 8n of them. linearTime.test.ts does the same with whole readers.
 */
import { RegExpParser, type AST } from '@eslint-community/regexpp';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SHORT = 4096;
const FACTOR = 8;
/** Quadratic at {@link SHORT} times {@link FACTOR} takes hundreds of milliseconds, linear less than one. */
const SOON_MS = 10;
const TOO_FAST = 30;

/** By text: what is not linear, and why it may be so. */
const BOUNDED: Readonly<Record<string, string>> = {
  '/\\B(?=(\\d{3})+$)/gu': 'format.ts: 21 digits of a number at most',
};

interface Found {
  readonly text: string;
  readonly place: string;
}

function expressionsOf(folder: string): Found[] {
  const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter(file => file.endsWith('.ts'))
    .flatMap(file => {
      const source = readFileSync(path.join(ROOT, folder, file), 'utf8');
      const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ESNext);
      const found: Found[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isRegularExpressionLiteral(node)) found.push({ text: node.text, place: `${folder}/${file}` });
        ts.forEachChild(node, visit);
      };
      visit(tree);
      return found;
    });
}

/** What stands for a class of characters; in pairs it is what the expression takes for one thing or for another. */
const CHARACTERS = 'a1 /.:()[]<>"\'-_=;,%\tZ@{}#\n\u2028'.split('');

function charactersOf(node: AST.Node, flags: string): string[] {
  if (node.type === 'Character') return [String.fromCodePoint(node.value)];
  const one = new RegExp(`^(?:${node.raw})$`, flags.replaceAll(/[gy]/g, ''));
  const taken = CHARACTERS.filter(character => one.test(character));
  return [...new Set([taken[0] ?? 'a', taken.includes(' ') ? ' ' : (taken.at(-1) ?? 'a')])];
}

/** A short text that the part matches, its first alternative. */
function sampleOf(node: AST.Node, flags: string): string {
  if (node.type === 'Pattern' || node.type === 'Group' || node.type === 'CapturingGroup')
    return node.alternatives[0] === undefined ? '' : sampleOf(node.alternatives[0], flags);
  if (node.type === 'Alternative') return node.elements.map(element => sampleOf(element, flags)).join('');
  if (node.type === 'Quantifier')
    return sampleOf(node.element, flags).repeat(Math.max(node.min, node.max > 0 ? 1 : 0));
  if (node.type === 'Assertion' || node.type === 'Backreference') return '';
  return charactersOf(node, flags)[0] ?? '';
}

interface Attack {
  readonly heads: Set<string>;
  readonly pieces: Set<string>;
}

function collect(node: AST.Node, flags: string, attack: Attack): void {
  if (node.type === 'Quantifier') collect(node.element, flags, attack);
  else if (node.type === 'Alternative') {
    const samples = node.elements.map(element => sampleOf(element, flags));
    for (const [index, element] of node.elements.entries()) {
      collect(element, flags, attack);
      for (let length = 1; length <= 6; length++)
        attack.pieces.add(samples.slice(index, index + length).join(''));
      attack.heads.add(samples.slice(0, index).join(''));
    }
  } else if ('alternatives' in node) for (const one of node.alternatives) collect(one, flags, attack);
  else if (node.type === 'Character' || node.type === 'CharacterSet' || node.type === 'CharacterClass')
    for (const character of charactersOf(node, flags)) attack.pieces.add(character);
}

function timeOf(expression: RegExp, text: string): number {
  const startedMs = performance.now();
  text.replace(expression, '');
  return performance.now() - startedMs;
}

function growth(expression: RegExp, make: (length: number) => string): number {
  const best = (text: string): number => Math.min(...[1, 2, 3].map(() => timeOf(expression, text)));
  const long = make(SHORT * FACTOR);
  if (timeOf(expression, long) < SOON_MS || best(long) < SOON_MS) return FACTOR;
  return best(long) / Math.max(best(make(SHORT)), 0.02);
}

/** What makes it quadratic; undefined: nothing that was tried. */
function findQuadratic(text: string): string | undefined {
  const { pattern, flags } = new RegExpParser().parseLiteral(text);
  const attack: Attack = { heads: new Set(['']), pieces: new Set([' ']) };
  collect(pattern, flags.raw, attack);
  const expression = new RegExp(pattern.raw, flags.raw);
  const pieces = [...attack.pieces].filter(piece => piece !== '').slice(0, 24);
  for (const head of [...attack.heads].slice(0, 4))
    for (const piece of pieces)
      for (const end of ['', '\0', '\n\0']) {
        const make = (length: number): string => head + piece.repeat(Math.ceil(length / piece.length)) + end;
        // Three times: a machine that does other things makes one of them look worse, and none look better.
        if ([1, 2, 3].every(() => growth(expression, make) > TOO_FAST))
          return JSON.stringify([head, piece, end]);
      }
  return undefined;
}

const all = new Map(['src', 'webview'].flatMap(expressionsOf).map(found => [found.text, found]));

describe('regular expressions of src and webview', () => {
  it('are found', () => {
    expect(all.size).toBeGreaterThan(300);
    expect(Object.keys(BOUNDED).filter(text => !all.has(text))).toEqual([]);
  });

  it.each(['/^(.*?) ((?:\\/|[A-Za-z]:).*?):(\\d+)$/', '/User ".* cannot /', '/^l.*? (\\d+) -> (.*)$/'])(
    'the quadratic %s is seen',
    text => {
      expect(findQuadratic(text)).toBeDefined();
    },
  );

  it('take time in proportion to the text', () => {
    const quadratic = [...all.values()].flatMap(({ text, place }) => {
      const attack = text in BOUNDED ? undefined : findQuadratic(text);
      return attack === undefined ? [] : [`${place}: ${text} by ${attack}`];
    });
    expect(quadratic).toEqual([]);
  }, 120_000);
});
