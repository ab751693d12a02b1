/**
 * The rules that keep text of others behind its doors test themselves: each refuses a planted call in a file of src/ui
 * and lets it pass in the door, with the rules that eslint.config.mjs has for that file.
 */
import path from 'node:path';
import { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const eslint = new ESLint({ cwd: root });
const ELSEWHERE = 'src/ui/nodes/nodeCommands.ts';

/** Messages of the rule for code that would stand in that file. */
async function refusals(file: string, code: string): Promise<string[]> {
  const config = (await eslint.calculateConfigForFile(path.join(root, file))) as Linter.Config;
  const rule = config.rules?.['no-restricted-syntax'];
  if (rule === undefined) throw new Error(`no rule for ${file}`);
  const found = new Linter().verify(
    code,
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      rules: { 'no-restricted-syntax': rule },
    },
    { filename: 'planted.ts' },
  );
  expect(found.filter(({ fatal }) => fatal === true)).toEqual([]);
  return found.map(({ message }) => message);
}

const PLANTED: readonly (readonly [door: string, code: string])[] = [
  ['src/ui/shell/messages.ts', `void vscode.window.showErrorMessage(body);`],
  ['src/ui/shell/messages.ts', `void vscode.window.showWarningMessage(body, { modal: true });`],
  ['src/ui/shell/messages.ts', `void window.showInformationMessage(body);`],
  ['src/ui/shell/messages.ts', `const show = vscode.window.showErrorMessage; void show(body);`],
  ['src/ui/shell/messages.ts', `vscode.window.setStatusBarMessage(body, 1000);`],
  ['src/ui/shell/messages.ts', `void vscode.window.withProgress({ location: 15, title: body }, work);`],
  ['src/ui/shell/messages.ts', `progress.report({ message: body });`],
  ['src/ui/shell/messages.ts', `const item = vscode.window.createStatusBarItem();`],
  ['src/ui/shell/messages.ts', 'use(`$(bug) ${body}`);'],
  ['src/ui/shell/messages.ts', 'item.text = body;'],
  ['src/ui/shell/quickPick.ts', `void vscode.window.showQuickPick([{ label: body }]);`],
  ['src/ui/shell/quickPick.ts', `const pick = vscode.window.createQuickPick();`],
  ['src/ui/shell/quickPick.ts', `void vscode.window.showInputBox({ prompt: body });`],
  ['src/ui/shell/quickPick.ts', 'const row = { label: `$(bug) ${body}` };'],
  ['src/ui/shell/markdown.ts', `const hover = new vscode.MarkdownString(body);`],
  ['src/ui/shell/markdown.ts', `const M = vscode.MarkdownString;`],
  ['src/ui/shell/markdown.ts', `const hover = new vscode.Hover(body);`],
  ['src/ui/shell/markdown.ts', `vscode.languages.registerHoverProvider(all, { provideHover });`],
  ['src/ui/shell/markdown.ts', `hover.isTrusted = true;`],
  ['src/ui/shell/markdown.ts', `const trust = { isTrusted: { enabledCommands: ['a'] } };`],
  ['src/ui/shell/markdown.ts', `hover['isTrusted'] = true;`],
  ['src/ui/shell/markdown.ts', `hover.supportHtml = true;`],
  ['src/ui/shell/treeRows.ts', `const item = new vscode.TreeItem(body);`],
  ['src/ui/shell/treeRows.ts', `class Row extends vscode.TreeItem {}`],
  ['src/ui/shell/treeRows.ts', `item.tooltip = body;`],
  ['src/ui/shell/treeRows.ts', `item.label = { label: body };`],
  ['src/ui/shell/treeRows.ts', `this.view.message = body;`],
  ['src/ui/shell/treeRows.ts', `vscode.window.createTreeView('x', { treeDataProvider });`],
  ['src/ui/shell/treeRows.ts', `vscode.window.registerTreeDataProvider('x', treeDataProvider);`],
  ['src/ui/shell/messages.ts', `panel.title = body;`],
  ['src/ui/shell/quickPick.ts', `input.prompt = body;`],
  ['src/ui/shell/codeLenses.ts', `const lens = new vscode.CodeLens(range, { title: body, command: '' });`],
  ['src/ui/shell/codeLenses.ts', `class FrameLens extends vscode.CodeLens {}`],
  ['src/ui/shell/codeLenses.ts', `vscode.languages.registerCodeLensProvider(all, provider);`],
  ['src/ui/shell/log.ts', `const channel = vscode.window.createOutputChannel('x');`],
  ['src/ui/shell/l10n.ts', `const words = vscode.l10n.t('Retry: {0}', body);`],
];

/** Ways around names, which no file has, a door neither. */
const EVASIONS: readonly string[] = [
  `void vscode.window['showErrorMessage'](body);`,
  `void vscode.window[method](body);`,
  `void vscode.window['show' + kind](body);`,
  'void vscode.window[`show${kind}Message`](body);',
  `void vscode['window'].showNothing(body);`,
  `void vscode[area].showNothing(body);`,
  `void (vscode.window as Record<string, Show>)[method](body);`,
  `void vscode.commands[method](body);`,
  `const { showErrorMessage: say } = vscode.window;`,
  `const { window } = vscode;`,
  `const { ...all } = vscode;`,
  `const w = vscode.window;`,
  `let w; w = vscode.window;`,
  `const api = vscode;`,
  `use(vscode.window);`,
  `Reflect.get(vscode.window, method);`,
  `const parts = { window: vscode.window };`,
  `const { t } = vscode.l10n;`,
  `import { window } from 'vscode';`,
  `import { MarkdownString as M } from 'vscode';`,
  `import * as code from 'vscode';`,
  `import code from 'vscode';`,
  `import code = require('vscode');`,
  `export { window } from 'vscode';`,
  `export * from 'vscode';`,
  `const code = await import('vscode');`,
  `const code = require('vscode');`,
  `const terminal = vscode.window.createTerminal(body);`,
];

/** Ways for a name to become markup, an address or a script on a page. */
const PAGE_MARKUP: readonly string[] = [
  `box.innerHTML = name;`,
  `box['innerHTML'] = name;`,
  `box.outerHTML = name;`,
  `box.insertAdjacentHTML('beforeend', name);`,
  `box.setHTMLUnsafe(name);`,
  `frame.srcdoc = name;`,
  `document.write(name);`,
  `document['write'](name);`,
  `const parser = new DOMParser();`,
  `range.createContextualFragment(name);`,
  `eval(name);`,
  `new Function(name)();`,
  `link.href = address;`,
  `image.src = address;`,
  `box.onclick = handler;`,
  `window.location = address;`,
  `window.open(address);`,
  `document.location = address;`,
];
/** What only webview/ui/dom.ts does, where each name is looked at. */
const ELEMENTS: readonly string[] = [
  `link.setAttribute('href', address);`,
  `link.setAttribute(name, address);`,
  `link.setAttributeNS(null, 'href', address);`,
  `document.createElement('a');`,
  `document.createElement(name);`,
  `document.createElementNS(svg, 'script');`,
];

describe('pages', () => {
  it.each(PAGE_MARKUP)('make nothing of names but text: %s', async code => {
    for (const file of ['webview/report/callsView.ts', 'webview/ui/dom.ts'])
      expect(await refusals(file, code)).not.toEqual([]);
  });

  it.each(ELEMENTS)('have one file for: %s', async code => {
    expect(await refusals('webview/report/callsView.ts', code)).toHaveLength(1);
    expect(await refusals('webview/ui/dom.ts', code)).toEqual([]);
  });

  it.each([
    `element('td', { class: 'name', title: name }, name);`,
    `box.textContent = name;`,
    `button.setAttribute('aria-pressed', 'true');`,
    `const button = document.createElement('vscode-button');`,
    `bar.style.transform = scale;`,
  ])('may: %s', async code => {
    expect(await refusals('webview/report/callsView.ts', code)).toEqual([]);
  });
});

describe('a door for text of others', () => {
  // The configuration is read once.
  beforeAll(() => refusals(ELSEWHERE, ''), 120_000);

  it.each(PLANTED)('is %s alone for: %s', async (door, code) => {
    const [message, ...more] = await refusals(ELSEWHERE, code);
    expect(message).toContain(door);
    expect(more).toEqual([]);
    expect(await refusals(door, code)).toEqual([]);
  });

  it.each(EVASIONS)('is not gone around by: %s', async code => {
    for (const file of [ELSEWHERE, 'src/ui/shell/messages.ts', 'src/extension.ts'])
      expect(await refusals(file, code)).toHaveLength(1);
  });

  it.each([
    `import * as vscode from 'vscode';`,
    `await vscode.commands.executeCommand(COMMANDS.showLog);`,
    `const { Collapsed } = vscode.TreeItemCollapsibleState;`,
    `function rowOf(item: vscode.TreeItem): vscode.Hover {}`,
    `item.command = COMMANDS.stopAndKeep;`,
    'showError(text);',
    'progress.report({ increment: 3 });',
    "t('Retry: {0}', body);",
  ])('lets pass: %s', async code => {
    expect(await refusals(ELSEWHERE, code)).toEqual([]);
  });

  it('refuses expressions that are made while running, everywhere', async () => {
    for (const file of [ELSEWHERE, 'src/ui/shell/messages.ts', 'src/base/errors.ts', 'webview/words.ts'])
      for (const code of ['new RegExp(text);', 'RegExp(`^${text}$`);'])
        expect(await refusals(file, code)).toHaveLength(1);
  });

  it('refuses signals that are joined for good, everywhere', async () => {
    for (const file of [
      ELSEWHERE,
      'src/ui/shell/messages.ts',
      'src/cluster/nodes/nodeWatch.ts',
      'webview/words.ts',
    ])
      for (const code of ['const both = AbortSignal.any([one, other]);', 'signals.map(AbortSignal.any);'])
        expect(await refusals(file, code)).toHaveLength(1);
  });

  it('still refuses enums, everywhere', async () => {
    for (const file of [ELSEWHERE, 'src/ui/shell/messages.ts', 'src/base/errors.ts'])
      expect(await refusals(file, 'enum Color { Red }')).toHaveLength(1);
  });
});
