import { describe, expect, it } from 'vitest';
import { findColorKey, findGoPackage } from '../../../src/profile/colorKey.js';

describe('findColorKey', () => {
  it.each([
    ['runtime.mallocgc', 'runtime'],
    ['internal/runtime/maps.(*Iter).Next', 'runtime'],
    ['syscall.Syscall6', 'syscall'],
    ['internal/runtime/syscall.Syscall6', 'syscall'],
    ['internal/runtime/syscall/linux.Syscall6', 'syscall'],
    ['net/http.(*conn).serve', 'Go standard library'],
    ['runtime/pprof.(*profileBuilder).build', 'Go standard library'],
    ['main.main', 'main'],
    ['k8s.io/kubernetes/pkg/kubelet.(*Kubelet).syncLoop', 'kubernetes'],
    ['k8s.io/apimachinery/pkg/util/wait.Until', 'kubernetes'],
    ['k8s.io/client-go/rest.(*Request).Do', 'client-go'],
    ['github.com/google/cadvisor/lib/manager.(*containerData).housekeeping', 'cadvisor'],
    [
      'github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats',
      'opencontainers (runc, cgroups)',
    ],
    ['github.com/opencontainers/cgroups/fs2.statMemory', 'opencontainers (runc, cgroups)'],
    ['google.golang.org/grpc.(*ClientConn).Invoke', 'grpc'],
    ['vendor/golang.org/x/net/http2/hpack.huffmanDecode', 'golang.org/x/net'],
    ['github.com/emicklei/go-restful/v3.(*Container).dispatch', 'github.com/emicklei/go-restful'],
    ['gopkg.in/yaml%2ev3.unmarshal', 'gopkg.in/yaml.v3'],
    ['std::vector<int>::push_back(int)', 'native'],
    ['do_syscall_64', 'native'],
    ['<unknown>', 'unknown'],
  ])('%s is %s', (name, group) => {
    expect(findColorKey(name, '', '')).toBe(group);
  });

  it('takes the kernel from the module, or from the mark of stackcollapse', () => {
    expect(findColorKey('do_syscall_64', '[kernel.kallsyms]', '')).toBe('kernel');
    expect(findColorKey('do_syscall_64_[k]', '', '')).toBe('kernel');
    expect(findColorKey('<unknown>', '[kernel.kallsyms]', '')).toBe('kernel');
  });

  it('knows the assembly of the runtime by its file: its symbols have no package', () => {
    expect(findColorKey('cmpbody', '/usr/bin/kubelet', 'internal/bytealg/compare_amd64.s')).toBe('runtime');
    expect(findColorKey('aeshashbody', '', '/usr/local/go/src/runtime/asm_amd64.s')).toBe('runtime');
    expect(findColorKey('memcpy', '/lib/libc.so.6', 'string/memcpy.c')).toBe('native');
  });
});

describe('findGoPackage', () => {
  it('is not fooled by type arguments and receivers', () => {
    expect(findGoPackage('slices.SortFunc[go.shape.[]a/b.C]')).toBe('slices');
    expect(findGoPackage('net/http.(*Server).Serve')).toBe('net/http');
    expect(findGoPackage('.plt')).toBeUndefined();
  });
});
