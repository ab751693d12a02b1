/**
 * The doors to the editor, against an editor that notes what it is given: whatever text of others holds, what arrives
 * has no link, no icon, no control, bidirectional or invisible character, and an end.
 */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { OUTSIDE_TEXT } from '../../../src/base/limits.js';
import { registerLenses } from '../../../src/ui/shell/codeLenses.js';
import { t } from '../../../src/ui/shell/l10n.js';
import { createLog } from '../../../src/ui/shell/log.js';
import { MarkdownText, registerHovers } from '../../../src/ui/shell/markdown.js';
import {
  askModal,
  setStatusText,
  setStatusTooltip,
  setTabTitle,
  showError,
  showInformation,
  showProgress,
  showStatus,
  showWarning,
} from '../../../src/ui/shell/messages.js';
import {
  askText,
  openInput,
  openPick,
  pickHeading,
  pickRow,
  showPick,
  showPickMany,
} from '../../../src/ui/shell/quickPick.js';
import { openSource } from '../../../src/ui/sources/openSource.js';
import { setTreeMessage, showTree, treeRow, withTooltip } from '../../../src/ui/shell/treeRows.js';

/** What the editor was given, call by call. */
const { given, editor } = vi.hoisted(() => {
  const calls: { readonly call: string; readonly values: readonly unknown[] }[] = [];
  const noting =
    (call: string, answer?: unknown) =>
    (...values: readonly unknown[]): unknown => {
      calls.push({ call, values });
      return answer;
    };
  const channel = Object.fromEntries(
    ['debug', 'info', 'warn', 'error', 'show', 'dispose'].map(level => [level, noting(level)]),
  );
  return {
    given: calls,
    editor: {
      window: {
        showErrorMessage: noting('error', Promise.resolve()),
        showWarningMessage: noting('warning', Promise.resolve()),
        showInformationMessage: noting('information', Promise.resolve()),
        setStatusBarMessage: noting('status'),
        withProgress: async (options: unknown, work: (...values: unknown[]) => Promise<unknown>) => {
          calls.push({ call: 'progress', values: [options] });
          const token = { onCancellationRequested: () => ({ dispose: () => undefined }) };
          return work({ report: noting('report') }, token);
        },
        createStatusBarItem: () => ({}),
        createQuickPick: () => ({}),
        showQuickPick: noting('pick'),
        showInputBox: noting('input'),
        createInputBox: () => ({}),
        createTreeView: noting('tree', {}),
        createOutputChannel: () => channel,
      },
      languages: { registerCodeLensProvider: noting('lenses'), registerHoverProvider: noting('hovers') },
      l10n: { t: noting('sentence', '') },
      env: { openExternal: noting('external', Promise.resolve(true)) },
      Uri: {
        parse: (text: string) => ({ scheme: text.slice(0, text.indexOf(':')), toString: () => text }),
      },
      MarkdownString: class {
        constructor(readonly value: string) {}
      },
      Hover: class {
        constructor(
          readonly contents: unknown,
          readonly range: unknown,
        ) {}
      },
      TreeItem: class {
        constructor(
          readonly label: string,
          readonly collapsibleState: number,
        ) {}
      },
      CodeLens: class {
        constructor(
          readonly range: unknown,
          readonly command: unknown,
        ) {}
      },
      Range: class {
        constructor(readonly start: unknown) {}
      },
      TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
      QuickPickItemKind: { Separator: -1 },
      ProgressLocation: { Notification: 15, Window: 10 },
      StatusBarAlignment: { Left: 1 },
    },
  };
});
vi.mock('vscode', () => ({ ...editor, default: editor }));

beforeEach(() => {
  given.length = 0;
});

/** Markup that VS Code reads somewhere, and characters that change how a line reads. */
const HOSTILE: readonly (readonly [name: string, text: string])[] = [
  ['a command link', 'a [click](command:workbench.action.closeWindow) b'],
  ['a web link', '[click](https://evil.example) b'],
  ['a link whose parts an invisible character holds apart', '[click]\u200b(command:x) and $\u2060(flame)'],
  ['a link over two lines', '[click]\n(command:x)'],
  ['an icon', '$(flame) $(loading~spin)'],
  ['a line of its own', 'one\r\ntwo\u2028three\u0085four'],
  ['control characters', 'a\u0000b\u001b[31mc\u007fd\u009be'],
  ['bidirectional overrides', 'a\u202egnp.exe\u202c \u2066x\u2069 \u200f'],
  ['half a surrogate pair', 'a\ud800b'],
  ['no end', '[click](command:x)'.repeat(100_000)],
];
/** `[x](…)` and `[x] (…)` differ by what VS Code's parseLinkedText takes; `$(` is an icon wherever icons are read. */
const MARKUP = /\]\(|\$\(/u;
const FORBIDDEN =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

function expectPlain(shown: unknown, max: number, lines = 1): void {
  if (typeof shown !== 'string') throw new Error(`no text: ${String(shown)}`);
  expect(shown).not.toMatch(MARKUP);
  expect(shown).not.toMatch(FORBIDDEN);
  expect(shown.isWellFormed()).toBe(true);
  expect(shown.length).toBeLessThanOrEqual(max);
  expect(shown.split('\n')).toHaveLength(lines);
  expect(shown).not.toBe('');
}

/** In place of what is handed on untouched. */
const nothing: unknown = {};
const one = (call: string): readonly unknown[] => {
  const values = given.filter(each => each.call === call).map(each => each.values);
  expect(values).toHaveLength(1);
  return values[0] ?? [];
};
const { line, paragraph, notification, value, logLine } = OUTSIDE_TEXT;

describe.each(HOSTILE)('%s', (_, text) => {
  it('is text in messages', async () => {
    await Promise.all([showError(text, 'Retry'), showWarning(text), showInformation(text)]);
    for (const call of ['error', 'warning', 'information']) expectPlain(one(call)[0], notification);
    expect(one('error')[1]).toBe('Retry');
  });

  it('is text in a dialog', async () => {
    await askModal({ message: text, detail: 'one\ntwo' }, { title: 'Yes' });
    const [message, options] = one('warning') as [string, { detail: string }];
    expectPlain(message, notification);
    expect(options.detail).toBe('one\ntwo');
  });

  it('has no markup in a dialog’s lines', async () => {
    await askModal({ message: 'a', detail: text });
    const [, { detail }] = one('warning') as [string, { detail: string }];
    for (const each of detail.split('\n')) expectPlain(each, OUTSIDE_TEXT.dialog);
  });

  it('is text in progress and in the status bar', async () => {
    await showProgress({ title: text, location: 'notification', cancellable: true }, (_signal, report) => {
      report(text);
      return Promise.resolve();
    });
    expectPlain((one('progress') as [{ title: string }])[0].title, line);
    expectPlain((one('report') as [{ message: string }])[0].message, line);
    showStatus(text, 10);
    expectPlain(one('status')[0], line);
    const item = {} as vscode.StatusBarItem;
    setStatusText(item, 'bug', text);
    expect(item.text.startsWith('$(bug) ')).toBe(true);
    expectPlain(item.text.slice('$(bug) '.length), line);
    setStatusTooltip(item, [text, text]);
    expectPlain(item.tooltip, 2 * line + 1, 2);
  });

  it('is text on a tab', () => {
    const panel = {} as vscode.WebviewPanel;
    setTabTitle(panel, text);
    expectPlain(panel.title, line);
  });

  it('is text in quick picks', () => {
    const row = pickRow({ icon: 'flame', label: text, description: text, detail: text }, { id: 7 });
    expect(row.id).toBe(7);
    expect(row.label.startsWith('$(flame) ')).toBe(true);
    for (const words of [row.label.slice('$(flame) '.length), row.description, row.detail])
      expectPlain(words, line);
    expectPlain(pickRow({ label: text }, {}).label, line);
    expectPlain(pickHeading(text).label, line);
    expectPlain(openPick(text).placeholder, line);
    void showPick([], text);
    void showPickMany([], { title: text, placeHolder: text });
    const [[, single], [, many]] = given.map(({ values }) => values) as [
      [unknown, { placeHolder: string }],
      [unknown, { title: string; placeHolder: string }],
    ];
    for (const words of [single.placeHolder, many.title, many.placeHolder]) expectPlain(words, line);
  });

  it('is text around an input box, and what one edits stays as it is', () => {
    void askText({ title: text, prompt: text, value: text });
    const [options] = one('input') as [{ title: string; prompt: string; value: string }];
    expectPlain(options.title, line);
    expectPlain(options.prompt, line);
    expect(options.value).toBe(text);
    const { title, placeholder, prompt } = openInput({ title: text, placeholder: text, prompt: text });
    for (const words of [title, placeholder, prompt]) expectPlain(words, line);
  });

  it('is text in rows of a tree', () => {
    const row = treeRow(
      { label: text, description: text, tooltip: [text, text], spoken: text },
      { id: text },
    );
    expectPlain(row.label, line);
    expectPlain(row.description, line);
    expectPlain(row.tooltip, 2 * paragraph + 1, 2);
    expectPlain(row.accessibilityInformation?.label, paragraph);
    expect(row.id).toBe(text);
    const view = showTree('v', { getTreeItem: () => row, getChildren: () => [] });
    setTreeMessage(view, text);
    expectPlain(view.message, line);
  });

  it('is text in code lenses, at once and when they come into sight', async () => {
    const words = { title: text, tooltip: text };
    registerLenses('go', {
      onDidChange: () => nothing as vscode.Disposable,
      lensesOf: () => [
        { line: 3, text: words },
        { line: 4, text: () => Promise.resolve(words) },
      ],
    });
    const [, provider] = one('lenses') as [unknown, vscode.CodeLensProvider];
    const [first, second] = (await provider.provideCodeLenses({} as never, {} as never)) ?? [];
    expect(second?.command).toBeUndefined();
    const resolved = await provider.resolveCodeLens?.(second!, {} as never);
    for (const command of [first?.command, resolved?.command]) {
      expectPlain(command?.title, line);
      expectPlain(command?.tooltip, paragraph);
      expect(command?.command).toBe('');
    }
  });

  it('is escaped in Markdown, which may run and embed nothing', () => {
    const written = new MarkdownText()
      .text(text)
      .heading(text, text)
      .table([[text, text]])
      .link(text, 'https://a.example/(b) c');
    registerHovers('go', () => ({ text: written, range: nothing as vscode.Range }));
    const [, provider] = one('hovers') as [unknown, vscode.HoverProvider];
    const hover = provider.provideHover({} as never, {} as never, {} as never) as vscode.Hover;
    const row = withTooltip(treeRow({ label: 'x' }, {}), written);
    for (const markdown of [
      written.build(),
      hover.contents as unknown as vscode.MarkdownString,
      row.tooltip,
    ]) {
      if (typeof markdown !== 'object') throw new Error('no Markdown');
      expect(markdown.isTrusted).toBe(false);
      expect(markdown.supportHtml).toBe(false);
      expect(markdown.supportThemeIcons).toBe(false);
      // The one link is ours: its target is the address, and holds nothing that would end it.
      const ours = /(?<!\\)\]\(https:\/\/a\.example\/%28b%29%20c\)$/u;
      expect(markdown.value).toMatch(ours);
      const others = markdown.value.replace(ours, '');
      expect(others).not.toMatch(/(?<!\\)\](?:\(|\[|:)|(?<!\\)<|(?<![\\\w])https?:|\$\(/u);
      expect(others).not.toMatch(FORBIDDEN);
    }
  });

  it('is one line of the log', () => {
    const log = createLog('x');
    log.warn(text);
    log.audit({
      verb: 'delete',
      server: text,
      namespace: text,
      name: text,
      uid: text,
      node: text,
      at: text,
      outcome: 'failed',
      reason: text,
    });
    const [plain, audit] = given.map(({ values }) => values[0]) as [string, string];
    for (const written of [plain, audit]) expect(written).not.toMatch(/[\r\n\u2028\u2029\u0085]/u);
    for (const written of [plain, audit]) expect(written).not.toMatch(FORBIDDEN);
    expect(plain.length).toBeLessThanOrEqual(logLine + 2);
    expect(audit.length).toBeLessThanOrEqual(20 * line);
  });

  it('is text in the places of a sentence', () => {
    t('{0} of {1}', text, 7);
    const [message, filled, number] = one('sentence');
    expect(message).toBe('{0} of {1}');
    expectPlain(filled, value);
    expect(number).toBe(7);
  });
});

describe('the source of a function', () => {
  it.each([
    'command:workbench.action.quit',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'vscode://x',
    ' https://a',
  ])('is not opened at %s', async url => {
    expect(await openSource({ kind: 'web', url })).toBe(false);
    expect(given).toEqual([]);
  });

  it('is opened on the web', async () => {
    expect(await openSource({ kind: 'web', url: 'https://a.example/b' })).toBe(true);
    expect(one('external')).toHaveLength(1);
  });
});

describe('a link of Markdown', () => {
  it.each([
    'command:workbench.action.quit',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'vscode://x',
    'data:a',
  ])('leads nowhere for %s', url => {
    expect(new MarkdownText().link('words', url).build().value).toBe('words');
  });
});
