import { describe, expect, it } from 'vitest';
import { pprofTopReader } from '../../../../src/material/tools/pprofTop.js';
import { materialText } from '../../../support/materialText.js';

const found = (text: string) => pprofTopReader.read(materialText(text));

const HEAD = (program = 'kubelet', type = 'cpu') => `File: ${program}
Type: ${type}
Time: Nov 27, 2026 at 7:03am (UTC)
Duration: 30.10s, Total samples = 40.21s (133.59%)
Showing nodes accounting for 3.10s, 25.41% of 12.20s total
Dropped 560 nodes (cum <= 0.06s)
`;
const TABLE = `      flat  flat%   sum%        cum   cum%
         0     0%     0%      4.89s 40.08%  github.com/google/cadvisor/manager.(*containerData).housekeeping
     0.01s 0.082% 0.082%     1.10mins 98.20%  main.walk (inline)
     860ms  8.90% 31.47%     3130ms 32.40%  regexp.(*machine).step /usr/local/go/src/regexp/exec.go`;
const ROWS = TABLE.split('\n').slice(1).join('\n');

describe('pprof -top', () => {
  it('reads functions, and the cores of the kubelet', () => {
    expect(found(HEAD() + TABLE)).toMatchObject({
      kubeletCores: [{ at: { file: 'post.txt', line: 4 }, cores: 1.3359, seconds: 30.1 }],
      listed: [
        {
          at: { file: 'post.txt', line: 8 },
          tool: 'pprof',
          name: 'github.com/google/cadvisor/manager.(*containerData).housekeeping',
          flat: 0,
          cum: 0.4008,
        },
        { name: 'main.walk', flat: 0.00082, cum: 0.982 },
        { name: 'regexp.(*machine).step', flat: 0.089, cum: 0.324 },
      ],
    });
  });

  it('reads a table without its head, with tabs', () => {
    expect(found(`(pprof) top\n${TABLE.replaceAll('   ', '\t')}`).listed).toHaveLength(3);
  });

  it('reads a few rows that are quoted without their header', () => {
    expect(found(`Also another culprit:\n\n${ROWS}`).listed).toHaveLength(3);
    expect(found(HEAD() + ROWS).listed).toHaveLength(3);
    expect(found('  5 12% 12%  9 30% of all pods').listed).toEqual([]);
  });

  it('reads the function of -peek and of list', () => {
    const peek = `      flat  flat%   sum%        cum   cum%   calls calls% + context
                                            50.20s   100% |   main.caller
         0     0% 49.91%     50.20s 62.44%                | main.walk
                                            30.10s 59.96% |   os.Open`;
    expect(found(peek).listed).toMatchObject([{ name: 'main.walk', flat: 0, cum: 0.6244 }]);
    const list = `Total: 40.21s
ROUTINE ======================== main.walk in /go/src/x/walk.go
      10ms     25.10s (flat, cum) 62.44% of Total
         .          .     12: func walk() {
         .     25.10s     13:   open()`;
    expect(found(list).listed).toMatchObject([{ name: 'main.walk', flat: undefined, cum: 0.6244 }]);
    expect(found(list.replace('25.10s (', '25.10MB (')).listed).toEqual([]);
  });

  it.each([
    ['containerd', 0],
    ['hyperkube', 1],
    ['kubelet-v1.18.8', 1],
    ['kube-apiserver', 0],
    ['/usr/local/bin/k3s', 1],
  ])('counts cores of %s: %i', (program, times) => {
    expect(found(HEAD(program) + TABLE).kubeletCores).toHaveLength(times);
  });

  it('takes no table of memory or locks for one of CPU', () => {
    const bytes = `      flat  flat%   sum%        cum   cum%\n   32.49MB 55.90% 55.90%    32.49MB 55.90%  grpc.newFramer`;
    expect(found(bytes).listed).toEqual([]);
    expect(found(HEAD('kubelet', 'inuse_space') + bytes)).toEqual({ listed: [], kubeletCores: [] });
    expect(found(HEAD('kubelet', 'delay') + TABLE)).toEqual({ listed: [], kubeletCores: [] });
  });

  it.each(['', `${HEAD('kubelet', 'delay')}${ROWS}`, 'flat flat% sum% cum cum%\n 0.01s 0.082%'])(
    'finds nothing in %j',
    text => {
      expect(found(text)).toEqual({ listed: [], kubeletCores: [] });
    },
  );
});
