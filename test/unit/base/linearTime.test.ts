/**
 * Everything that reads text of others takes time in proportion to its length. Each reader gets one piece repeated to n
 * and to 8n characters: eight times the time where it is linear, 64 times where it is quadratic. What takes a few
 * milliseconds at 8n is not quadratic at these lengths; only what takes longer is compared, by the best of several runs.
 */
import { describe, expect, it } from 'vitest';
import { describeError } from '../../../src/base/errors.js';
import { maskSecrets } from '../../../src/base/maskSecrets.js';
import { markdownText, outsideLines, outsideText } from '../../../src/base/outsideText.js';
import { plainLine } from '../../../src/base/plainLine.js';
import { translateIssue } from '../../../src/capture/captureIssues.js';
import { parseCaptureRecord } from '../../../src/capture/captureJson.js';
import { parseHealth } from '../../../src/cgroup/parseHealth.js';
import { apiError } from '../../../src/cluster/http/apiErrors.js';
import { ExecFrames } from '../../../src/cluster/pods/execFrames.js';
import { withoutCredentials } from '../../../src/cluster/access/kubeconfig.js';
import { readClusters, readContexts, readUsers } from '../../../src/cluster/access/kubeconfigEntries.js';
import { findKubeletFault } from '../../../src/cluster/http/kubeletFaults.js';
import { ProxyKubeletMetrics } from '../../../src/cluster/nodes/kubeletMetrics.js';
import { parseModestJson } from '../../../src/cluster/http/modestJson.js';
import { readNode } from '../../../src/cluster/nodes/nodes.js';
import { readWarnings } from '../../../src/cluster/pods/pods.js';
import { readWatchEvent } from '../../../src/cluster/nodes/watchEvent.js';
import { withoutMarkup } from '../../../src/cluster/http/withoutMarkup.js';
import { parseYamlMapping } from '../../../src/cluster/access/yamlMapping.js';
import { toolOf } from '../../../src/debugpod/foreignLeftovers.js';
import { parseImageName } from '../../../src/debugpod/imageName.js';
import { parseFileMark, parseJobEnd } from '../../../src/debugpod/jobScripts.js';
import { debugPodName } from '../../../src/debugpod/podSpec.js';
import { parseEvents } from '../../../src/ktrace/parseEvents.js';
import { readText } from '../../../src/material/readText.js';
import { TEXT_READERS } from '../../../src/material/textReaders.js';
import { detectFormat } from '../../../src/profile/detectFormat.js';
import { parseFolded } from '../../../src/profile/formats/parseFolded.js';
import { parsePerfScript } from '../../../src/profile/formats/parsePerfScript.js';
import {
  fieldOf,
  parseFrame,
  parseInlineFrame,
  parseSourceLine,
} from '../../../src/profile/formats/perfFrame.js';
import { isAlignedHead, parsePerfHeader } from '../../../src/profile/formats/perfHeader.js';
import { findPerfShape } from '../../../src/profile/formats/perfShape.js';
import { parsePprofRaw } from '../../../src/profile/formats/parsePprofRaw.js';
import { parsePprofSourceLine } from '../../../src/profile/formats/pprofSourceLine.js';
import { shortenFrameName } from '../../../src/profile/frameName.js';
import { parseQuery } from '../../../src/profile/search.js';
import { readWireMessage, WIRE_TAG } from '../../../src/protocol/guards.js';
import { findKernelFunction, GoText } from '../../../src/sources/go/functionDeclaration.js';
import { parseGoSymbol } from '../../../src/sources/go/goSymbol.js';
import { findGoRootFile } from '../../../src/sources/go/goRoot.js';
import { parseKernelRelease } from '../../../src/sources/kernel/kernelRelease.js';
import { kernelIdentifier } from '../../../src/sources/kernel/kernelSymbols.js';
import { kubernetesTagOfModule, parseKubernetesBuild } from '../../../src/sources/go/kubernetesBuild.js';
import { factsOfFrames } from '../../../src/sources/profileFacts.js';
import { readTemplates } from '../../../src/sources/repository/readTemplates.js';
import { findPackageHome } from '../../../src/sources/repository/repositories.js';
import { findSourceFile } from '../../../src/sources/go/sourceFile.js';
import { parseLog } from '../../../src/strace/parseLog.js';
import { parseStraceVersion } from '../../../src/strace/toolOptions.js';
import { parseSamples } from '../../../src/threads/parseSamples.js';
import { memoryStatFix } from '../../../src/kernelfix/kernelFix.js';
import { buildRbacRule } from '../../../src/words/errors/rbacRule.js';
import { explainOperation } from '../../../webview/report/terms.js';

const SHORT = 8 * 1024;
const FACTOR = 8;
/** Quadratic at {@link SHORT} times {@link FACTOR}: 2^32 steps, seconds; what is linear takes some 20 ms. */
const SOON_MS = 150;
const RUNS = 3;
/** Between 8 and 64. */
const TOO_FAST = 30;

const PIECES = [
  ['<', 'a'], ['<style>', ''], ['"', ''], ['\\', ''], [' ', 'x'], ['\t', 'x'], ['[', 'x'], ['(', 'x'], ['()', 'x'],
  ['(a) ', 'x'], ['{', ''], ['0', 'x'], ['1 ', 'x'], ['1.', 'x'], ['a ', ''], ['.', ''], ['/', 'x'], ['-', 'x'],
  [':', 'x'], [': ', 'x'], [';', ''], ['=', ''], [', ', 'x'], ['\n', 'x'], ['go1.', 'x'], ['v1.1.', 'x'],
  ['User "', ''], ['299 - "', ''], ['.isra', 'x'], ['a.1 1:', 'x'], ['0x0 ', '\u2028'], ['EOF', 'x'], [' of ', ''], [' and ', 'x'], [' (', 'x'], [' cores', ''],
  ['a /a', ''], [':1 s=1(a)', 'x'], [' 1 ->', '\u2028'], ['1 (a) ', '\u2028'], ['a/sdk/goa/src/', '\u2028'], ['cmd/kubelet/', '\u2028'],
] as const; // prettier-ignore

const HEADS = [
  '',
  'a ',
  'goroutine 7 ',
  '1: 0x',
  '3.10.0-',
  '1 openat(',
  'strace',
  'go1.',
  '  ffff ',
  'Slice ',
  'the reads are made by ',
];

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const REQUEST = { what: 'x', server: 'https://a', path: '/api/v1/nodes', node: 'n' };

/** The answer's body in pieces, as a socket gives them. */
const answering = (text: string) => ({
  open: () =>
    Promise.resolve({
      status: 200,
      headers: {},
      body: new Response(text).body as unknown as AsyncIterable<Uint8Array>,
    }),
});
const metricsOf = (text: string): Promise<unknown> =>
  new ProxyKubeletMetrics(answering(text)).readProcess('n', new AbortController().signal);
const watchLine = (type: string, object: object): string => JSON.stringify({ type, object });

/** For parsers whose callers tell their errors in their own words. */
const refusing =
  (read: (text: string) => unknown) =>
  (text: string): unknown => {
    try {
      return read(text);
    } catch (error) {
      return error;
    }
  };

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  plainLine: text => plainLine(text, text.length),
  outsideText: text => outsideText(text, text.length),
  outsideLines: text => outsideLines(text, text.length),
  markdownText: text => markdownText(text, text.length),
  maskSecrets,
  withoutMarkup,
  findKubeletFault,
  readWarnings,
  parseYamlMapping: refusing(parseYamlMapping),
  'parseYamlMapping of a text': refusing(text => parseYamlMapping(`a: ${text}`)),
  'kubeconfig entries': text => {
    const fields = { name: text, server: text, token: text, exec: { command: text, args: [text] } };
    const list = [{ name: text, cluster: fields, context: { cluster: text, user: text }, user: fields }];
    return [readClusters(list, 'f'), readContexts(list), readUsers(list, 'f')];
  },
  withoutCredentials: text => withoutCredentials(`https:${text}`),
  parseModestJson: refusing(text => parseModestJson(text, { what: 'x' })),
  readNode: text =>
    readNode({ metadata: { name: text, labels: { [text]: text } }, status: { capacity: { cpu: text } } }),
  metrics: metricsOf,
  'metrics of one name': text => metricsOf(`process_cpu_seconds_total${text}`),
  'metrics of one label': text => metricsOf(`go_info{version="${text}`),
  readWatchEvent: text => readWatchEvent(text, REQUEST.path),
  'readWatchEvent of a change': text =>
    readWatchEvent(watchLine('MODIFIED', { metadata: { name: text } }), REQUEST.path),
  'readWatchEvent of an error': text =>
    readWatchEvent(watchLine('ERROR', { kind: 'Status', code: 403, message: text }), REQUEST.path),
  parseImageName,
  toolOf: text => toolOf({ name: text, labels: {} }),
  'apiError 403': text => apiError({ status: 403, headers: {}, body: bytes(text) }, REQUEST),
  'apiError 500': text => apiError({ status: 500, headers: { location: text }, body: bytes(text) }, REQUEST),
  'apiError 302': text => apiError({ status: 302, headers: { location: text }, body: bytes('') }, REQUEST),
  'apiError of a Status': text =>
    apiError(
      { status: 500, headers: {}, body: bytes(JSON.stringify({ kind: 'Status', message: text })) },
      REQUEST,
    ),
  'exec status': text => {
    const frames = new ExecFrames({ maxBytes: 1 });
    frames.add(bytes(`\u0003${text}`));
    return frames.end();
  },
  parseJobEnd: text => parseJobEnd(bytes(text)),
  parseFileMark,
  parseCaptureRecord: text =>
    parseCaptureRecord(JSON.stringify({ title: text, files: [text] }), 'f', { startedAt: '', files: [] }),
  translateIssue: text => translateIssue(text, english => english),
  parseHealth,
  parseSamples,
  parseLog,
  parseEvents: text => parseEvents(text),
  parseStraceVersion,
  detectFormat: text => detectFormat(bytes(text)),
  parseFolded: text => parseFolded(bytes(text)),
  parsePerfHeader,
  isAlignedHead,
  parsePerfFrame: parseFrame,
  parseInlineFrame,
  parseSourceLine,
  fieldOf,
  findPerfShape: text => findPerfShape([`a 1 1.0: cycles:`, text, `\t${text}`, ` ${text}`]),
  parsePerfScript: text => parsePerfScript(bytes(`a 1 1.0: cycles:\n${text}`)),
  parsePprofRaw: text => parsePprofRaw(bytes(`Samples:\nx/count\n 1: 1\nLocations\n${text}`)),
  parsePprofSourceLine,
  parseQuery,
  readWireMessage: text => readWireMessage({ tag: WIRE_TAG, kind: 'event', name: text, params: text }),
  explainOperation,
  shortenFrameName,
  parseGoSymbol,
  readTemplates: text => readTemplates({ a: { file: text, line: text } }),
  'GoText of a method': text => new GoText(text).find(parseGoSymbol('a.(*T).b')),
  'GoText of a function': text => new GoText(text).find(parseGoSymbol('a.b')),
  findKernelFunction: text => findKernelFunction(text, 'sys_a'),
  findSourceFile: text => findSourceFile(text, parseGoSymbol('a.b')),
  findGoRootFile: text => findGoRootFile(`${text}/src/a/b.go`, 'a'),
  findPackageHome: text => findPackageHome(text, text),
  factsOfFrames: text => factsOfFrames([{ function: text, file: text, module: text }]),
  parseKernelRelease,
  kernelIdentifier,
  parseKubernetesBuild,
  kubernetesTagOfModule,
  memoryStatFix,
  debugPodName: text => debugPodName(text, 'x'),
  buildRbacRule: text => buildRbacRule({ kind: 'nodes-proxy', node: text }, text),
};

/** What stands in posts where a reader begins to look closer: a prompt, stamps, tables, documents, marks of Markdown. */
const POST_PIECES = [
  ...PIECES, ['> ', 'x'], ['| ', 'x'], ['`', 'x'], ['*', 'x'], ['\n-', 'x'], ['\n  - a:', 'x'], ['\na: 1', 'x'], ['\n```', 'x'],
  ['{"a":', ''], ['err="', 'x'], ['a=1 ', 'x'], ['(x2 ', 'x'], ['5m ', 'x'], ['failed to ', 'x'], ['\n$ cat ', 'x'],
] as const; // prettier-ignore

const POST_HEADS = [
  '',
  '$ cat ',
  'Jan 10 07:55:33 n1 kubelet[820]: E0110 07:55:33.000001 820 a.go:1] ',
  '  Warning  Failed  3m (x4 over 5m)  kubelet  ',
  '{"level":"warn","msg":"',
];

/** Looks at files and calls of a forged kernel trace: what is open is kept, and looked up for each call. */
const event = (at: number, text: string): string => `  x-1 [000] ${(at / 1e6).toFixed(6)}: ${text}`;
const LOOKS: Readonly<Record<string, (at: number) => readonly string[]>> = {
  'looks at more and more files': at => [
    event(at, `tracing_mark_write: node-triage fd ${at} /x`),
    event(at, 'tracing_mark_write: node-triage fds'),
  ],
  'changes of one file, and calls on it': at => [
    event(at, `tracing_mark_write: node-triage fd 3 /${at}`),
    event(at, 'sys_enter: NR 0 (3, 0, 0, 0, 0, 0)'),
    event(at + 0.5, 'sys_exit: NR 0 = 1'),
  ],
  'calls that last for the whole trace': at => [
    event(at, `tracing_mark_write: node-triage fd 3 /${at}`),
    `  x-${at + 2} [000] 0.000000: sys_enter: NR 0 (3, 0, 0, 0, 0, 0)`,
    `  x-${at + 2} [000] 9.000000: sys_exit: NR 0 = 1`,
  ],
};

async function timeOf(read: (text: string) => unknown, text: string): Promise<number> {
  const startedMs = performance.now();
  try {
    const reading = read(text);
    if (reading instanceof Promise) await reading;
  } catch (error) {
    // What is no such file is refused, in time.
    if (describeError(error).code === 'internal') throw error;
  }
  return performance.now() - startedMs;
}

async function best(read: (text: string) => unknown, text: string): Promise<number> {
  let bestMs = Infinity;
  for (let run = 0; run < RUNS; run++) bestMs = Math.min(bestMs, await timeOf(read, text));
  return bestMs;
}

async function growth(read: (text: string) => unknown, make: (length: number) => string): Promise<number> {
  const long = make(SHORT * FACTOR);
  if ((await timeOf(read, long)) < SOON_MS || (await timeOf(read, long)) < SOON_MS) return FACTOR;
  return (await best(read, long)) / Math.max(await best(read, make(SHORT)), 0.1);
}

/** A machine that does other things makes a growth look larger, and none look smaller. */
async function leastGrowth(
  read: (text: string) => unknown,
  make: (length: number) => string,
): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < RUNS && least >= TOO_FAST; run++) least = Math.min(least, await growth(read, make));
  return least;
}

describe('time grows with the length of outside text, no faster', () => {
  it.each(Object.entries(READERS))(
    '%s',
    async (_, read) => {
      for (const [piece, end] of PIECES)
        for (const head of HEADS) {
          const make = (length: number): string =>
            head + piece.repeat(Math.ceil(length / piece.length)).slice(0, length) + end;
          expect(await leastGrowth(read, make), JSON.stringify([head, piece, end])).toBeLessThan(TOO_FAST);
        }
    },
    60_000,
  );

  it.each(TEXT_READERS.map(reader => [reader.name, reader] as const))(
    'of posts: %s',
    async (_, reader) => {
      const read = (text: string): unknown => reader.read(readText('post.md', bytes(text)));
      for (const [piece, end] of POST_PIECES)
        for (const head of POST_HEADS) {
          const make = (length: number): string =>
            head + piece.repeat(Math.ceil(length / piece.length)).slice(0, length) + end;
          expect(await leastGrowth(read, make), JSON.stringify([head, piece, end])).toBeLessThan(TOO_FAST);
        }
    },
    60_000,
  );

  it.each(Object.entries(LOOKS))(
    'parseEvents: %s',
    async (_, lines) => {
      const make = (length: number): string =>
        Array.from({ length: length / 4 }, (_, at) => lines(at).join('\n')).join('\n');
      expect(await leastGrowth(text => parseEvents(text), make)).toBeLessThan(TOO_FAST);
    },
    60_000,
  );
});
