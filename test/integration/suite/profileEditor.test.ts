/**
 * The editor's host side in a real extension host: tabs of the custom editor, and pages with a stand-in for the panel,
 * so that what is sent to the webview can be looked at. The decoder, the files and the watchers are real.
 */
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { writeFileAtomically } from '../../../src/files/atomicWrite.js';
import type { CaptureFacts, LoadOutcome, ProfilePayload } from '../../../src/protocol/messages.js';
import { CaptureDocument } from '../../../src/ui/panel/captureDocument.js';
import { ProfilePage } from '../../../src/ui/profileEditor/profilePage.js';
import { COMMANDS } from '../../../src/words/ids.js';
import { createCaptureRegistry } from '../../../src/ui/captures/runningCaptures.js';
import { createProfileDecoder } from '../../../src/worker/node/profileDecoder.js';
import type { ProfileDecoder } from '../../../src/worker/workerPorts.js';
import { activate, fixture, profileTabs, until } from './capturesScene.js';
import { FakePanel } from './fakePanel.js';
import { createLog, type Log } from '../../../src/ui/shell/log.js';

/** Every typed array inside, with its path. */
function arraysIn(value: unknown, at = ''): readonly (readonly [string, ArrayBufferView])[] {
  if (ArrayBuffer.isView(value)) return [[at, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => arraysIn(inner, `${at}.${key}`));
}

describe('profile editor', () => {
  const registry = createCaptureRegistry();
  let decoder: ProfileDecoder;
  let extension: vscode.Extension<unknown>;
  let folder = '';
  let log: Log;
  const closing: { dispose(): unknown }[] = [];

  before(async () => {
    extension = await activate();
    decoder = createProfileDecoder(path.join(extension.extensionPath, 'dist', 'worker.cjs'));
    log = createLog('profile editor test');
  });
  after(() => {
    decoder.dispose();
    registry.dispose();
    log.dispose();
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'node-triage-editor-'));
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const each of closing.splice(0).reverse()) each.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  function openPage(file: string, maxBytes = 2 ** 29): FakePanel {
    const document = new CaptureDocument(vscode.Uri.file(file));
    const panel = new FakePanel();
    const page = new ProfilePage(
      {
        extensionUri: extension.extensionUri,
        decoder,
        registry,
        log,
        maxBytes: () => maxBytes,
        orientation: () => 'flame',
        exportFolded: () => Promise.resolve(false),
        sources: {
          list: (_, { name }) =>
            Promise.resolve({
              links: [{ target: 'source', label: name, detail: 'https://example.test/' }],
              reason: '',
            }),
          open: (_, { name }, target) => Promise.resolve(name === 'runtime.futex' && target === 'kernel'),
        },
        showLog: () => undefined,
        openReport: () => Promise.resolve(),
      },
      document,
      panel as unknown as vscode.WebviewPanel,
    );
    closing.push(document, page);
    pages.set(panel, page);
    return panel;
  }

  const pages = new Map<FakePanel, ProfilePage>();
  const pageOf = (panel: FakePanel): ProfilePage => {
    const page = pages.get(panel);
    assert.ok(page);
    return page;
  };

  async function load(panel: FakePanel, id = 1): Promise<LoadOutcome> {
    panel.ask(id, 'profile/load');
    return panel.reply(id);
  }

  async function loadProfile(panel: FakePanel, id = 1): Promise<ProfilePayload> {
    const outcome = await load(panel, id);
    assert.equal(outcome.kind, 'profile');
    return outcome.payload;
  }

  const replaceBy = async (file: string, name: string): Promise<void> => {
    const fresh = `${file}.fresh`;
    await copyFile(fixture('profiles', name), fresh);
    await rename(fresh, file);
  };
  const cpuTotal = ({ summary }: ProfilePayload): number => summary.totals[1] ?? NaN;

  describe('tabs', () => {
    it('open by file name, and by command for any name', async () => {
      const named = path.join(folder, 'cpu.pprof');
      const unnamed = path.join(folder, 'a profile without a name');
      for (const file of [named, unnamed]) await replaceBy(file, 'cpu-idle-30s.pb.gz');
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(named));
      await vscode.commands.executeCommand(COMMANDS.openProfile, vscode.Uri.file(unnamed));
      await until('two tabs', () => profileTabs().length === 2 || undefined);
      assert.deepEqual([...profileTabs()].sort(), [unnamed, named].sort());
    });

    it('are one for each of the selected files', async () => {
      const files = ['a.pb.gz', 'b.pb.gz'].map(name => vscode.Uri.file(path.join(folder, name)));
      for (const { fsPath } of files) await replaceBy(fsPath, 'cpu-idle-30s.pb.gz');
      await vscode.commands.executeCommand(COMMANDS.openProfile, files[0], files);
      await until('two tabs', () => profileTabs().length === 2 || undefined);
    });
  });

  describe('loading', () => {
    it('sends every profile as tables in typed arrays of their own', async () => {
      const names = (await readdir(fixture('profiles'))).filter(name => name.endsWith('.pb.gz'));
      assert.ok(names.length >= 10);
      for (const name of names) {
        const { summary, tables } = await loadProfile(openPage(fixture('profiles', name)));
        assert.equal(summary.format, 'pprof', name);
        const arrays = arraysIn(tables);
        assert.ok(arrays.length >= 9, name);
        for (const [at, array] of arrays) {
          // A Node Buffer would cross as JSON, a view into a larger block would drag the block along.
          assert.notEqual(array.constructor.name, 'Buffer', `${name}${at}`);
          assert.equal(array.buffer.byteLength, array.byteLength, `${name}${at}`);
        }
      }
    });

    it('tells how far it is', async () => {
      const panel = openPage(fixture('profiles', 'cpu-30pods-30s.pb.gz'));
      await loadProfile(panel);
      assert.ok(panel.events('profile/progress').some(({ phase }) => phase === 'decoding'));
    });

    const bad: readonly (readonly [string, () => Promise<string>, string])[] = [
      ['an empty file', () => write('x.pb', ''), 'file-empty'],
      ['a file that is no profile', () => write('x.pb', '{"a": 1}'), 'format-unknown'],
      ['an execution trace', () => Promise.resolve(fixture('profiles', 'trace-5s.out')), 'format-other-tool'],
      ['a file that is gone', () => Promise.resolve(path.join(folder, 'gone.pb.gz')), 'file-unreadable'],
      ['a folder', () => Promise.resolve(folder), 'file-unreadable'],
    ];
    const write = async (name: string, text: string): Promise<string> => {
      await writeFile(path.join(folder, name), text);
      return path.join(folder, name);
    };
    for (const [what, file, code] of bad)
      it(`answers ${what} with a reason and a next step`, async () => {
        const outcome = await load(openPage(await file()));
        assert.equal(outcome.kind, 'failed');
        const { shown } = outcome;
        assert.equal(shown.error.code, code);
        assert.ok(shown.text.length > 10);
      });

    it('holds the limit of size', async () => {
      const outcome = await load(openPage(fixture('profiles', 'cpu-cgroupload-30s.pb.gz'), 1000));
      assert.equal(outcome.kind === 'failed' && outcome.shown.error.code, 'file-too-large');
    });

    it('stops when the tab closes, and says nothing more', async () => {
      const panel = openPage(fixture('profiles', 'cpu-cgroupload-30s.pb.gz'));
      panel.ask(1, 'profile/load');
      panel.close();
      // The decoder takes one job after the other: when this one is done, the other has ended.
      await loadProfile(openPage(fixture('profiles', 'cpu-idle-30s.pb.gz')));
      assert.deepEqual(
        panel.posted.filter(({ kind }) => kind !== 'event'),
        [],
      );
    });

    it('does not answer a new page with the old one’s profile', async () => {
      const panel = openPage(fixture('profiles', 'cpu-cgroupload-30s.pb.gz'));
      panel.ask(1, 'profile/load');
      panel.show(false);
      panel.show(true);
      const payload = await loadProfile(panel, 1);
      assert.equal(payload.name, 'cpu-cgroupload-30s.pb.gz');
      assert.equal(panel.posted.filter(({ kind }) => kind === 'reply').length, 1);
    });

    it('lists and opens sources of a function', async () => {
      const panel = openPage(fixture('profiles', 'cpu-idle-30s.pb.gz'));
      const ref = { name: 'runtime.futex', file: 'sys_linux_amd64.s' };
      panel.ask(1, 'source/list', ref);
      panel.ask(2, 'source/open', { ...ref, target: 'kernel' });
      assert.deepEqual(await panel.reply(1), {
        links: [{ target: 'source', label: 'runtime.futex', detail: 'https://example.test/' }],
        reason: '',
      });
      assert.equal(await panel.reply(2), true);
    });

    it('selects a function at once where the page is there, else as soon as it is', async () => {
      const early = openPage(fixture('profiles', 'cpu-idle-30s.pb.gz'));
      pageOf(early).showFunction('runtime.futex');
      const outcome = await load(early);
      assert.equal(outcome.kind === 'profile' && outcome.showFunction, 'runtime.futex');
      assert.deepEqual(early.events('view/showFunction'), []);
      pageOf(early).showFunction('runtime.mcall');
      assert.deepEqual(early.events('view/showFunction'), [{ name: 'runtime.mcall' }]);
    });

    it('refuses what no page would ask', async () => {
      const panel = openPage(fixture('profiles', 'cpu-idle-30s.pb.gz'));
      panel.ask(1, 'file/delete', { path: '/etc/passwd' });
      panel.ask(2, 'text/copy', { text: 7 });
      const failures = await until('two failures', () => {
        const found = panel.posted.filter(({ kind }) => kind === 'failure');
        return found.length === 2 ? found : undefined;
      });
      assert.deepEqual(
        failures.map(message => 'id' in message && message.id),
        [1, 2],
      );
    });
  });

  describe('a file that changes', () => {
    let file = '';
    beforeEach(async () => {
      file = path.join(folder, 'cpu.pb.gz');
      await replaceBy(file, 'cpu-idle-30s.pb.gz');
    });

    it('is decoded anew when it is replaced', async () => {
      const panel = openPage(file);
      assert.equal(cpuTotal(await loadProfile(panel)), 170_000_000);
      await replaceBy(file, 'cpu-30pods-30s.pb.gz');
      const changed = await until('profile/changed', () => panel.events('profile/changed')[0]);
      assert.equal(cpuTotal(changed.payload), 920_000_000);
    });

    it('is followed through many replacements to the last', async () => {
      const panel = openPage(file);
      await loadProfile(panel);
      for (const name of ['cpu-30pods-30s.pb.gz', 'cpu-cgroupload-30s.pb.gz', 'cpu-v1.32-runc-30s.pb.gz'])
        await replaceBy(file, name);
      await until('the last one', () => {
        const last = panel.events('profile/changed').at(-1);
        return (last !== undefined && cpuTotal(last.payload) === 2_450_000_000) || undefined;
      });
    });

    it('is told as stale when it goes or spoils, and comes back', async () => {
      const panel = openPage(file);
      await loadProfile(panel);
      await rm(file);
      const gone = await until('profile/stale', () => panel.events('profile/stale')[0]);
      assert.equal(gone.shown.error.code, 'file-unreadable');
      await writeFile(file, 'no profile at all, really');
      const spoilt = await until('the second profile/stale', () => panel.events('profile/stale')[1]);
      assert.equal(spoilt.shown.error.code, 'format-unknown');
      await replaceBy(file, 'cpu-30pods-30s.pb.gz');
      await until('profile/changed', () => panel.events('profile/changed')[0]);
    });

    it('is not read for a page that is hidden', async () => {
      const panel = openPage(file);
      await loadProfile(panel);
      panel.show(false);
      await replaceBy(file, 'cpu-30pods-30s.pb.gz');
      const other = openPage(file);
      await loadProfile(other);
      await replaceBy(file, 'cpu-cgroupload-30s.pb.gz');
      await until('the visible page is told', () => other.events('profile/changed')[0]);
      assert.deepEqual(panel.events('profile/changed'), []);
      panel.show(true);
      assert.equal(cpuTotal(await loadProfile(panel, 2)), 4_300_000_000);
    });
  });

  describe('a capture', () => {
    const writeRecord = (fields: object): Promise<void> =>
      writeFileAtomically(
        path.join(folder, 'capture.json'),
        new TextEncoder().encode(JSON.stringify({ files: ['cpu.pb.gz'], ...fields })),
      );
    let file = '';
    beforeEach(async () => {
      file = path.join(folder, 'cpu.pb.gz');
      await replaceBy(file, 'cpu-idle-30s.pb.gz');
    });

    it('brings its facts along, and follows its state', async () => {
      await writeFile(path.join(folder, '.writer'), '');
      await writeRecord({ state: 'running', node: 'node7', slicesDone: 2, slicesPlanned: 6 });
      const panel = openPage(file);
      const { capture } = await loadProfile(panel);
      const facts = ({ node, state, slicesDone, processCores }: CaptureFacts) => ({
        node,
        state,
        slicesDone,
        processCores,
      });
      assert.deepEqual(capture && facts(capture), {
        node: 'node7',
        state: 'running',
        slicesDone: 2,
        processCores: undefined,
      });
      await until('the title', () => panel.title === 'node7 · CPU profile' || undefined);
      await writeRecord({
        node: 'node7',
        slicesDone: 6,
        processCpu: { cpuSeconds: 30, windowSeconds: 60 },
      });
      const changed = await until('capture/changed', () => panel.events('capture/changed')[0]);
      assert.deepEqual(facts(changed.capture), {
        node: 'node7',
        state: 'complete',
        slicesDone: 6,
        processCores: 0.5,
      });
      assert.deepEqual(panel.events('profile/changed'), []);
    });

    it('is not made of a capture.json about other files', async () => {
      await writeRecord({ node: 'node7', files: ['other.pb.gz'] });
      const panel = openPage(file);
      assert.equal((await loadProfile(panel)).capture, undefined);
    });
  });

  it('gives the page a strict policy and nothing but its own files', () => {
    const panel = openPage(fixture('profiles', 'cpu-idle-30s.pb.gz'));
    const { html, options } = panel.webview;
    const policy =
      /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'") ?? '';
    assert.match(policy, /^default-src 'none'; script-src 'nonce-[A-Za-z0-9+/=]{20,}';/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:(?!\/\/example\.test)/);
    assert.deepEqual(
      options.localResourceRoots?.map(({ path: at }) => at.split('/').slice(-2).join('/')),
      ['dist/webview', `${extension.extensionPath.split('/').at(-1) ?? ''}/media`],
    );
    assert.match(html, /"orientation":"flame"/);
  });
});
