/** The manifest against the running extension: what package.json promises is registered, and nothing else is. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import {
  COMMANDS,
  CONTEXT_KEYS,
  ANY_PROFILE_EDITOR,
  PROFILE_EDITOR,
  SETTINGS,
  SETTINGS_SECTION,
  VIEWS,
} from '../../../src/words/ids.js';

const EXTENSION_ID = 'node-triage.node-triage';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category?: string;
    }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsContainers: {
      readonly activitybar: readonly { readonly id: string; readonly icon: string }[];
    };
    readonly customEditors: readonly {
      readonly viewType: string;
      readonly priority: string;
      readonly selector: readonly { readonly filenamePattern: string }[];
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly keybindings: readonly { readonly command: string }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly markdownDescription?: string }>>;
    };
  };
  readonly icon: string;
  readonly main: string;
}

function requireExtension(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension(EXTENSION_ID);
  assert.ok(extension, `${EXTENSION_ID} is not loaded`);
  return extension;
}
const manifestOf = (extension: vscode.Extension<unknown>): Manifest => extension.packageJSON as Manifest;
const sorted = (names: Iterable<string>): string[] => [...names].sort();

describe('activation', () => {
  it('activates on demand without an error', async () => {
    const extension = requireExtension();
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command of the manifest and no other', async () => {
    await requireExtension().activate();
    const declared = manifestOf(requireExtension()).contributes.commands.map(({ command }) => command);
    const ours = (await vscode.commands.getCommands(true)).filter(command =>
      command.startsWith('nodeTriage.'),
    );
    // VS Code itself makes commands for views, named by the view: `nodeTriage.nodes.focus` and so on.
    const byViews = [VIEWS.nodes, VIEWS.captures].map(view => `${view}.`);
    const registered = ours.filter(command => !byViews.some(prefix => command.startsWith(prefix)));
    assert.deepEqual(sorted(registered), sorted(declared));
  });

  it('can show both views', async () => {
    await requireExtension().activate();
    for (const view of [VIEWS.nodes, VIEWS.captures]) await vscode.commands.executeCommand(`${view}.focus`);
  });
});

describe('manifest', () => {
  it('names its commands as the code does', () => {
    const declared = manifestOf(requireExtension()).contributes.commands.map(({ command }) => command);
    assert.deepEqual(sorted(declared), sorted(Object.values(COMMANDS)));
  });

  it('gives every command a translated title in one category', () => {
    for (const { command, title, category } of manifestOf(requireExtension()).contributes.commands) {
      assert.equal(category, 'Node Triage', command);
      assert.doesNotMatch(title, /^%|^$/, `${command} has no words in package.nls.json`);
    }
  });

  it('names its settings as the code does, each described, each with a default', () => {
    const properties = manifestOf(requireExtension()).contributes.configuration.properties;
    const names = Object.values(SETTINGS).map(name => `${SETTINGS_SECTION}.${name}`);
    assert.deepEqual(sorted(Object.keys(properties)), sorted(names));
    for (const [name, { markdownDescription }] of Object.entries(properties)) {
      assert.doesNotMatch(
        markdownDescription ?? '',
        /^%|^$/,
        `${name} has no description in package.nls.json`,
      );
      assert.notEqual(vscode.workspace.getConfiguration().inspect(name)?.defaultValue, undefined, name);
    }
  });

  it('uses in menus and keys only commands and context keys that exist', () => {
    const { menus, keybindings } = manifestOf(requireExtension()).contributes;
    const commands = new Set<string>(Object.values(COMMANDS));
    const keys = new Set<string>([...Object.values(CONTEXT_KEYS), ...Object.values(VIEWS), PROFILE_EDITOR]);
    for (const { command } of keybindings) assert.ok(commands.has(command), command);
    for (const { command, when } of Object.values(menus).flat()) {
      assert.ok(commands.has(command), command);
      for (const [key] of (when ?? '').matchAll(/nodeTriage\.\w+/g))
        assert.ok(keys.has(key), `${key} in "${when ?? ''}"`);
    }
  });

  it('offers the profile editor for the file names it promises', () => {
    const [editor, anyName] = manifestOf(requireExtension()).contributes.customEditors;
    assert.equal(anyName?.viewType, ANY_PROFILE_EDITOR);
    assert.equal(anyName.priority, 'option');
    assert.deepEqual(anyName.selector, [{ filenamePattern: '*' }]);
    assert.equal(editor?.viewType, PROFILE_EDITOR);
    assert.equal(editor.priority, 'default');
    assert.deepEqual(sorted(editor.selector.map(({ filenamePattern }) => filenamePattern)), [
      '*.pb',
      '*.pb.gz',
      '*.pprof',
      '*.prof',
    ]);
  });

  it('has its views in its own container, with the icons there', () => {
    const extension = requireExtension();
    const { views, viewsContainers } = manifestOf(extension).contributes;
    assert.deepEqual(
      views[VIEWS.container]?.map(({ id }) => id),
      [VIEWS.nodes, VIEWS.captures],
    );
    const icons = [manifestOf(extension).icon, ...viewsContainers.activitybar.map(({ icon }) => icon)];
    for (const icon of icons) assert.ok(existsSync(path.join(extension.extensionPath, icon)), icon);
  });

  it('has the same keys in every language', () => {
    const keysOf = (file: string): string[] => {
      const text = readFileSync(path.join(requireExtension().extensionPath, file), 'utf8');
      return sorted(Object.keys(JSON.parse(text) as Record<string, string>));
    };
    assert.deepEqual(keysOf('package.nls.zh-cn.json'), keysOf('package.nls.json'));
  });
});

describe('activation cost', () => {
  it('does not load the Kubernetes client: its bundle is apart', () => {
    const main = path.join(requireExtension().extensionPath, manifestOf(requireExtension()).main);
    const source = readFileSync(main, 'utf8');
    assert.match(source, /cluster\.cjs/);
    assert.doesNotMatch(source, /CoreV1Api/);
  });
});
