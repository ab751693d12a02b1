/** The Hot Frames document in a real extension host: its text, lenses, folding, outline, and how it follows its file. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { COMMANDS, FRAMES_SCHEME, SETTINGS } from '../../../src/words/ids.js';
import { activate, fixture, profileTabs, set, until } from './capturesScene.js';

const PROFILE = 'cpu-v1.32-runc-30s.pb.gz';
/** The hottest function of the runc package in that recording, and where its source is. */
const MEMORY = 'github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats';

describe('hot frames', () => {
  let folder = '';
  let profile = '';

  /** What this machine has of its own must not be found in place of what a test puts there. */
  const environment = { GOMODCACHE: '/nowhere/mod', GOPATH: '/nowhere', GOROOT: '/nowhere/go' };
  const kept = { ...process.env };

  before(async () => {
    await activate();
    Object.assign(process.env, environment);
  });
  after(() => {
    for (const name of Object.keys(environment)) {
      const value = kept[name];
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'node-triage-frames-'));
    profile = path.join(folder, 'cpu.pb.gz');
    await copyFile(fixture('profiles', PROFILE), profile);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await set({
      [SETTINGS.sourceRoots]: undefined,
      [SETTINGS.sourceTemplates]: undefined,
      [SETTINGS.showSourceCosts]: undefined,
    });
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  async function open(): Promise<vscode.TextDocument> {
    await vscode.commands.executeCommand(COMMANDS.openHotFrames, vscode.Uri.file(profile));
    const editor = await until('the document', () => {
      const active = vscode.window.activeTextEditor;
      return active?.document.uri.scheme === FRAMES_SCHEME ? active : undefined;
    });
    return editor.document;
  }

  const lenses = async (document: vscode.TextDocument): Promise<readonly vscode.CodeLens[]> =>
    vscode.commands.executeCommand('vscode.executeCodeLensProvider', document.uri, 2000);

  /** Lenses of the block that begins with this function. */
  async function lensesOf(document: vscode.TextDocument, name: string): Promise<readonly vscode.Command[]> {
    const line = lineOf(document, name);
    const found = (await lenses(document)).filter(({ range }) => range.start.line === line);
    const order = /^(?:approximate: )?(runc|vendored|kernel|Show|Copy)/;
    const commands = found.flatMap(({ command }) => command ?? []);
    // The command that asks for lenses hands them over as they were resolved; the editor shows them as provided.
    const places = ['runc', 'vendored', 'kernel', 'Show', 'Copy'];
    const placeOf = ({ title }: vscode.Command): number => places.indexOf(order.exec(title)?.[1] ?? '');
    return commands.sort((a, b) => placeOf(a) - placeOf(b));
  }

  /** What a click on a lens does. */
  async function press(lens: vscode.Command | undefined): Promise<void> {
    assert.ok(lens);
    const given: readonly unknown[] = lens.arguments ?? [];
    await vscode.commands.executeCommand(lens.command, ...given);
  }

  function lineOf(document: vscode.TextDocument, name: string): number {
    const lines = document.getText().split('\n');
    const line = lines.findIndex(text => /^\d+\. /.test(text) && text.endsWith(` ${name}`));
    assert.notEqual(line, -1, `no block of ${name}`);
    return line;
  }

  it('lists the functions, hottest first, in cores', async () => {
    const document = await open();
    const lines = document.getText().split('\n');
    assert.equal(lines[0], 'Hot frames of cpu.pb.gz');
    assert.equal(lines[1], 'cpu (nanoseconds) · 0.082 cores 100% over 30.0 s');
    // 1.45 s of 2.45 s in 30 s, as `go tool pprof -top` has it.
    const first = lines.findIndex(text => text.startsWith('1. '));
    assert.deepEqual(lines.slice(first, first + 2), [
      '1. internal/runtime/syscall/linux.Syscall6',
      '   flat 0.048 cores 59.2% · cum 0.048 cores 59.2%',
    ]);
    assert.ok(document.uri.path.endsWith('cpu.pb.gz'));
  });

  it('folds and outlines a block a function', async () => {
    const document = await open();
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    const blocks = document
      .getText()
      .split('\n')
      .filter(text => /^\d+\. /.test(text));
    assert.ok(blocks.length > 100);
    assert.deepEqual([symbols.length, folds.length], [blocks.length, blocks.length]);
    assert.equal(symbols[0]?.name, 'linux.Syscall6');
    const line = lineOf(document, MEMORY);
    assert.ok(folds.some(({ start, end }) => start === line && end > line + 2));
  });

  it('links a function to its repository, its vendored copy and the kernel', async () => {
    await writeFile(
      path.join(folder, 'capture.json'),
      JSON.stringify({
        files: ['cpu.pb.gz'],
        node: { name: 'n1', kubeletVersion: 'v1.32.5', kernelVersion: '4.4.227-1.el7.elrepo.x86_64' },
      }),
    );
    const document = await open();
    assert.match(document.getText(), /^kubelet v1\.32\.5 · kernel 4\.4\.227-1\.el7\.elrepo\.x86_64/m);
    const found = await lensesOf(document, MEMORY);
    assert.deepEqual(
      found.map(({ title }) => title.replace(/:\d+$/, ':N')),
      [
        'runc v1.2.1 fs/memory.go:N',
        'vendored: kubernetes v1.32.5 fs/memory.go:N',
        'kernel v4.4.227 memcg_stat_show',
        'Show in Flame Graph',
        'Copy Permalink',
      ],
    );
    const [source, vendored, kernel, , permalink] = found;
    const { url } = (source?.arguments as [{ readonly url: string }])[0];
    assert.match(
      url,
      /^https:\/\/github\.com\/opencontainers\/runc\/blob\/v1\.2\.1\/libcontainer\/cgroups\/fs\/memory\.go#L\d+$/,
    );
    assert.match(
      vendored?.tooltip ?? '',
      /kubernetes\/kubernetes\/blob\/v1\.32\.5\/vendor\/github\.com\/opencontainers/,
    );
    assert.match(kernel?.tooltip ?? '', /elixir\.bootlin\.com\/linux\/v4\.4\.227\/A\/ident\/memcg_stat_show/);
    await press(permalink);
    assert.equal(await vscode.env.clipboard.readText(), url);
  });

  it('takes mirrors from the setting', async () => {
    await set({
      [SETTINGS.sourceTemplates]: {
        file: 'https://git.example.test/{repository}/{revision}/{path}[#{line}]',
      },
    });
    const [source] = await lensesOf(await open(), MEMORY);
    assert.match(
      source?.tooltip ?? '',
      /^https:\/\/git\.example\.test\/opencontainers\/runc\/v1\.2\.1\/libcontainer\//,
    );
  });

  it('opens the source of this machine at the line the function has there', async () => {
    const module = path.join(folder, 'mod', 'github.com/opencontainers/runc@v1.2.1/libcontainer/cgroups/fs');
    await mkdir(module, { recursive: true });
    const text = `package fs\n${'\n'.repeat(40)}func (s *MemoryGroup) GetStats(path string) error {\n${'\treturn nil\n'.repeat(60)}}\n`;
    await writeFile(path.join(module, 'memory.go'), text);
    await set({ [SETTINGS.sourceRoots]: [path.join(folder, 'mod')] });
    const [source] = await lensesOf(await open(), MEMORY);
    assert.match(
      source?.title ?? '',
      /^runc v1\.2\.1 fs\/memory\.go:\d+ · memory\.go:\d+ on this machine · line moved with the function$/,
    );
    await press(source);
    const editor = await until('the source', () =>
      vscode.window.visibleTextEditors.find(({ document }) => document.uri.fsPath.endsWith('memory.go')),
    );
    const inFunction = Number(/memory\.go:(\d+) on/.exec(source?.title ?? '')?.[1]);
    assert.equal(editor.selection.active.line + 1, inFunction);
    assert.ok(inFunction >= 42 && inFunction < 102, `line ${inFunction} is outside of the function`);
  });

  describe('in a source file of this machine', () => {
    /** Where the function stands here: at another line than in the profile, which says 170. */
    const DECLARED = 42;
    let source: vscode.TextDocument;

    beforeEach(async () => {
      const module = path.join(folder, 'github.com/opencontainers/runc@v1.2.1/libcontainer/cgroups/fs');
      await mkdir(module, { recursive: true });
      const body =
        'func (s *MemoryGroup) GetStats(path string) error {\n' + '\treturn nil\n'.repeat(60) + '}\n';
      await writeFile(path.join(module, 'memory.go'), `package fs${'\n'.repeat(DECLARED - 1)}${body}`);
      source = await vscode.workspace.openTextDocument(path.join(module, 'memory.go'));
    });

    const costLenses = async (): Promise<readonly vscode.CodeLens[]> =>
      vscode.commands.executeCommand('vscode.executeCodeLensProvider', source.uri, 50);

    const someLenses = (): Promise<readonly vscode.CodeLens[]> =>
      until('lenses above the functions', async () => {
        const found = await costLenses();
        return found.length > 0 ? found : undefined;
      });

    it('says above a function what it costs, and leads to the graph', async () => {
      await vscode.commands.executeCommand(COMMANDS.openProfile, vscode.Uri.file(profile));
      await vscode.window.showTextDocument(source, vscode.ViewColumn.Beside);
      const [lens] = await someLenses();
      assert.equal(lens?.range.start.line, DECLARED - 1);
      assert.match(lens.command?.title ?? '', /^0\.0\d+ cores [\d.]+% total in cpu\.pb\.gz$/);
      assert.equal(lens.command?.tooltip, MEMORY);
      assert.deepEqual(lens.command.arguments, [vscode.Uri.file(profile).toString(), MEMORY]);
    });

    it('says nothing without a profile, and nothing any more when it closes', async () => {
      await vscode.window.showTextDocument(source);
      assert.deepEqual(await costLenses(), []);
      await vscode.commands.executeCommand(COMMANDS.openProfile, vscode.Uri.file(profile));
      await vscode.window.showTextDocument(source, vscode.ViewColumn.Beside);
      await someLenses();
      const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs);
      await vscode.window.tabGroups.close(tabs.filter(({ input }) => input instanceof vscode.TabInputCustom));
      await until('no lenses', async () => ((await costLenses()).length === 0 ? true : undefined));
    });

    it('can be turned off and on', async () => {
      await vscode.commands.executeCommand(COMMANDS.openProfile, vscode.Uri.file(profile));
      await vscode.window.showTextDocument(source, vscode.ViewColumn.Beside);
      await someLenses();
      await vscode.commands.executeCommand(COMMANDS.toggleSourceCosts);
      await until('no lenses', async () => ((await costLenses()).length === 0 ? true : undefined));
      await vscode.commands.executeCommand(COMMANDS.toggleSourceCosts);
      await someLenses();
    });
  });

  it('is made anew when the profile is replaced', async () => {
    const document = await open();
    const before = document.getText();
    await copyFile(fixture('profiles', 'cpu-30pods-30s.pb.gz'), `${profile}.new`);
    await rename(`${profile}.new`, profile);
    await until('the new text', () => document.getText() !== before || undefined);
    assert.match(document.getText(), /^cpu \(nanoseconds\) · 0\.03\d cores 100%/m);
    const found = await until('new lenses', async () => {
      const all = await lenses(document);
      return all.length > 0 ? all : undefined;
    });
    const heads = document
      .getText()
      .split('\n')
      .flatMap((text, line) => (/^\d+\. /.test(text) ? [line] : []));
    assert.deepEqual([...new Set(found.map(({ range }) => range.start.line))], heads);
  });

  it('says what is wrong with a file that is no profile', async () => {
    await writeFile(profile, 'no profile at all, really');
    const document = await open();
    assert.doesNotMatch(document.getText(), /^Hot frames of/);
    assert.ok(document.getText().length > 20);
    assert.deepEqual(await lenses(document), []);
  });

  it('leads back to the flame graph', async () => {
    const document = await open();
    const show = (await lensesOf(document, MEMORY)).find(({ title }) => title === 'Show in Flame Graph');
    await press(show);
    await until('the profile’s tab', () => profileTabs().includes(profile) || undefined);
  });
});
