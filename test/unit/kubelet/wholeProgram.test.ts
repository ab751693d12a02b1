import { describe, expect, it } from 'vitest';
import { wholeProgramOf, wholeProgramOfVersion } from '../../../src/kubelet/wholeProgram.js';
import { formatSentence } from '../../../src/base/sentence.js';
import { translateIssue } from '../../../src/capture/captureIssues.js';
import { wholeProgramIssues } from '../../../src/capture/passedOver.js';
import { analyseThreads } from '../../../src/threads/analyse.js';
import { parseSamples } from '../../../src/threads/parseSamples.js';

describe('the program that a kubelet is a part of', () => {
  it.each([
    ['k3s', 'k3s'],
    ['k3s-server', 'k3s'],
    ['k3s-agent', 'k3s'],
    ['kubelite', 'kubelite'],
    ['rke2', 'rke2'],
    ['kubelet', undefined],
    ['hyperkube', undefined],
    ['k3s-impostor', undefined],
    [undefined, undefined],
  ])('of a process named %s is %s', (comm, program) => {
    expect(wholeProgramOf(comm)).toBe(program);
  });

  it.each([
    ['v1.31.4+k3s1', 'k3s'],
    ['v1.31.4+rke2r1', undefined],
    ['v1.31.4', undefined],
    [undefined, undefined],
  ])('of version %s is %s', (version, program) => {
    expect(wholeProgramOfVersion(version)).toBe(program);
  });
});

it('is said of thread samples, and in captures in the reader’s language', () => {
  const stat = `42 (k3s-server) S ${'0 '.repeat(49)}`;
  const samples = `# node-triage thread samples 1
# pid: 42
# node: 1.00
cpu  1 2 3 4
42/stat:${stat}
# end: complete
`;
  const said = wholeProgramIssues('k3s');
  expect(analyseThreads(parseSamples(samples)).warnings.map(formatSentence)).toEqual(said);
  const kubelet = samples.replace('k3s-server', 'kubelet');
  expect(analyseThreads(parseSamples(kubelet)).warnings).toEqual([]);
  expect(translateIssue(said[0] ?? '', text => `«${text}»`)).toBe(
    '«The kubelet is a part of k3s here: CPU, threads and calls are those of the whole program.»',
  );
});
