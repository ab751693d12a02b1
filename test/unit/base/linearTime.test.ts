/**
 * Everything that reads text of others takes time in proportion to its length. Each reader gets one piece repeated to n
 * and to 8n characters: eight times the time where it is linear, 64 times where it is quadratic. What takes a few
 * milliseconds at 8n is not quadratic at these lengths; only what takes longer is compared, by the best of several runs.
 */
import { describe, expect, it } from 'vitest';
import { describeError } from '../../../src/base/errors.js';
import { plainLine } from '../../../src/base/plainLine.js';
import { parseCaptureRecord } from '../../../src/capture/captureJson.js';
import { parseHealth } from '../../../src/cgroup/parseHealth.js';
import { apiError } from '../../../src/cluster/http/apiErrors.js';
import { ExecFrames } from '../../../src/cluster/pods/execFrames.js';
import { findKubeletFault } from '../../../src/cluster/http/kubeletFaults.js';
import { readWarnings } from '../../../src/cluster/pods/pods.js';
import { withoutMarkup } from '../../../src/cluster/http/withoutMarkup.js';
import { parseFileMark, parseJobEnd } from '../../../src/debugpod/jobScripts.js';
import { debugPodName } from '../../../src/debugpod/podSpec.js';
import { parseEvents } from '../../../src/ktrace/parseEvents.js';
import { detectFormat } from '../../../src/profile/detectFormat.js';
import { parseFolded } from '../../../src/profile/formats/parseFolded.js';
import { isPerfFrame, isPerfHeader, parsePerfScript } from '../../../src/profile/formats/parsePerfScript.js';
import { parsePprofRaw } from '../../../src/profile/formats/parsePprofRaw.js';
import { shortenFrameName } from '../../../src/profile/frameName.js';
import { parseGoSymbol } from '../../../src/sources/go/goSymbol.js';
import { findGoRootFile } from '../../../src/sources/go/goRoot.js';
import { parseKernelRelease } from '../../../src/sources/kernel/kernelRelease.js';
import { kernelIdentifier } from '../../../src/sources/kernel/kernelSymbols.js';
import { kubernetesTagOfModule, parseKubernetesBuild } from '../../../src/sources/go/kubernetesBuild.js';
import { factsOfFrames } from '../../../src/sources/profileFacts.js';
import { findPackageHome } from '../../../src/sources/repository/repositories.js';
import { findSourceFile } from '../../../src/sources/go/sourceFile.js';
import { parseLog } from '../../../src/strace/parseLog.js';
import { parseStraceVersion } from '../../../src/strace/toolOptions.js';
import { parseSamples } from '../../../src/threads/parseSamples.js';
import { memoryStatFix } from '../../../src/triage/kernelFix.js';
import { buildRbacRule } from '../../../src/words/errors/rbacRule.js';

const SHORT = 8 * 1024;
const FACTOR = 8;
/** Quadratic at {@link SHORT} times {@link FACTOR}: 2^32 steps, seconds. */
const SOON_MS = 40;
const RUNS = 3;

const PIECES = [
  ['<', 'a'], ['<style>', ''], ['"', ''], ['\\', ''], [' ', 'x'], ['\t', 'x'], ['[', 'x'], ['(', 'x'], ['()', 'x'],
  ['(a) ', 'x'], ['{', ''], ['0', 'x'], ['1 ', 'x'], ['1.', 'x'], ['a ', ''], ['.', ''], ['/', 'x'], ['-', 'x'],
  [':', 'x'], [': ', 'x'], [';', ''], ['=', ''], [', ', 'x'], ['\n', 'x'], ['go1.', 'x'], ['v1.1.', 'x'],
  ['User "', ''], ['299 - "', ''], ['.isra', 'x'], ['a.1 1:', 'x'], ['0x0 ', '\u2028'], ['EOF', 'x'],
] as const; // prettier-ignore

const HEADS = ['', 'a ', 'goroutine 7 ', '1: 0x', '3.10.0-', '1 openat(', 'strace', 'go1.', '  ffff '];

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const REQUEST = { what: 'x', server: 'https://a', path: '/api/v1/nodes', node: 'n' };

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  plainLine: text => plainLine(text, text.length),
  withoutMarkup,
  findKubeletFault,
  readWarnings,
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
  parseHealth,
  parseSamples,
  parseLog,
  parseEvents: text => parseEvents(text),
  parseStraceVersion,
  detectFormat: text => detectFormat(bytes(text)),
  parseFolded: text => parseFolded(bytes(text)),
  isPerfHeader,
  isPerfFrame,
  parsePerfScript: text => parsePerfScript(bytes(`a 1 1.0: cycles:\n${text}`)),
  parsePprofRaw: text => parsePprofRaw(bytes(`Samples:\nx/count\n 1: 1\nLocations\n${text}`)),
  shortenFrameName,
  parseGoSymbol,
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

function timeOf(read: (text: string) => unknown, text: string): number {
  const startedMs = performance.now();
  try {
    read(text);
  } catch (error) {
    // What is no such file is refused, in time.
    if (describeError(error).code === 'internal') throw error;
  }
  return performance.now() - startedMs;
}

const best = (read: (text: string) => unknown, text: string): number =>
  Math.min(...Array.from({ length: RUNS }, () => timeOf(read, text)));

function growth(read: (text: string) => unknown, make: (length: number) => string): number {
  const long = make(SHORT * FACTOR);
  if (timeOf(read, long) < SOON_MS || timeOf(read, long) < SOON_MS) return FACTOR;
  return best(read, long) / Math.max(best(read, make(SHORT)), 0.1);
}

describe('time grows with the length of outside text, no faster', () => {
  it.each(Object.entries(READERS))(
    '%s',
    (_, read) => {
      for (const [piece, end] of PIECES)
        for (const head of HEADS) {
          const make = (length: number): string =>
            head + piece.repeat(Math.ceil(length / piece.length)).slice(0, length) + end;
          expect(growth(read, make), JSON.stringify([head, piece, end])).toBeLessThan(30);
        }
    },
    60_000,
  );
});
