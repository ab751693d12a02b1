/** Captures by command on the replayed cluster, and what a person does with them afterwards. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { listCaptures, type StoredCapture } from '../../../src/capture/captureFolder.js';
import type { CaptureRecord } from '../../../src/capture/captureRecord.js';
import { COMMANDS, SETTINGS } from '../../../src/words/ids.js';
import {
  activate,
  connectAside,
  Dialogs,
  enterRoot,
  filesBelow,
  fixture,
  leaveRoot,
  nodeRef,
  profileTabs,
  requireEnvironment,
  set,
  until,
} from './capturesScene.js';

type Stored = Extract<StoredCapture, { kind: 'capture' }>;

describe('captures', () => {
  const dialogs = new Dialogs();
  let root = '';

  before(activate);

  beforeEach(async () => {
    root = await enterRoot();
    for (const dialog of ['showErrorMessage', 'showWarningMessage', 'showInformationMessage'] as const)
      dialogs.answer(dialog, () => undefined);
  });

  afterEach(async () => {
    dialogs.restore();
    await leaveRoot(root);
  });

  const onlyCapture = async (): Promise<Stored> => {
    const captures = (await listCaptures(root, Date.now())).captures;
    assert.equal(captures.length, 1);
    const [capture] = captures;
    assert.equal(capture?.kind, 'capture');
    return capture;
  };
  const savedSlices = async (): Promise<number> => {
    const [capture] = (await listCaptures(root, Date.now())).captures;
    return capture?.kind === 'capture' ? (capture.record.slicesDone ?? 0) : 0;
  };

  describe('Profile Kubelet CPU', () => {
    it('writes a capture, opens it with the first slice, and measures the process', async () => {
      const ref = await nodeRef('worker-1');
      const capturing = vscode.commands.executeCommand(COMMANDS.profileCpu, ref);
      const opened = await until('the editor opens', () => profileTabs()[0]);
      assert.ok((await savedSlices()) >= 1);
      await capturing;
      const { record, folder, mainFile } = await onlyCapture();
      assert.equal(opened, mainFile);
      assert.deepEqual(await filesBelow(folder), ['capture.json', 'cpu.pb.gz']);
      const { state, slicesDone, secondsCaptured, node, context, issues } = record;
      assert.deepEqual(
        { state, slicesDone, secondsCaptured, context, issues },
        { state: 'complete', slicesDone: 3, secondsCaptured: 30, context: 'demo', issues: [] },
      );
      assert.equal(node.name, 'worker-1');
      assert.equal(node.kubeletVersion, ref.node.kubeletVersion);
      assert.match(node.goVersion ?? '', /^go1\./);
      assert.ok((record.processCpu?.cpuSeconds ?? 0) > 0);
      assert.deepEqual(dialogs.said('showErrorMessage'), []);
    });

    it('keeps the finished slices on Stop and Keep', async () => {
      await set({ [SETTINGS.profileSeconds]: 600 });
      const ref = await nodeRef('worker-1');
      const capturing = vscode.commands.executeCommand(COMMANDS.profileCpu, ref);
      await until('two slices', async () => (await savedSlices()) >= 2 || undefined);
      await vscode.commands.executeCommand(COMMANDS.stopAndKeep, ref);
      await capturing;
      const { record, folder } = await onlyCapture();
      assert.equal(record.state, 'stopped');
      assert.ok((record.slicesDone ?? 0) >= 2 && (record.slicesDone ?? 0) < 60);
      assert.equal(record.secondsCaptured, 10 * (record.slicesDone ?? 0));
      assert.deepEqual(await filesBelow(folder), ['capture.json', 'cpu.pb.gz']);
      assert.equal(profileTabs().length, 1);
    });

    it('says that nothing was kept when it is stopped before the first slice', async () => {
      await set({ [SETTINGS.profileSeconds]: 600, [SETTINGS.profileSliceSeconds]: 600 });
      const ref = await nodeRef('worker-1');
      let isEnded = false;
      const capturing = vscode.commands.executeCommand(COMMANDS.profileCpu, ref).then(() => (isEnded = true));
      // Nothing tells when it has begun; before that the command finds nothing to stop.
      await until('the capture ends', async () => {
        await vscode.commands.executeCommand(COMMANDS.stopAndKeep, ref);
        return isEnded || undefined;
      });
      await capturing;
      assert.deepEqual(await filesBelow(root), []);
      assert.deepEqual(dialogs.said('showInformationMessage'), [
        'Stopped before anything had arrived; nothing was kept.',
      ]);
    });

    it('removes everything on cancel, closes the editor, and frees the profiler', async () => {
      await set({ [SETTINGS.profileSeconds]: 600 });
      const ref = await nodeRef('worker-1');
      const capturing = vscode.commands.executeCommand(COMMANDS.profileCpu, ref);
      await until('the editor opens', () => profileTabs()[0]);
      await vscode.commands.executeCommand(COMMANDS.cancelCapture, ref);
      await capturing;
      assert.deepEqual(await filesBelow(root), []);
      await until('the tab closes', () => profileTabs().length === 0 || undefined);
      assert.deepEqual(dialogs.said('showErrorMessage'), []);
      // The next one is not told that the profiler is in use.
      await set({ [SETTINGS.profileSeconds]: 10 });
      await vscode.commands.executeCommand(COMMANDS.profileCpu, ref);
      assert.equal((await onlyCapture()).record.state, 'complete');
      assert.deepEqual(dialogs.said('showWarningMessage'), []);
    });

    it('offers to wait for another client’s profile, and takes its turn', async () => {
      const ref = await nodeRef('worker-2');
      const other = await connectAside();
      const theirs = new AbortController();
      const theirProfile = other.profiler
        .fetchProfile('worker-2', { profile: 'cpu', seconds: 600 }, theirs.signal)
        .catch(() => undefined);
      dialogs.answer('showWarningMessage', () => {
        setTimeout(() => theirs.abort(), 300);
        return 'Wait';
      });
      await until('the profiler is taken', async () => {
        await vscode.commands.executeCommand(COMMANDS.profileCpu, ref);
        return dialogs.said('showWarningMessage').length > 0 || undefined;
      });
      await theirProfile;
      other.dispose();
      await until('the capture is complete', async () => {
        const captures = (await listCaptures(root, Date.now())).captures;
        return (
          captures.some(each => each.kind === 'capture' && each.record.state === 'complete') || undefined
        );
      });
      const waited = (await listCaptures(root, Date.now())).captures
        .flatMap(each => (each.kind === 'capture' ? each.record.issues : []))
        .filter(issue => issue.startsWith('Another CPU profile was running before slice 1'));
      assert.equal(waited.length, 1);
    });

    it('tells of a node that does not answer, and leaves nothing', async () => {
      await vscode.commands.executeCommand(COMMANDS.profileCpu, {
        ...(await nodeRef('worker-1')),
        context: 'demo-limited',
      });
      const [said] = dialogs.said('showErrorMessage');
      assert.match(said ?? '', /CPU profile of the kubelet on worker-1: /);
      assert.deepEqual(await filesBelow(root), []);
      assert.deepEqual(profileTabs(), []);
    });
  });

  it('captures the other profiles in one request each', async () => {
    const ref = await nodeRef('worker-1');
    const commands = [COMMANDS.profileHeap, COMMANDS.profileGoroutine, COMMANDS.profileBlock] as const;
    for (const command of commands) await vscode.commands.executeCommand(command, ref);
    const records = (await listCaptures(root, Date.now())).captures.map(each => (each as Stored).record);
    const facts = ({ profile, state, files }: CaptureRecord) => `${profile} ${state} ${files[0]?.name ?? ''}`;
    assert.deepEqual(records.map(facts).sort(), [
      'block complete block.pb.gz',
      'goroutine complete goroutine.pb.gz',
      'heap complete heap.pb.gz',
    ]);
    assert.match(
      records.find(({ profile }) => profile === 'block')?.issues[0] ?? '',
      /enableContentionProfiling/,
    );
    await until('three tabs', () => profileTabs().length === 3 || undefined);
  });

  it('saves an execution trace and names the tool that reads it', async () => {
    dialogs.answer('showInformationMessage', () => 'Copy Command');
    await vscode.commands.executeCommand(COMMANDS.saveExecutionTrace, await nodeRef('worker-1'));
    const { mainFile } = await onlyCapture();
    assert.ok(mainFile?.endsWith('trace.out'));
    assert.deepEqual(dialogs.said('showInformationMessage'), [
      'trace.out is a Go execution trace; "go tool trace" opens it.',
    ]);
    assert.equal(await vscode.env.clipboard.readText(), `go tool trace ${mainFile}`);
    assert.deepEqual(profileTabs(), []);
  });

  describe('words of others in messages', () => {
    const LINK = '[click](command:workbench.action.files.newUntitledFile)';
    const SHOWN = '[click] (command:workbench.action.files.newUntitledFile)';

    it('are text where the folder and the file of a capture are named so', async () => {
      const folder = path.join(root, LINK);
      await mkdir(folder);
      await copyFile(fixture('profiles', 'cpu-30pods-30s.pb.gz'), path.join(folder, `cpu ${LINK}.pb.gz`));
      await writeFile(path.join(folder, 'capture.json'), '{');
      const [stored] = (await listCaptures(root, Date.now())).captures;
      await vscode.commands.executeCommand(COMMANDS.openCapture, { kind: 'stored', stored });
      const said = dialogs.said('showErrorMessage').join('\n');
      assert.ok(said.includes(SHOWN), said);
      assert.doesNotMatch(said, /\]\(/u);
    });

    it('are text where a credential plugin prints them', async () => {
      const plugin = path.join(root, 'plugin.sh');
      await writeFile(plugin, `#!/bin/sh\nprintf 'log in \\342\\200\\256${LINK}\\007\\n' >&2\nexit 1\n`, {
        mode: 0o755,
      });
      const kubeconfig = path.join(root, 'kubeconfig');
      const exec = `exec: { apiVersion: client.authentication.k8s.io/v1, command: '${plugin}', interactiveMode: Never }`;
      const text = await readFile(requireEnvironment('NODE_TRIAGE_TEST_KUBECONFIG'), 'utf8');
      await writeFile(kubeconfig, text.replaceAll(/token: \S+/gu, exec));
      const ref = await nodeRef('worker-1');
      await set({ [SETTINGS.kubeconfig]: kubeconfig });
      const said = await until('the plugin’s words', async () => {
        await vscode.commands.executeCommand(COMMANDS.profileCpu, ref);
        return dialogs.said('showErrorMessage').find(each => each.includes('log in'));
      });
      assert.ok(said.includes(`log in ${SHOWN}`), said);
      assert.doesNotMatch(said, /\]\(|[\u0000-\u001f\u202a-\u202e]/u);
    });
  });

  describe('a capture on the disk', () => {
    let folder = '';

    beforeEach(async () => {
      folder = path.join(root, 'by hand');
      await mkdir(folder);
      await copyFile(fixture('profiles', 'cpu-30pods-30s.pb.gz'), path.join(folder, 'cpu.pb.gz'));
      await writeFile(path.join(folder, 'capture.json'), '{ "node": "node7", "ticket": "INC-7" }');
    });

    /** What a row of the Captures view gives to commands. */
    const row = async () => ({ kind: 'stored', stored: await onlyCapture(), running: undefined });

    it('opens', async () => {
      await vscode.commands.executeCommand(COMMANDS.openCapture, await row());
      assert.deepEqual(profileTabs(), [path.join(folder, 'cpu.pb.gz')]);
    });

    it('is renamed and keeps its other fields', async () => {
      dialogs.answer('showInputBox', () => 'before the fix');
      await vscode.commands.executeCommand(COMMANDS.renameCapture, await row());
      assert.deepEqual(JSON.parse(await readFile(path.join(folder, 'capture.json'), 'utf8')), {
        node: 'node7',
        ticket: 'INC-7',
        title: 'before the fix',
      });
      dialogs.answer('showInputBox', () => undefined);
      await vscode.commands.executeCommand(COMMANDS.renameCapture, await row());
      assert.equal((await onlyCapture()).record.title, 'before the fix');
    });

    it('is deleted after a modal question, with its tab', async () => {
      await vscode.commands.executeCommand(COMMANDS.openCapture, await row());
      await vscode.commands.executeCommand(COMMANDS.deleteCapture, await row());
      assert.deepEqual((await filesBelow(root)).length, 3, 'dismissed: nothing is deleted');
      dialogs.answer('showWarningMessage', (_text: string, _options: object, first: unknown) => first);
      await vscode.commands.executeCommand(COMMANDS.deleteCapture, await row());
      assert.deepEqual(await filesBelow(root), []);
      assert.deepEqual(profileTabs(), []);
      const { args } = dialogs.calls.at(-1)!;
      assert.match(String(args[0]), /^Delete the capture "node7 · CPU profile, .*\d\d:\d\d"\?$/);
      assert.equal((args[1] as vscode.MessageOptions).modal, true);
    });

    it('is deleted with all others that are selected, after one question', async () => {
      for (const name of ['second', 'third']) {
        await mkdir(path.join(root, name));
        await copyFile(path.join(folder, 'cpu.pb.gz'), path.join(root, name, 'cpu.pb.gz'));
      }
      const rows = (await listCaptures(root, Date.now())).captures.map(stored => ({
        kind: 'stored',
        stored,
      }));
      const selected = rows.filter(({ stored }) => stored.folder !== path.join(root, 'third'));
      dialogs.answer('showWarningMessage', (_text: string, _options: object, first: unknown) => first);
      await vscode.commands.executeCommand(COMMANDS.deleteCapture, selected[0], selected);
      assert.deepEqual(await filesBelow(root), ['third', 'third/cpu.pb.gz']);
      assert.deepEqual(dialogs.said('showWarningMessage'), ['Delete 2 captures?']);
    });

    it('that is a report is exported as it is', async () => {
      const report = path.join(root, 'report');
      await mkdir(report);
      await writeFile(path.join(report, 'a.strace'), '1 futex(0x1, FUTEX_WAIT, 0, NULL) = 0 <0.1>\n');
      const target = path.join(root, 'out');
      dialogs.answer('showSaveDialog', () => vscode.Uri.file(target));
      const captures = (await listCaptures(root, Date.now())).captures;
      const stored = captures.find(each => each.folder === report);
      await vscode.commands.executeCommand(COMMANDS.exportCapture, { kind: 'stored', stored });
      assert.deepEqual(await readFile(target), await readFile(path.join(report, 'a.strace')));
      assert.deepEqual(dialogs.said('showErrorMessage'), []);
    });

    it('is exported as it is, and as folded stacks', async () => {
      const target = path.join(root, 'out');
      dialogs.answer('showSaveDialog', () => vscode.Uri.file(target));
      dialogs.answer('showQuickPick', (items: readonly { description: string }[]) =>
        items.find(({ description }) => description === 'cpu.pb.gz'),
      );
      await vscode.commands.executeCommand(COMMANDS.exportCapture, await row());
      assert.deepEqual(await readFile(target), await readFile(path.join(folder, 'cpu.pb.gz')));
      dialogs.answer('showQuickPick', (items: readonly { description: string }[]) =>
        items.find(({ description }) => description === 'cpu (nanoseconds)'),
      );
      await vscode.commands.executeCommand(COMMANDS.exportCapture, await row());
      const lines = (await readFile(target, 'utf8')).trimEnd().split('\n');
      const total = lines.reduce((sum, line) => sum + Number(/ (\d+)$/.exec(line)?.[1]), 0);
      assert.equal(total, 920_000_000);
    });

    it('is exported for a colleague, and imported by Open Profile…', async () => {
      const target = path.join(root, 'sent.zip');
      dialogs.answer('showSaveDialog', () => vscode.Uri.file(target));
      await vscode.commands.executeCommand(COMMANDS.exportBundle, await row());
      const proposed = (dialogs.calls.at(-1)?.args[0] ?? {}) as vscode.SaveDialogOptions;
      assert.match(proposed.defaultUri?.path ?? 'by_hand.zip', /by_hand\.zip$/);
      await rm(folder, { recursive: true });
      await vscode.commands.executeCommand(COMMANDS.openProfile, vscode.Uri.file(target));
      assert.deepEqual(dialogs.said('showErrorMessage'), []);
      const { record, folder: made } = await onlyCapture();
      assert.deepEqual([path.basename(made), record.node.name], ['by_hand', 'node7']);
      assert.equal(record.imported?.from, 'sent.zip');
      const text = await readFile(path.join(made, 'capture.json'), 'utf8');
      assert.match(text, /"ticket": "INC-7"/);
    });

    it('that is no bundle of captures is refused with the reason', async () => {
      const file = path.join(root, 'other.zip');
      // A zip without a file in it.
      await writeFile(file, Buffer.from('504b0506000000000000000000000000000000000000', 'hex'));
      await vscode.commands.executeCommand(COMMANDS.openProfile, vscode.Uri.file(file));
      assert.match(dialogs.said('showErrorMessage')[0] ?? '', /there is no capture in it/);
      assert.deepEqual(profileTabs(), []);
    });

    it('that cannot be read tells why when it is opened', async () => {
      await writeFile(path.join(folder, 'capture.json'), '{');
      const [stored] = (await listCaptures(root, Date.now())).captures;
      await vscode.commands.executeCommand(COMMANDS.openCapture, { kind: 'stored', stored });
      assert.match(dialogs.said('showErrorMessage')[0] ?? '', /^Opening the capture: .*capture\.json/s);
    });
  });
});
