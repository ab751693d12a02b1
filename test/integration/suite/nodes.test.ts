/** The Nodes view on the replayed cluster: rows, refusals, filter, kubeconfig files; and the shell's commands. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { TriageError } from '../../../src/base/errors.js';
import { COMMANDS, SETTINGS, SETTINGS_SECTION } from '../../../src/words/ids.js';
import { createCommandRunner } from '../../../src/ui/shell/runCommand.js';
import { createSettings } from '../../../src/ui/shell/settings.js';
import type { NodeElement } from '../../../src/nodes/nodeTreeModel.js';
import { activate, CONTEXT, Dialogs, nodeRef, requireEnvironment, set, until } from './capturesScene.js';
import { NodesScene } from './nodesScene.js';
import { createLog } from '../../../src/ui/shell/log.js';

const LIMITED = 'demo-limited';
const UNPRIVILEGED = 'demo-unprivileged';

describe('the Nodes view', () => {
  let scene: NodesScene;
  beforeEach(() => {
    scene = new NodesScene(requireEnvironment('NODE_TRIAGE_TEST_KUBECONFIG'));
  });
  afterEach(() => {
    scene.dispose();
  });

  const listed = (context: string): Promise<readonly string[]> =>
    until(`nodes of ${context}`, async () => {
      const texts = await scene.texts(context);
      return texts.some(text => text.startsWith('worker-1')) ? texts : undefined;
    });

  it('opens and connects the current context by itself, the others when they are opened', async () => {
    await scene.tree.getChildren();
    const texts = await listed(CONTEXT);
    assert.equal(texts.length, 7);
    assert.match(texts.find(text => text.startsWith('worker-3')) ?? '', /cordoned · .+ · Ready · v1\.36\.2/);
    assert.match(texts.find(text => text.startsWith('worker-5')) ?? '', /NotReady/);
    assert.deepEqual(await scene.texts(LIMITED), ['Not connected. Connect | ']);
    await scene.open(LIMITED);
    assert.equal((await listed(LIMITED)).length, 7);
    assert.equal(scene.keys.get('kubeconfig'), 'ready');
  });

  it('shows CPU, and marks a hot kubelet by icon, colour and word', async () => {
    const text = await until('CPU of worker-1', async () =>
      (await scene.texts(CONTEXT)).find(one => /^worker-1 \| \d+\.\d\d cores hot · Ready/.test(one)),
    );
    assert.ok(Number(/(\d+\.\d\d) cores/.exec(text)?.[1]) > 0.5);
    const rows = await scene.rows(CONTEXT);
    const row = rows.find(item => item.label === 'worker-1');
    assert.ok(row?.iconPath instanceof vscode.ThemeIcon);
    assert.equal(row.iconPath.id, 'flame');
    assert.equal(row.iconPath.color?.id, 'nodeTriage.hotKubelet');
    assert.match(row.accessibilityInformation?.label ?? '', /worker-1, Ready, kubelet CPU .* cores, hot/);
    assert.equal(row.contextValue, 'node');
  });

  it('shows "-" and why, not an error, where nodes/proxy is not allowed', async () => {
    await scene.open(LIMITED);
    await listed(LIMITED);
    const [element] = await scene.tree.getChildren(await scene.context(LIMITED));
    assert.equal(element?.kind, 'node');
    const tooltip = await until('a reason', () => {
      const { tooltip: shown } = scene.tree.resolveTreeItem(new vscode.TreeItem(''), element);
      return shown instanceof vscode.MarkdownString && shown.value.includes('403') ? shown : undefined;
    });
    assert.match(tooltip.value, /\| Kubelet CPU \| \\- \\\(You may not get nodes\\\/proxy/);
    assert.notEqual(tooltip.isTrusted, true);
    assert.match((await scene.texts(LIMITED))[0] ?? '', /^control-1 \| - · Ready/);
  });

  it('says what was refused, with rows that help', async () => {
    await scene.open(UNPRIVILEGED);
    const rows = await until('the refusal', async () => {
      const items = await scene.rows(UNPRIVILEGED);
      return items.length > 1 ? items : undefined;
    });
    assert.deepEqual(
      rows.map(row => row.label),
      [
        'You may not list nodes on this cluster (403).',
        'Ask a cluster administrator for the right; "Copy RBAC Rule" gives the smallest one.',
        'Copy RBAC Rule',
        'Retry',
        'Show Log',
      ],
    );
    assert.deepEqual(
      rows.map(row => row.command?.command),
      [undefined, undefined, COMMANDS.copyRbac, COMMANDS.retryContext, COMMANDS.showLog],
    );
    assert.equal(scene.tree.getTreeItem(await scene.context(UNPRIVILEGED)).contextValue, 'context.failed');
  });

  it('marks the node that is captured', async () => {
    await listed(CONTEXT);
    const children = await scene.tree.getChildren(await scene.context(CONTEXT));
    const element = children.find((one): one is NodeElement => one.kind === 'node');
    assert.ok(element);
    assert.equal(scene.tree.getTreeItem(element).contextValue, 'node');
    const redrawn: unknown[] = [];
    const subscription = scene.tree.onDidChangeTreeData(what => redrawn.push(what));
    scene.running.report(element);
    const item = scene.tree.getTreeItem(element);
    assert.match(String(item.description), /^profiling CPU, 40 s left · /);
    assert.equal(item.contextValue, 'node.capturing');
    scene.running.report(undefined);
    assert.equal(scene.tree.getTreeItem(element).contextValue, 'node');
    assert.deepEqual(redrawn.slice(0, 2), [[element], [element]]);
    subscription.dispose();
  });

  it('filters, and says how many of how many', async () => {
    await listed(CONTEXT);
    scene.tree.setFilter('worker !cordoned');
    assert.deepEqual(
      (await scene.rows(CONTEXT)).map(row => row.label),
      ['worker-1', 'worker-2', 'worker-4', 'worker-5'],
    );
    assert.equal(scene.view.message, 'Filter "worker !cordoned": 4 of 7 nodes');
    assert.equal(scene.keys.get('hasNodeFilter'), true);
    scene.tree.setFilter('nosuch');
    assert.deepEqual(await scene.texts(CONTEXT), ['No node matches the filter. Clear it | ']);
    scene.tree.setFilter('');
    assert.equal((await scene.rows(CONTEXT)).length, 7);
    assert.equal(scene.view.message, '');
    assert.equal(scene.keys.get('hasNodeFilter'), false);
  });
});

describe('the kubeconfig', () => {
  let folder = '';
  let scene: NodesScene;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'node-triage-kubeconfig-'));
    scene = new NodesScene(path.join(folder, 'config'));
  });
  afterEach(async () => {
    scene.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('is followed as a file: missing, invalid, empty, ready, and opened again when it is back', async () => {
    const file = path.join(folder, 'config');
    const is = (kind: string): boolean | undefined => scene.keys.get('kubeconfig') === kind || undefined;
    /** Writes again and again: the editor's file watcher starts some time after it was asked for. */
    const becomes = (kind: string, text: string): Promise<unknown> => {
      let written = 0;
      return until(`nodeTriage.kubeconfig == ${kind}`, async () => {
        if (Date.now() - written > 2000) {
          written = Date.now();
          // As kubectl writes it: beside, then renamed.
          await writeFile(`${file}.new`, text);
          await rename(`${file}.new`, file);
        }
        return is(kind);
      });
    };
    assert.ok(is('loading'));
    const labels = async (): Promise<readonly unknown[]> =>
      (await scene.tree.getChildren()).map(element => scene.tree.getTreeItem(element).label);
    const missing = [
      `There is no ${file}: the setting "nodeTriage.kubeconfig" names it`,
      'The setting "nodeTriage.kubeconfig" is what is wrong',
      'Open Settings',
      'Choose Kubeconfig…',
    ];
    assert.deepEqual(await labels(), missing);
    await until('no kubeconfig', () => is('missing'));
    await becomes('invalid', 'contexts: [\n');
    await becomes('empty', 'apiVersion: v1\nkind: Config\ncontexts: []\n');
    await becomes('ready', await readFile(requireEnvironment('NODE_TRIAGE_TEST_KUBECONFIG'), 'utf8'));
    assert.equal((await scene.tree.getChildren()).length, 3);
    const connects = () =>
      until(
        `${CONTEXT} to connect by itself`,
        async () => (await scene.texts(CONTEXT)).some(text => text.startsWith('worker-1')) || undefined,
      );
    await connects();
    await rm(file);
    await until('the end of it', () => is('missing'));
    assert.deepEqual(await labels(), missing);
    await becomes('ready', await readFile(requireEnvironment('NODE_TRIAGE_TEST_KUBECONFIG'), 'utf8'));
    await connects();
  });
});

describe('a context whose server nothing verifies', () => {
  it('says so by word, icon, tooltip and to a screen reader, before and after it connects', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'node-triage-unverified-'));
    const verified = await readFile(requireEnvironment('NODE_TRIAGE_TEST_KUBECONFIG'), 'utf8');
    const file = path.join(folder, 'config');
    await writeFile(
      file,
      verified.replace(/certificate-authority-data: .*/, 'insecure-skip-tls-verify: true'),
    );
    const scene = new NodesScene(file);
    try {
      const row = async (context: string): Promise<vscode.TreeItem> =>
        scene.tree.getTreeItem(await scene.context(context));
      await until('the kubeconfig', async () => (await scene.tree.getChildren()).length > 0 || undefined);
      const closed = await row(LIMITED);
      assert.match(String(closed.description), /^TLS not verified · https:/);
      const open = await until(`nodes of ${CONTEXT}`, async () => {
        const item = await row(CONTEXT);
        return String(item.description).includes('7 nodes') ? item : undefined;
      });
      assert.equal(open.description, 'current · TLS not verified · 7 nodes');
      for (const item of [closed, open]) {
        assert.ok(item.iconPath instanceof vscode.ThemeIcon);
        assert.equal(item.iconPath.id, 'warning');
        assert.ok(typeof item.tooltip === 'string');
        assert.match(item.tooltip, /not verified \(insecure-skip-tls-verify\): a host on the way/);
        assert.match(item.accessibilityInformation?.label ?? '', /, TLS not verified, /);
      }
    } finally {
      scene.dispose();
      await rm(folder, { recursive: true });
    }
  });
});

describe('commands of the shell', () => {
  const dialogs = new Dialogs();
  before(activate);
  beforeEach(async () => {
    await set({ [SETTINGS.kubeconfig]: requireEnvironment('NODE_TRIAGE_TEST_KUBECONFIG') });
  });
  afterEach(async () => {
    dialogs.restore();
    await set({ [SETTINGS.kubeconfig]: undefined });
  });

  it('copy the name of the node they were called on', async () => {
    await vscode.commands.executeCommand(COMMANDS.copyNodeName, await nodeRef('worker-2'));
    assert.equal(await vscode.env.clipboard.readText(), 'worker-2');
  });

  it('turn a refused profile into a message whose button copies the rule for it', async () => {
    dialogs.answer('showErrorMessage', () => 'Copy RBAC Rule');
    dialogs.answer('showInformationMessage', () => undefined);
    const { node } = await nodeRef('worker-2');
    await vscode.commands.executeCommand(COMMANDS.profileHeap, { context: LIMITED, node });
    const [sentence] = dialogs.said('showErrorMessage');
    assert.match(sentence ?? '', /worker-2.*You may not get nodes\/proxy on this cluster \(403\)\./);
    await until('the rule', () => dialogs.said('showInformationMessage')[0]);
    const rule = await vscode.env.clipboard.readText();
    assert.match(
      rule,
      /resources: \["nodes\/proxy"\]\n {4}resourceNames: \["worker-2"\]\n {4}verbs: \["get"\]/,
    );
    assert.match(rule, /^# WARNING/);
    assert.match(rule, /name: "limited"/);
  });

  it('bind the rule to whom the API server names, and leave the place open where it does not', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'node-triage-who-'));
    const file = path.join(folder, 'config');
    const kubeconfig = await readFile(requireEnvironment('NODE_TRIAGE_TEST_KUBECONFIG'), 'utf8');
    dialogs.answer('showInformationMessage', () => undefined);
    /** Of a context of that name: settings arrive some time after they were set. */
    const ruleFor = (context: string, expected: RegExp): Promise<string> =>
      until(`a rule of ${context}`, async () => {
        await vscode.commands.executeCommand(COMMANDS.copyRbac, { right: { kind: 'nodes' }, context });
        const rule = await vscode.env.clipboard.readText();
        return expected.test(rule) ? rule : undefined;
      });
    try {
      // What the kubeconfig calls its user is not shown.
      await writeFile(
        file,
        kubeconfig.replaceAll(/(name|user): limited$/gm, '$1: an-alias').replaceAll(LIMITED, 'who-is-it'),
      );
      await set({ [SETTINGS.kubeconfig]: file });
      const rule = await ruleFor('who-is-it', /kind: User\n {4}name: "limited"\n/);
      assert.doesNotMatch(rule, /an-alias/);
      await writeFile(
        file,
        kubeconfig.replace(/server: .*/, 'server: http://127.0.0.1:1').replaceAll(LIMITED, 'silent'),
      );
      const open = await ruleFor('silent', /kind: User\n {4}name: "USER" # the name/);
      assert.doesNotMatch(open, /limited/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('choose a kubeconfig by writing the setting', async () => {
    const file = path.join(tmpdir(), 'chosen-kubeconfig');
    dialogs.answer('showOpenDialog', () => [vscode.Uri.file(file)]);
    await vscode.commands.executeCommand(COMMANDS.chooseKubeconfig);
    const section = vscode.workspace.getConfiguration(SETTINGS_SECTION);
    assert.equal(section.get(SETTINGS.kubeconfig), file);
  });

  it('ask for a node with CPU, versions and state where none is given', async () => {
    const window = vscode.window as { createQuickPick: unknown };
    const original = window.createQuickPick as () => vscode.QuickPick<vscode.QuickPickItem>;
    let pick: vscode.QuickPick<vscode.QuickPickItem> | undefined;
    window.createQuickPick = () => (pick = original());
    try {
      const copying = vscode.commands.executeCommand(COMMANDS.copyRbac);
      const items = await until('nodes in the pick', () => {
        const found = pick?.items.filter(item => item.label.includes('worker-1'));
        return found !== undefined && found.length > 0 ? pick?.items : undefined;
      });
      assert.equal(items[0]?.kind, vscode.QuickPickItemKind.Separator);
      assert.equal(items[0].label, CONTEXT);
      const worker = items.find(item => item.label.endsWith('worker-1'));
      assert.match(worker?.description ?? '', /Ready · v1\.32\.5 · 6\.18\.44/);
      assert.ok(items.some(item => item.label.includes(UNPRIVILEGED)));
      pick?.hide();
      await copying;
    } finally {
      window.createQuickPick = original;
    }
  });
});

describe('the command runner', () => {
  const dialogs = new Dialogs();
  const log = createLog('Node Triage runner test');
  const runner = createCommandRunner(log);
  const options = { title: 'Testing', location: 'notification', cancellable: true } as const;
  afterEach(() => {
    dialogs.restore();
  });
  after(() => {
    log.dispose();
  });

  it('gives the result, and reports no error', async () => {
    dialogs.answer('showErrorMessage', () => undefined);
    assert.equal(await runner.run(options, () => Promise.resolve(42)), 42);
    assert.deepEqual(dialogs.said('showErrorMessage'), []);
  });

  it('is silent about a cancel', async () => {
    dialogs.answer('showErrorMessage', () => undefined);
    const cancelled = new TriageError('cancelled', 'Cancelled.');
    assert.equal(await runner.run<number>(options, () => Promise.reject(cancelled)), undefined);
    assert.deepEqual(dialogs.said('showErrorMessage'), []);
  });

  it('says what failed, where, and what to do, and retries on the button', async () => {
    let retries = 0;
    dialogs.answer('showErrorMessage', () => 'Retry');
    const error = new TriageError('kubelet-hangs', 'TLS handshake timeout', { node: 'node1' });
    const retry = (): void => {
      retries++;
    };
    await runner.run({ ...options, retry }, () => Promise.reject(error));
    await until('the retry', () => retries || undefined);
    const [call] = dialogs.calls;
    assert.deepEqual(call?.args, [
      'Testing: The kubelet of node1 accepts connections and does not answer: it is stopped, or starved of CPU. On the node, see whether the process is in state T or D, and retry.',
      'Retry',
      'Show Log',
    ]);
  });

  it('offers no Retry that would do nothing', async () => {
    dialogs.answer('showErrorMessage', () => undefined);
    await runner.run(options, () => Promise.reject(new TriageError('kubelet-hangs', 'x', { node: 'node1' })));
    assert.deepEqual(dialogs.calls[0]?.args.slice(1), ['Show Log']);
  });
});

describe('settings', () => {
  it('hold their ranges whatever settings.json says, and tell of changes by name', async () => {
    const settings = createSettings();
    const changed: string[] = [];
    const subscription = settings.onDidChange(name => changed.push(name));
    try {
      await set({ [SETTINGS.profileSeconds]: 100_000 });
      assert.equal(settings.profileSeconds(), 600);
      await set({ [SETTINGS.profileSeconds]: 'long' });
      assert.equal(settings.profileSeconds(), 60);
      await set({ [SETTINGS.captureFolder]: '~/captures' });
      assert.equal(settings.captureFolder(), path.join(process.env['HOME'] ?? '', 'captures'));
      assert.ok(changed.includes(SETTINGS.profileSeconds));
      assert.ok(changed.includes(SETTINGS.captureFolder));
    } finally {
      await set({ [SETTINGS.profileSeconds]: undefined, [SETTINGS.captureFolder]: undefined });
      subscription.dispose();
      settings.dispose();
    }
  });
});

describe('activation', () => {
  it('does not load the cluster client before a cluster is asked for', async () => {
    const extension = await activate();
    const bundle = await readFile(path.join(extension.extensionPath, 'dist', 'extension.cjs'), 'utf8');
    assert.ok(bundle.includes('./cluster.cjs'));
    assert.ok(!bundle.includes('CoreV1Api'));
  });
});
