/**
 * The report editor's host side in a real extension host: tabs by name and by content, and pages with a stand-in for the
 * panel, so that what is sent to the webview can be looked at. The worker, the files and the watchers are real.
 */
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { formatTriageManifest, TRIAGE_FILE } from '../../../src/material/triageManifest.js';
import type { LoadOutcome } from '../../../src/protocol/messages.js';
import type { ReportOutcome, ReportPayload } from '../../../src/protocol/reportMessages.js';
import { DEFAULT_TEMPLATES } from '../../../src/sources/frame/frameUrl.js';
import { CaptureDocument } from '../../../src/ui/panel/captureDocument.js';
import { COMMANDS, PROFILE_EDITOR, REPORT_EDITOR } from '../../../src/words/ids.js';
import { ReportPage } from '../../../src/ui/reportEditor/reportPage.js';
import { createProfileDecoder } from '../../../src/worker/node/profileDecoder.js';
import type { ProfileDecoder, ReportReader } from '../../../src/worker/workerPorts.js';
import { activate, fixture, until } from './capturesScene.js';
import { FakePanel } from './fakePanel.js';
import { createLog, type Log } from '../../../src/ui/shell/log.js';

/** View type and path of every tab of a custom editor. */
function customTabs(): readonly (readonly [viewType: string, file: string])[] {
  return vscode.window.tabGroups.all
    .flatMap(group => group.tabs)
    .flatMap(({ input }) =>
      input instanceof vscode.TabInputCustom ? [[input.viewType, input.uri.fsPath] as const] : [],
    );
}

describe('report editor', () => {
  let worker: ProfileDecoder & ReportReader;
  let extension: vscode.Extension<unknown>;
  let folder = '';
  let log: Log;
  const opened: string[] = [];
  const closing: { dispose(): unknown }[] = [];

  before(async () => {
    extension = await activate();
    worker = createProfileDecoder(path.join(extension.extensionPath, 'dist', 'worker.cjs'));
    log = createLog('report editor test');
  });
  after(() => {
    worker.dispose();
    log.dispose();
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'node-triage-report-'));
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const each of closing.splice(0).reverse()) each.dispose();
    opened.length = 0;
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  function remember(what: string): Promise<void> {
    opened.push(what);
    return Promise.resolve();
  }

  function openPage(file: string, maxBytes = 2 ** 29): FakePanel {
    const document = new CaptureDocument(vscode.Uri.file(file));
    const panel = new FakePanel();
    const page = new ReportPage(
      {
        extensionUri: extension.extensionUri,
        reader: worker,
        log,
        maxBytes: () => maxBytes,
        templates: () => DEFAULT_TEMPLATES,
        hotCores: () => 0.5,
        showLog: () => undefined,
        openBeside: (uri, line) => {
          opened.push(`${path.basename(uri.fsPath)}:${line ?? ''}`);
          return Promise.resolve(true);
        },
        exportReport: ({ facts }) => remember(`export of ${facts.nodeName ?? ''}`).then(() => true),
        steps: {
          run: (step, { node }) => remember(`${step} on ${node}`),
          applyRemedy: ({ node }, rule) => remember(`${rule} on ${node}`),
          checkRemedy: ({ node }, file) => remember(`${path.basename(file)} of ${node}`),
        },
        openProfile: uri => {
          opened.push(path.basename(uri.fsPath));
          return Promise.resolve();
        },
      },
      document,
      panel as unknown as vscode.WebviewPanel,
    );
    closing.push(document, page);
    return panel;
  }

  async function load(panel: FakePanel, id = 1): Promise<ReportOutcome> {
    panel.ask(id, 'report/load');
    return panel.reply(id);
  }

  async function loadReport(panel: FakePanel, id = 1): Promise<ReportPayload> {
    const outcome = await load(panel, id);
    assert.equal(outcome.kind, 'report');
    return outcome.payload;
  }

  /** A fixture under another name in the test's folder. */
  async function place(name: string, ...from: readonly string[]): Promise<string> {
    const file = path.join(folder, name);
    await copyFile(fixture(...from), file);
    return file;
  }

  describe('tabs', () => {
    it('open by file name', async () => {
      const files = [
        await place('futex.strace.txt', 'strace', 'strace-futex.30pods.file.txt'),
        await place('calls.ktrace.txt.gz', 'ktrace', 'kubelet-hot.txt.gz'),
      ];
      for (const file of files) {
        await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), { preview: false });
        await until(`a tab of ${file}`, () => customTabs().some(([, shown]) => shown === file) || undefined);
      }
      assert.deepEqual([...new Set(customTabs().map(([viewType]) => viewType))], [REPORT_EDITOR]);
    });

    it('open by content in the editor they are for, whatever their name', async () => {
      const trace = await place('from a colleague', 'strace', 'strace-futex.idle.stderr');
      const profile = await place('also from him', 'profiles', 'cpu-idle-30s.pb.gz');
      for (const file of [trace, profile])
        await vscode.commands.executeCommand(COMMANDS.openProfile, vscode.Uri.file(file));
      await until('two tabs', () => customTabs().length === 2 || undefined);
      assert.deepEqual(
        [...customTabs()].sort(([, a], [, b]) => (a < b ? -1 : 1)),
        [
          [PROFILE_EDITOR, profile],
          [REPORT_EDITOR, trace],
        ],
      );
    });
  });

  describe('loading', () => {
    it('sends the report of every kind of trace, and tells how far it is', async () => {
      const panel = openPage(fixture('ktrace', 'kubelet-hot.txt.gz'));
      const { report, kernels } = await loadReport(panel);
      assert.equal(report.kind === 'calls' && report.engine, 'kernel');
      assert.equal(kernels.byCall['read']?.symbol, 'vfs_read');
      assert.ok(panel.events('report/progress').some(({ phase }) => phase === 'counting'));
      const table = await loadReport(openPage(fixture('strace', 'strace-c.idle.stderr')));
      assert.equal(table.report.kind === 'calls' && table.report.form, 'table');
    });

    it('takes node and versions from the capture beside it', async () => {
      const file = await place('slow.strace', 'strace', 'strace-futex.30pods.file.txt');
      await writeFile(
        path.join(folder, 'capture.json'),
        JSON.stringify({
          node: { name: 'worker-3', kernelVersion: '4.4.227-1.el7.elrepo.x86_64' },
          files: [{ name: 'slow.strace', kind: 'strace' }],
          traceCost: { cpuBefore: 0.3, cpuDuring: 1.4, cpuAfter: 0.3 },
        }),
      );
      const panel = openPage(file);
      const { capture, kernels, traceCost } = await loadReport(panel);
      assert.equal(capture?.node, 'worker-3');
      assert.equal(traceCost?.cpuDuring, 1.4);
      assert.match(kernels.byCall['futex']?.detail ?? '', /v4\.4\.227/);
    });

    const bad: readonly (readonly [string, () => Promise<string>, string])[] = [
      ['an empty file', () => write(''), 'file-empty'],
      ['a diary', () => write('Dear diary'), 'format-unknown'],
      ['a profile', () => Promise.resolve(fixture('profiles', 'cpu-idle-30s.pb.gz')), 'format-other-editor'],
      ['a file that is gone', () => Promise.resolve(path.join(folder, 'gone.strace')), 'file-unreadable'],
    ];
    const write = async (text: string): Promise<string> => {
      const file = path.join(folder, 'x.strace');
      await writeFile(file, text);
      return file;
    };
    for (const [what, file, code] of bad)
      it(`answers ${what} with a reason`, async () => {
        const outcome = await load(openPage(await file()));
        assert.equal(outcome.kind === 'failed' && outcome.shown.error.code, code);
        assert.ok(outcome.kind === 'failed' && outcome.shown.text.length > 10);
      });

    it('holds the limit of size', async () => {
      const outcome: ReportOutcome | LoadOutcome = await load(
        openPage(fixture('ktrace', 'kubelet-hot.txt.gz'), 100_000),
      );
      assert.equal(outcome.kind === 'failed' && outcome.shown.error.code, 'file-too-large');
    });
  });

  it('offers the profile editor for the same file', async () => {
    const panel = openPage(fixture('profiles', 'cpu-idle-30s.pb.gz'));
    await load(panel);
    panel.ask(2, 'file/openOther');
    assert.equal(await panel.reply(2), true);
    assert.deepEqual(opened, ['cpu-idle-30s.pb.gz']);
  });

  it('tells when the file is replaced, and when it goes', async () => {
    const file = await place('live.strace', 'strace', 'strace-futex.idle.stderr');
    const panel = openPage(file);
    const before = await loadReport(panel);
    const fresh = await place('fresh', 'strace', 'strace-futex.30pods.file.txt');
    await rename(fresh, file);
    const changed = await until('the new report', () => panel.events('report/changed').at(-1));
    assert.notDeepEqual(changed.payload.report, before.report);
    await rm(file);
    await until('the notice', () => panel.events('report/stale').at(-1));
  });

  describe('a triage', () => {
    const RECORD = {
      schema: 1,
      state: 'complete',
      context: 'prod',
      node: { name: 'worker-3' },
      case: { id: 'abc' },
      startedAt: '2026-11-27T10:00:00Z',
    };

    /** A folder that appears as a whole, as captures do. */
    async function capture(name: string, file: string, text: string, more: object = {}): Promise<string> {
      const hidden = path.join(folder, `.${name}`);
      await mkdir(hidden);
      await writeFile(path.join(hidden, file), text);
      const record = { ...RECORD, files: [{ name: file, kind: 'x' }], ...more };
      await writeFile(path.join(hidden, 'capture.json'), JSON.stringify(record));
      await rename(hidden, path.join(folder, name));
      return path.join(folder, name, file);
    }

    const MANIFEST = formatTriageManifest({ steps: [] });
    const SLOW =
      '# time cat /sys/fs/cgroup/memory/memory.stat\n\nreal\t0m9.061s\nuser\t0m0.000s\nsys\t0m9.058s\n';
    const causes = ({ report }: ReportPayload): readonly string[] =>
      report.kind === 'triage' ? report.findings.map(({ id }) => id) : [];

    it('is judged anew when another capture of its case appears', async () => {
      const panel = openPage(await capture('triage', TRIAGE_FILE, MANIFEST));
      assert.deepEqual(causes(await loadReport(panel)), []);
      // Until the watcher is there nothing is told: another one each second.
      let probes = 0;
      const changed = await until('the new answer', async () => {
        await capture(`times-${probes++}`, 'times.txt', SLOW);
        await new Promise(resolve => setTimeout(resolve, 1000));
        return panel.events('report/changed').at(-1);
      });
      assert.ok(causes(changed.payload).includes('memcg-stat-v1-zombies'));
    });

    it('takes next steps on the node of its capture, and applies what it found alone', async () => {
      await capture('times', 'times.txt', SLOW);
      const panel = openPage(await capture('triage', TRIAGE_FILE, MANIFEST));
      const payload = await loadReport(panel);
      assert.deepEqual(payload.node, { kind: 'known', name: 'worker-3' });
      panel.ask(2, 'step/run', { step: 'examine' });
      assert.equal(await panel.reply(2), true);
      panel.ask(3, 'remedy/apply', { cause: 'memcg-stat-v1-zombies' });
      assert.equal(await panel.reply(3), true);
      panel.ask(4, 'remedy/apply', { cause: 'dcache-negative-bloat' });
      assert.equal(await panel.reply(4), false);
      panel.ask(5, 'remedy/check');
      assert.equal(await panel.reply(5), false);
      assert.deepEqual(opened, ['examine on worker-3', 'memcg-stat-v1-zombies on worker-3']);
    });

    it('of a colleague takes none: the context of that name may be another cluster here', async () => {
      const panel = openPage(await capture('triage', TRIAGE_FILE, MANIFEST, { imported: { from: 'x.zip' } }));
      assert.deepEqual((await loadReport(panel)).node, { kind: 'imported' });
      panel.ask(2, 'step/run', { step: 'threads' });
      assert.equal(await panel.reply(2), false);
      assert.deepEqual(opened, []);
    });
  });

  it('gives a page that was shown again a report of its own', async () => {
    const panel = openPage(fixture('strace', 'strace-futex.idle.stderr'));
    await loadReport(panel);
    panel.show(false);
    panel.posted.length = 0;
    panel.show(true);
    assert.equal((await loadReport(panel)).name, 'strace-futex.idle.stderr');
  });
});
