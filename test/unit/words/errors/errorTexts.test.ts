import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ErrorFacts, TriageError, type TriageErrorCode } from '../../../../src/base/errors.js';
import { type ErrorAction, writeErrorText } from '../../../../src/words/errors/errorTexts.js';
import { FILE_PROBLEMS, fileProblemWords } from '../../../../src/base/fileProblem.js';
import { readRegularFileSync } from '../../../../src/files/regularFile.js';
import type { Translate } from '../../../../src/words/translate.js';
import { english } from '../english.js';

/** Every code with the facts its thrower gives. The type asks for a new one. */
const FACTS: Readonly<Record<TriageErrorCode, ErrorFacts>> = {
  'kubeconfig-missing': { file: '/home/a/.kube/config' },
  'kubeconfig-invalid': { file: '/home/a/.kube/config', reason: 'line 3 is not YAML' },
  'context-missing': { context: 'prod' },
  'credential-plugin-failed': { command: 'aws', reason: 'exit code 255' },
  'credentials-not-allowed': { context: 'prod', answer: 'unanswered', program: '/usr/bin/aws' },
  unreachable: { server: 'https://192.0.2.1:6443', reason: 'connection refused' },
  unauthorized: {},
  forbidden: { verb: 'get', resource: 'nodes/proxy' },
  'kubelet-forbidden': {},
  'node-not-found': {},
  'kubelet-unreachable': { reason: 'dial tcp 192.0.2.2:10250: connect: connection refused' },
  'kubelet-hangs': {},
  'kubelet-died': {},
  'profiler-busy': {},
  'profiling-disabled': {},
  'profile-unknown': {},
  'request-rejected': { status: 418, body: 'I am a teapot' },
  'connection-lost': { received: 4096 },
  'answer-too-large': { limit: 50_000, counted: 'nodes' },
  'timed-out': { seconds: 20 },
  'pod-refused': { reason: 'violates PodSecurity "restricted:latest" (hostPID)' },
  'pod-name-taken': { pod: 'node-triage-1' },
  'pod-not-started': { reason: 'OutOfpods', message: 'Node did not have enough resource' },
  'pod-ended': { reason: 'deleted' },
  'node-unfit': { reason: 'Windows' },
  'node-not-ready': {},
  'intent-write-failed': { folder: '/storage/debug-pods', reason: 'no space left on the disk' },
  'exec-refused': { reason: 'no such file' },
  'exec-lost': {},
  'command-failed': { command: 'node-triage-kubelet', exitCode: 1, stderr: 'no' },
  'transfer-failed': { file: 'futex.strace.txt' },
  'kubelet-not-found': { reason: 'no candidate' },
  'tool-missing': { tool: 'strace', image: 'busybox' },
  'tool-unfit': { file: '/opt/strace', problem: 'other-machine', found: 'arm64', wanted: 'amd64' },
  'trace-refused': { reason: 'lockdown' },
  'file-unreadable': { file: '/tmp/cpu.pb.gz', reason: 'permission denied' },
  'file-empty': {},
  'file-too-large': { limitBytes: 512 * 2 ** 20 },
  'file-truncated': {},
  'file-corrupt': { reason: 'bad gzip header' },
  'format-unknown': { looksLike: 'PNG image' },
  'format-other-editor': { editor: 'report' },
  'format-other-tool': { what: 'a Go execution trace', tool: 'go tool trace' },
  'capture-invalid': { file: '/c/capture.json', reason: 'not JSON' },
  'capture-write-failed': { folder: '/c', reason: 'no space left on device' },
  'bundle-invalid': { file: '/tmp/night.zip', problem: 'no-file', entry: 'c1/cpu.pb.gz' },
  'bundle-too-large': { counted: 'captures', limit: 200 },
  cancelled: {},
  internal: {},
};
const CODES = Object.keys(FACTS) as TriageErrorCode[];
/** Codes that are about one node, always. */
const ABOUT_A_NODE: readonly TriageErrorCode[] = [
  'kubelet-forbidden',
  'node-not-found',
  'kubelet-unreachable',
  'kubelet-hangs',
  'kubelet-died',
  'profiler-busy',
  'profiling-disabled',
  'profile-unknown',
  'request-rejected',
  'connection-lost',
  'answer-too-large',
  'timed-out',
];
const write = (code: TriageErrorCode, node?: string, facts: ErrorFacts = FACTS[code]) =>
  writeErrorText(new TriageError(code, `log text of ${code}`, { node, facts }), english);
const nameOf = (action: ErrorAction): string => (action.kind === 'retry' ? 'retry' : action.command);

describe('why a file cannot be read', () => {
  const chinese = JSON.parse(readFileSync('media/l10n/bundle.l10n.zh-cn.json', 'utf8')) as Record<
    string,
    string
  >;
  const inChinese: Translate = (message, ...values) => english(chinese[message] ?? message, ...values);

  it.each(FILE_PROBLEMS)('is said in the language of the sentence: %s', problem => {
    const facts = { file: '/c/x', folder: '/c', reason: fileProblemWords(problem), problem };
    for (const code of [
      'file-unreadable',
      'kubeconfig-invalid',
      'capture-write-failed',
      'intent-write-failed',
    ] as const) {
      const error = new TriageError(code, 'log text', { facts });
      expect(writeErrorText(error, english).text).toContain(fileProblemWords(problem));
      expect(writeErrorText(error, inChinese).text).not.toContain(fileProblemWords(problem));
    }
  });

  it('is what a pipe, a folder and a missing file are refused with', () => {
    const said = (file: string): string => {
      try {
        readRegularFileSync(file, { maxBytes: 10, links: 'refuse' });
      } catch (error) {
        return writeErrorText(error, inChinese).text;
      }
      throw new Error('it was read');
    };
    const folder = mkdtempSync(path.join(tmpdir(), 'reasons-'));
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const shown = [pipe, folder, path.join(folder, 'none')].map(said);
    rmSync(folder, { recursive: true });
    expect(shown).toEqual([
      `无法读取文件 ${pipe}：它是命名管道`,
      `无法读取文件 ${folder}：它是文件夹`,
      `无法读取文件 ${path.join(folder, 'none')}：没有这个文件`,
    ]);
  });

  it('stays as the system says it where there are no words for it', () => {
    const facts = { file: '/c/x', reason: 'EWEIRD: odd', problem: '__proto__' };
    expect(write('file-unreadable', undefined, facts).text).toContain('EWEIRD: odd');
  });
});

describe('advice', () => {
  it('does not send to a profile where the kubelet did not even take a pod', () => {
    const facts = { reason: 'Pending', advice: 'untaken' };
    const { nextStep } = write('pod-not-started', 'node1', facts);
    expect(nextStep).toContain('Profiles go through it, too');
    expect(nextStep).toContain('journalctl -u kubelet');
  });

  it('goes nowhere but to the node where a kubelet does not answer', () => {
    for (const code of ['kubelet-unreachable', 'kubelet-hangs', 'kubelet-died', 'timed-out'] as const)
      expect(write(code, 'node1').nextStep).not.toMatch(/take a profile|sample the threads|debug pod/i);
  });
});

describe('writeErrorText', () => {
  it('does not send to the folder of captures where a debug pod could not be written down', () => {
    const { text, nextStep, actions } = write('intent-write-failed', 'node1');
    expect(text).toContain('/storage/debug-pods');
    expect(`${text} ${nextStep ?? ''}`).not.toMatch(/capture/i);
    expect(actions.map(nameOf)).toEqual(['retry', 'nodeTriage.showLog']);
  });

  it('names the process that ended a debug pod, and where to let pods next time', () => {
    const facts = { reason: 'another process was started in it: bash (4711)', stranger: 'bash', pid: 4711 };
    const { text, nextStep } = write('pod-ended', 'node1', facts);
    expect(text).toBe('The debug pod on node1 ended: another process was started in it, bash (4711).');
    expect(nextStep).toContain('debugPod.namespace');
    expect(write('pod-ended', 'node1').text).toContain('while it was needed: deleted');
  });

  it.each(ABOUT_A_NODE)('%s names the node', code => {
    expect(write(code, 'node1').text).toContain('node1');
  });

  it.each(CODES)('%s tells its facts, in sentences without a hole', code => {
    for (const node of [undefined, 'node1']) {
      const { text, nextStep } = write(code, node);
      const said = `${text} ${nextStep ?? ''}`;
      expect(said).not.toMatch(/\{\d\}|undefined|NaN|null/);
      expect(text).toMatch(/[.)\w]$/);
      expect(nextStep === undefined).toBe(code === 'cancelled');
    }
    const { text } = write(code, 'node1');
    for (const [name, value] of Object.entries(FACTS[code]))
      if (!['received', 'limitBytes', 'editor', 'answer', 'problem'].includes(name))
        expect(text).toContain(String(value));
  });

  it.each(CODES)('%s reads whole without facts', code => {
    expect(write(code, undefined, {}).text).not.toMatch(/\{\d\}|undefined|NaN/);
  });

  it('reads as the recorded refusals should', () => {
    expect(write('forbidden', 'node1').text).toBe('You may not get nodes/proxy on this cluster (403).');
    expect(write('kubelet-unreachable', 'node1').text).toBe(
      'The API server cannot reach the kubelet of node1: dial tcp 192.0.2.2:10250: connect: connection refused. The kubelet is down, or a firewall is in between.',
    );
    expect(write('profiler-busy', 'node1').text).toBe(
      'Another client is profiling the kubelet of node1 right now; a kubelet does one such profile at a time.',
    );
    expect(write('file-too-large').text).toBe('The profile is larger than the limit of 512 MB (unpacked).');
  });

  it('does not blame a hung kubelet alone where the node may be cut off', () => {
    const lost = { reason: 'http2: client connection lost' };
    expect(write('kubelet-hangs', 'node1', lost).text).toContain('or the node is cut off');
    expect(write('kubelet-hangs', 'node1').text).not.toContain('cut off');
  });

  it('offers the rule for the right that is missing', () => {
    const argumentsOf = (node: string | undefined): unknown => {
      const action = write('forbidden', node).actions.find(one => nameOf(one) === 'nodeTriage.copyRbac');
      return action?.kind === 'command' ? action.arguments : undefined;
    };
    expect(argumentsOf('node1')).toEqual([
      { right: { kind: 'nodes-proxy', node: 'node1' }, context: undefined },
    ]);
    expect(argumentsOf(undefined)).toBeUndefined();
  });

  it.each([
    [
      { verb: 'create', resource: 'pods', namespace: 'triage' },
      { kind: 'debug-pod', namespace: 'triage' },
    ],
    [
      { verb: 'get', resource: 'pods/exec', namespace: 'triage' },
      { kind: 'debug-pod', namespace: 'triage' },
    ],
    [{ verb: 'list', resource: 'pods' }, { kind: 'list-pods' }],
    [{ verb: 'get', resource: 'nodes' }, { kind: 'nodes' }],
    [
      { verb: 'get', resource: 'nodes/proxy' },
      { kind: 'nodes-proxy', node: 'node1' },
    ],
  ])('offers the rule that %j takes, on a node or not', (facts, right) => {
    const error = new TriageError('forbidden', 'no', { node: 'node1', facts: { ...facts, context: 'prod' } });
    const action = writeErrorText(error, english).actions.find(one => nameOf(one) === 'nodeTriage.copyRbac');
    expect(action).toMatchObject({ arguments: [{ right, context: 'prod' }] });
  });

  it.each(['unknown', 'kubelet-or-gateway'])('offers no rule where %s refused', answeredBy => {
    const facts = { verb: 'get', resource: 'nodes/proxy', user: 'stranger', reason: 'no', answeredBy };
    for (const code of ['forbidden', 'kubelet-forbidden'] as const) {
      if (code === 'forbidden' && answeredBy !== 'unknown') continue;
      const { text, actions } = writeErrorText(
        new TriageError(code, 'no', { node: 'node1', facts }),
        english,
      );
      expect(actions.map(nameOf)).not.toContain('nodeTriage.copyRbac');
      expect(text).toMatch(/refused \(403\): no$/);
    }
  });

  it('says of a 401 by the kubelet that the API server knows us, and offers no rule', () => {
    const facts = { status: 401, reason: 'Unauthorized', answeredBy: 'kubelet-or-gateway' };
    const { text, actions } = writeErrorText(
      new TriageError('kubelet-forbidden', 'no', { node: 'node1', facts }),
      english,
    );
    expect(text).toBe(
      'The API server accepts your credentials; the kubelet of node1, or a gateway on the way, refused (401): Unauthorized',
    );
    expect(actions.map(nameOf)).not.toContain('nodeTriage.copyRbac');
  });

  it('offers no rule for what none of ours gives', () => {
    const facts = { verb: 'create', resource: 'selfsubjectaccessreviews' };
    const error = new TriageError('forbidden', 'no', { facts });
    expect(writeErrorText(error, english).actions.map(nameOf)).toEqual(['retry', 'nodeTriage.showLog']);
  });

  it('says in which namespace', () => {
    const facts = { verb: 'create', resource: 'pods', namespace: 'triage' };
    expect(writeErrorText(new TriageError('forbidden', 'no', { facts }), english).text).toBe(
      'You may not create pods in namespace triage (403).',
    );
  });

  it.each([
    ['kubeconfig-missing', ['nodeTriage.chooseKubeconfig', 'nodeTriage.openSettings']],
    ['unreachable', ['retry', 'nodeTriage.chooseKubeconfig', 'nodeTriage.showLog']],
    ['profiler-busy', ['retry', 'nodeTriage.showLog']],
    ['file-too-large', ['nodeTriage.openSettings']],
    ['cancelled', []],
  ] as const)('%s has the buttons %j', (code, expected) => {
    expect(write(code, 'node1').actions.map(nameOf)).toEqual(expected);
  });

  it('takes what is not a TriageError as a fault of ours', () => {
    const text = writeErrorText(new TypeError('x is not a function'), english);
    expect(text.text).toBe('A fault in the extension: x is not a function');
    expect(writeErrorText('thrown text', english).text).toBe('A fault in the extension: thrown text');
  });
});

describe('sentences of hostile facts', () => {
  const COMMAND = '[click](command:workbench.action.closeWindow)';
  const HOSTILE = `x ${COMMAND}\nAUDIT \u202e$(flame) [y](https://evil.example "z")`;
  /** Whatever VS Code takes for a link in a message, this finds. */
  const LINK = /\[[^\]]+\]\(/;
  /** Every name under which a thrower gives a fact. */
  const NAMES = [
    ...new Set(Object.values(FACTS).flatMap(facts => Object.keys(facts))),
    'advice',
    'wanted',
    'namespace',
  ];

  it.each(CODES)('%s has neither a link nor a line of another', code => {
    const facts = Object.fromEntries(NAMES.map(name => [name, HOSTILE]));
    // Some facts choose a sentence: each of them keeps its value once.
    for (const kept of [[], ...Object.entries(FACTS[code]).map(entry => [entry])])
      for (const node of [undefined, HOSTILE]) {
        const error = new TriageError(code, HOSTILE, {
          node,
          facts: { ...facts, ...Object.fromEntries(kept) },
        });
        const { text, nextStep, actions } = writeErrorText(error, english);
        for (const said of [text, nextStep ?? '', ...actions.map(action => action.label)]) {
          expect(said).not.toMatch(LINK);
          expect(said).not.toMatch(/[\n\r\u2028\u202a-\u202e]|\$\(/u);
        }
      }
  });

  it('keep the words, so that a person sees what was sent', () => {
    expect(write('request-rejected', 'node1', { status: 500, body: COMMAND }).text).toBe(
      'The request for node1 was refused with status 500: [click] (command:workbench.action.closeWindow)',
    );
  });

  it('have an end', () => {
    expect(write('internal', undefined, {}).text.length).toBeLessThan(600);
    const endless = new TriageError('internal', 'x'.repeat(1e6));
    expect(writeErrorText(endless, english).text.length).toBeLessThan(600);
    expect(write('pod-refused', 'node1', { reason: 'x '.repeat(1e6) }).text.length).toBeLessThan(600);
  });
});
