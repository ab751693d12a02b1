/**
 * package.json against the code and the translations: what it names exists, what exists it names. That commands are
 * registered is shown in the real host (test/integration/suite/activation.test.ts).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import {
  COMMANDS,
  CONTEXT_KEYS,
  ITEM,
  ANY_PROFILE_EDITOR,
  ANY_REPORT_EDITOR,
  PROFILE_EDITOR,
  REPORT_EDITOR,
  SETTINGS,
  SETTINGS_SECTION,
  VIEWS,
} from '../../src/words/ids.js';
import * as cgroupSentences from '../../src/cgroup/cgroupSentences.js';
import * as factSentences from '../../src/nodefacts/factSentences.js';
import * as factWords from '../../src/report/nodeFactsWords.js';
import { PROFILE_WARNING_TEXTS } from '../../src/profile/fileWarnings.js';
import * as callSentences from '../../src/strace/callSentences.js';
import * as threadSentences from '../../src/threads/threadSentences.js';
import { RULES } from '../../src/triage/ruleTable.js';
import { PAGE_WORDS } from '../../webview/pageWords.js';
import { REPORT_WORDS } from '../../webview/report/reportWords.js';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const readWords = (file: string): Readonly<Record<string, string>> =>
  JSON.parse(read(file)) as Readonly<Record<string, string>>;

interface MenuItem {
  readonly command: string;
  readonly group?: string;
  readonly when?: string;
}
interface Setting {
  readonly type: string;
  readonly default: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly scope?: string;
  readonly markdownDescription?: string;
}
interface Manifest {
  readonly l10n: string;
  readonly icon: string;
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly category: string;
      readonly enablement?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly keybindings: readonly MenuItem[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly when?: string }[];
    readonly customEditors: readonly { readonly viewType: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly colors: readonly { readonly id: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly media: { readonly svg: string };
        readonly completionEvents?: readonly string[];
      }[];
    }[];
  };
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const { contributes } = manifest;
const english = readWords('package.nls.json');
const chinese = readWords('package.nls.zh-cn.json');
const bundle = readWords('media/l10n/bundle.l10n.zh-cn.json');
const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort();
const commandLinks = (text: string): string[] =>
  [...text.matchAll(/\(command:([\w.]+)\)/g)].map(match => match[1] ?? '');
const placeholders = (text: string): string[] => sorted(text.match(/\{\d\}/g) ?? []);

describe('commands', () => {
  const declared = contributes.commands.map(({ command }) => command);

  it('are those of ids.ts, each once, in one category', () => {
    expect([...declared].sort()).toEqual(sorted(Object.values(COMMANDS)));
    expect(sorted(contributes.commands.map(({ category }) => category))).toEqual(['%category%']);
  });

  it('are what menus, keys, walkthrough and welcome texts name', () => {
    const focus = Object.values(VIEWS).map(view => `${view}.focus`);
    const named = [
      ...Object.values(contributes.menus).flatMap(items => items.map(({ command }) => command)),
      ...contributes.keybindings.map(({ command }) => command),
      ...[...Object.values(english), ...Object.values(chinese)].flatMap(commandLinks),
    ];
    expect(named.filter(command => ![...declared, ...focus].includes(command))).toEqual([]);
  });

  it('that need a row are hidden in the palette', () => {
    const hidden = contributes.menus['commandPalette']?.filter(({ when }) => when === 'false');
    expect(sorted(hidden?.map(({ command }) => command) ?? [])).toEqual(
      sorted([
        COMMANDS.applyRemedy,
        COMMANDS.checkRemedy,
        COMMANDS.connectContext,
        COMMANDS.allowCredentials,
        COMMANDS.disconnectContext,
        COMMANDS.retryContext,
        COMMANDS.copyNodeName,
        COMMANDS.openCapture,
        COMMANDS.revealCapture,
        COMMANDS.renameCapture,
        COMMANDS.deleteCapture,
        COMMANDS.exportCapture,
        COMMANDS.exportBundle,
        COMMANDS.showInFlameGraph,
        COMMANDS.openSource,
        COMMANDS.copyPermalink,
      ]),
    );
  });
});

describe('when clauses', () => {
  const clauses = [
    ...Object.values(contributes.menus).flat(),
    ...contributes.keybindings,
    ...contributes.viewsWelcome,
    ...contributes.commands.map(({ enablement }) => ({ when: enablement })),
  ].flatMap(({ when }) => (when === undefined ? [] : [when]));

  it('use the operators VS Code knows (a clause it cannot read counts as true)', () => {
    const withoutRegexes = clauses.map(clause => clause.replace(/\/(?:[^/\\]|\\.)+\//g, '/x/'));
    const terms = withoutRegexes.flatMap(clause => clause.split(/ && | \|\| /));
    const known = /^!?\(?[\w.]+(?: (?:==|!=) [\w.]+| =~ \/x\/)?\)?$/;
    expect(terms.filter(term => !known.test(term))).toEqual([]);
  });

  it('name context keys that are set', () => {
    const named = clauses.flatMap(clause => clause.match(/nodeTriage\.\w+/g) ?? []);
    const known: string[] = [...Object.values(CONTEXT_KEYS), ...Object.values(VIEWS), PROFILE_EDITOR];
    expect(sorted(named).filter(name => !known.includes(name))).toEqual([]);
    expect(Object.values(CONTEXT_KEYS).filter(key => !named.includes(key))).toEqual([]);
  });

  /** Commands offered on a row of the Nodes view with this contextValue. */
  function offered(contextValue: string, place: 'inline' | 'menu'): string[] {
    const items = contributes.menus['view/item/context'] ?? [];
    const matches = (term: string): boolean => {
      if (term === `view == ${VIEWS.nodes}`) return true;
      const [, operator, value = ''] = /^viewItem (==|!=|=~) (.+)$/.exec(term) ?? [];
      if (operator === '==') return contextValue === value;
      if (operator === '!=') return contextValue !== value;
      return operator === '=~' && new RegExp(value.slice(1, -1)).test(contextValue);
    };
    return items
      .filter(({ group = '' }) => group.startsWith('inline') === (place === 'inline'))
      .filter(({ when = '' }) => when.split(' && ').every(matches))
      .map(({ command }) => command.replace('nodeTriage.', ''));
  }

  it.each([
    [ITEM.node, ['profileCpu']],
    [`${ITEM.node}.capturing`, ['stopAndKeep']],
    [`${ITEM.context}.disconnected`, ['connectContext']],
    [`${ITEM.context}.failed`, ['retryContext']],
    [`${ITEM.context}.connected`, []],
    [ITEM.notice, []],
    ['page', []],
  ])('give %s the buttons %j', (contextValue, expected) => {
    expect(offered(contextValue, 'inline')).toEqual(expected);
  });

  it('give nodes their menu, and no other row', () => {
    expect(offered(ITEM.node, 'menu')).toContain('profileHeap');
    expect(offered(ITEM.node, 'menu')).not.toContain('cancelCapture');
    expect(offered(`${ITEM.node}.capturing`, 'menu')).toContain('cancelCapture');
    expect(offered(ITEM.notice, 'menu')).toEqual([]);
    expect(offered(`${ITEM.context}.failed`, 'menu')).toEqual(['retryContext', 'disconnectContext']);
  });
});

describe('commands that make a debug pod', () => {
  const makers = [
    COMMANDS.examineNode,
    COMMANDS.sampleThreads,
    COMMANDS.checkCgroups,
    COMMANDS.readNodeFacts,
    COMMANDS.traceCalls,
  ];

  it('end in an ellipsis in both languages: a question comes first', () => {
    const keys = makers.map(command => command.replace('nodeTriage.', 'command.'));
    for (const words of [english, chinese])
      expect(keys.filter(key => !(words[key] ?? '').endsWith('…'))).toEqual([]);
  });

  it('stand together in the menu, behind every profile', () => {
    const items = contributes.menus['view/item/context'] ?? [];
    const groupOf = (item: MenuItem): string => item.group?.replace(/@.*/, '') ?? '';
    const groups = new Set(items.filter(item => makers.some(m => m === item.command)).map(groupOf));
    expect(groups.size).toBe(1);
    const [group = ''] = groups;
    expect(items.filter(item => groupOf(item) === group)).toHaveLength(makers.length);
    const profiles = items.filter(
      item => /profile|captureTrace/.test(item.command) && groupOf(item) !== 'inline',
    );
    expect(profiles.filter(item => groupOf(item) >= group)).toEqual([]);
  });

  it('have one name for the trace of system calls', () => {
    const all = [english, chinese, bundle].flatMap(words => [...Object.keys(words), ...Object.values(words)]);
    expect(all.filter(text => /futex activity|futex 活动/i.test(text))).toEqual([]);
    expect(english['command.traceCalls']).toBe('Trace System Calls (futex)…');
  });
});

describe('settings', () => {
  const { properties } = contributes.configuration;
  const reader = read('src/ui/shell/settings.ts');

  it('are those of ids.ts, described, and read', () => {
    expect(sorted(Object.keys(properties))).toEqual(
      sorted(Object.values(SETTINGS).map(name => `${SETTINGS_SECTION}.${name}`)),
    );
    for (const [key, name] of Object.entries(SETTINGS)) {
      expect(properties[`${SETTINGS_SECTION}.${name}`]?.markdownDescription).toBe(`%setting.${name}%`);
      expect(reader).toContain(`SETTINGS.${key}`);
    }
  });

  it('have the ranges and defaults that the reader holds', () => {
    const calls = reader.matchAll(
      /readNumber\(SETTINGS\.(\w+), \{ min: ([\d.]+), max: ([\d.]+), otherwise: ([\d.]+) \}\)/g,
    );
    const held = [...calls].map(([, key = '', min, max, otherwise]) =>
      [key, min, max, otherwise].map(String),
    );
    const declared = Object.entries(SETTINGS).flatMap(([key, name]) => {
      const setting = properties[`${SETTINGS_SECTION}.${name}`];
      if (setting?.type !== 'integer' && setting?.type !== 'number') return [];
      return [[key, setting.minimum, setting.maximum, setting.default].map(String)];
    });
    expect(declared.length).toBeGreaterThan(5);
    expect(held.sort()).toEqual(declared.sort());
  });
});

describe('views, editors, pictures', () => {
  it('are those of ids.ts', () => {
    expect(Object.values(contributes.views).flatMap(views => views.map(({ id }) => id))).toEqual([
      VIEWS.nodes,
      VIEWS.captures,
    ]);
    expect(contributes.customEditors.map(({ viewType }) => viewType)).toEqual([
      PROFILE_EDITOR,
      ANY_PROFILE_EDITOR,
      REPORT_EDITOR,
      ANY_REPORT_EDITOR,
    ]);
    expect(
      contributes.colors.map(({ id }) => id).filter(id => !read('src/nodes/nodeText.ts').includes(id)),
    ).toEqual([]);
  });

  it('exist as files', () => {
    const steps = contributes.walkthroughs.flatMap(walkthrough => walkthrough.steps);
    const files = [
      manifest.icon,
      ...Object.values(contributes.views).flatMap(views => views.map(({ icon }) => icon)),
      ...steps.map(step => step.media.svg),
    ];
    expect(files.filter(file => !existsSync(path.join(root, file)))).toEqual([]);
  });

  it('tick a step by what exists', () => {
    const steps = contributes.walkthroughs.flatMap(walkthrough => walkthrough.steps);
    const named = steps
      .flatMap(step => step.completionEvents ?? [])
      .flatMap(event => event.match(/nodeTriage\.\w+/g) ?? [event]);
    const known: readonly string[] = [
      ...Object.values(COMMANDS),
      ...Object.values(CONTEXT_KEYS),
      ...contributes.customEditors.map(({ viewType }) => viewType),
    ];
    expect(named.filter(name => !known.includes(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(3);
  });

  it('have an icon of 128 by 128', () => {
    const png = readFileSync(path.join(root, manifest.icon));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([128, 128]);
  });
});

describe('words of the manifest', () => {
  it('stand in both languages, and none too many', () => {
    const named = [...read('package.json').matchAll(/"%([\w.]+)%"/g)].map(match => match[1] ?? '');
    expect(sorted(named)).toEqual(sorted(Object.keys(english)));
    expect(sorted(Object.keys(chinese))).toEqual(sorted(Object.keys(english)));
    expect(Object.entries(english).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('lead to the same commands in both', () => {
    for (const [key, text] of Object.entries(english))
      expect([key, commandLinks(chinese[key] ?? '')]).toEqual([key, commandLinks(text)]);
  });
});

describe('words of the code', () => {
  /** First arguments of `t('…')`, `l10n.t('…')` and `l10n.t` under any other object. */
  function textsOf(file: string): string[] {
    const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
    const texts: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) {
        const { expression, arguments: given } = node;
        const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
        const [first] = given;
        if (
          ts.isIdentifier(name) &&
          name.text === 't' &&
          first !== undefined &&
          ts.isStringLiteralLike(first)
        )
          texts.push(first.text);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return texts;
  }

  const files = [
    ...readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .map(file => path.join('src', file)),
  ];
  const tablesOfRooms: readonly Readonly<Record<string, Readonly<Record<string, string>>>>[] = [
    callSentences,
    threadSentences,
    cgroupSentences,
    factSentences,
    factWords,
  ];
  const texts = sorted([
    ...files.flatMap(textsOf),
    ...PAGE_WORDS,
    ...REPORT_WORDS,
    ...Object.values<string>(PROFILE_WARNING_TEXTS),
    // Of rules the titles alone: the rest of them is for the node's shell and for issues.
    ...RULES.map(({ title }) => title),
    ...tablesOfRooms.flatMap(tables => Object.values(tables)).flatMap(table => Object.values(table)),
  ]);

  it('are found', () => {
    expect(texts.length).toBeGreaterThan(200);
    expect(texts).toContain('Retry');
  });

  it('are all in the Chinese bundle, and nothing else is', () => {
    expect(texts.filter(text => !(text in bundle))).toEqual([]);
    expect(Object.keys(bundle).filter(text => !texts.includes(text))).toEqual([]);
  });

  it('keep their values in the translation', () => {
    for (const [text, translated] of Object.entries(bundle))
      expect([text, placeholders(translated)]).toEqual([text, placeholders(text)]);
  });
});
