/**
 * Names of commands, views and buttons as README, docs, the demo's page and the walkthrough say them are those that a
 * person finds: each phrase in emphasis that is written like a title is one, or is known to be something else.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const words = (file: string): Readonly<Record<string, string>> =>
  JSON.parse(read(file)) as Readonly<Record<string, string>>;

const english = words('package.nls.json');
const chinese = words('package.nls.zh-cn.json');
const buttons = words('media/l10n/bundle.l10n.zh-cn.json');
const isTitle = (key: string): boolean => /^(?:command|view|container)\b/.test(key);
const titlesOf = (nls: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(nls).flatMap(([key, text]) => (isTitle(key) ? [text] : []));

/** Written like a title, and none of ours. */
const OTHERS: Readonly<Record<string, string>> = {
  'Open With…': 'VS Code: Open With…, in the menu of a file',
  'Canvas 2D': 'a way of drawing',
};
const PLACES = [
  'README.md',
  'CHANGELOG.md',
  'test/demo/workspace/README.md',
  ...readdirSync(path.join(root, 'docs')).map(name => `docs/${name}`),
].filter(name => name.endsWith('.md'));

/** In emphasis, with a capital at the beginning of every word but the small ones, two words or more. */
function titlesIn(text: string): readonly string[] {
  const small = /^(?:a|and|as|by|for|in|of|or|the|to)$/;
  return [...text.matchAll(/(\*\*|\*)(?! )([^*\n]+?)(?<! )\1/g)]
    .map(([, , phrase = '']) => phrase.replace(/^Node Triage: /, '').replace(/\.$/, ''))
    .filter(phrase => {
      const [first = '', ...others] = phrase.split(' ');
      const isCapital = (word: string): boolean => /^\p{Lu}/u.test(word);
      return (
        isCapital(first) &&
        (others.length > 0 || phrase.endsWith('…')) &&
        others.every(word => isCapital(word) || small.test(word))
      );
    });
}

describe('menu names', () => {
  const commands = new Set(titlesOf(english));
  const known = new Set([...commands, ...Object.keys(buttons)]);

  it.each(PLACES)('in %s are those of the menus', file => {
    // What the changelog says of versions before may be called otherwise by now.
    const [text = ''] = read(file).split(/^## \d/m);
    const named = titlesIn(text).filter(phrase => !Object.hasOwn(OTHERS, phrase));
    // A dialog's title may be a command's without its dots; where a text names one, it means the command.
    const isKnown = (phrase: string): boolean => known.has(phrase) && !commands.has(`${phrase}…`);
    expect(named.filter(phrase => !isKnown(phrase))).toEqual([]);
  });

  it('of a menu, as the demo tells to use, have no category before them', () => {
    expect(read('test/demo/workspace/README.md')).not.toMatch(/\*Node Triage: /);
  });

  it('are found at all', () => {
    expect(titlesIn('*Open Profile…* and **Stop and Keep** of **Nodes**, *not this one*')).toEqual([
      'Open Profile…',
      'Stop and Keep',
    ]);
    expect(titlesIn(read('test/demo/workspace/README.md')).length).toBeGreaterThan(2);
  });

  it.each([
    ['English', english],
    ['Chinese', chinese],
  ])('in the %s walkthrough and welcome texts are those of the commands that they run', (_language, nls) => {
    const links = Object.entries(nls).flatMap(([key, text]) =>
      [...text.matchAll(/\[([^\]]+)\]\(command:nodeTriage\.(\w+)\)/g)].map(
        ([, label = '', command = '']) => ({
          where: key,
          label: label.replace(/…$/, ''),
          title: nls[`command.${command}`]?.replace(/…$/, ''),
        }),
      ),
    );
    expect(links.length).toBeGreaterThan(5);
    // A welcome text says in its own words why to look again.
    const own = links.filter(({ title, label }) => title !== label);
    expect(own.map(({ where, title }) => `${where}: ${title ?? 'no such command'}`)).toEqual([
      `welcome.none: ${nls['command.refreshNodes']}`,
      `welcome.invalid: ${nls['command.refreshNodes']}`,
      `welcome.empty: ${nls['command.refreshNodes']}`,
    ]);
  });
});
