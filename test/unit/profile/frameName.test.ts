import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortenFrameName } from '../../../src/profile/frameName.js';

describe('shortenFrameName', () => {
  it.each([
    [
      'k8s.io/kubernetes/pkg/kubelet.(*Kubelet).syncLoop',
      ['kubelet.(*Kubelet).syncLoop', '(*Kubelet).syncLoop', 'syncLoop'],
    ],
    ['net/http.(*conn).serve.func1', ['http.(*conn).serve.func1', '(*conn).serve.func1', 'serve.func1']],
    ['runtime.mallocgc', ['mallocgc']],
    ['main.main', ['main']],
    ['gopkg.in/yaml%2ev3.unmarshal', ['yaml%2ev3.unmarshal', 'unmarshal']],
    ['sync.OnceFunc.func1.2', ['OnceFunc.func1.2']],
    ['example.com/a/set.Map[go.shape.string,github.com/x/y.Z].Get', ['set.Map[…].Get', 'Map[…].Get', 'Get']],
    ['std::vector<int>::push_back(int const&)', ['std::vector<int>::push_back', 'push_back']],
    ['do_syscall_64', []],
    ['[kernel.kallsyms]', []],
    ['slices.SortFunc[go.shape.[]uint8,go.shape.int]', ['slices.SortFunc[…]', 'SortFunc[…]']],
    ['<unknown>', []],
    ['', []],
  ])('%s', (name, shorter) => {
    expect(shortenFrameName(name)).toEqual([name, ...shorter]);
  });

  it('gives ever shorter forms, none of them empty, for any text', () => {
    fc.assert(
      fc.property(fc.string(), name => {
        const forms = shortenFrameName(name);
        expect(forms[0]).toBe(name);
        for (let at = 1; at < forms.length; at++) {
          expect(forms[at]!.length).toBeLessThan(forms[at - 1]!.length);
          expect(forms[at]).not.toBe('');
        }
      }),
    );
  });
});
