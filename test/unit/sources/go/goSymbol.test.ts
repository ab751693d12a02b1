import { describe, expect, it } from 'vitest';
import { parseGoSymbol, type GoSymbol } from '../../../../src/sources/go/goSymbol.js';

/** `package | receiver (* for pointers) | function | closure`, what follows it in words. */
function text(symbol: GoSymbol): string {
  const { packagePath, receiver, isPointer, function: name, closure } = symbol;
  const notes = [
    symbol.kind === 'go' ? '' : symbol.kind,
    symbol.vendoredIn === '' ? '' : `vendored in ${symbol.vendoredIn}`,
    symbol.isMethodValue ? 'method value' : '',
  ].filter(note => note !== '');
  return [packagePath, `${isPointer ? '*' : ''}${receiver}`, name, closure, ...notes].join(' | ');
}

describe('parseGoSymbol', () => {
  it.each([
    // Functions, methods, closures
    ['main.main', 'main |  | main | '],
    ['runtime.mcall', 'runtime |  | mcall | '],
    ['os.(*File).Read', 'os | *File | Read | '],
    ['time.Time.Sub', 'time | Time | Sub | '],
    ['main.main.func1', 'main |  | main | func1'],
    ['main.main.func1.1', 'main |  | main | func1.1'],
    ['main.main.func1.2.3', 'main |  | main | func1.2.3'],
    ['net/http.(*conn).serve.func1', 'net/http | *conn | serve | func1'],
    [
      'k8s.io/kubernetes/pkg/kubelet.(*Kubelet).syncLoop',
      'k8s.io/kubernetes/pkg/kubelet | *Kubelet | syncLoop | ',
    ],
    // Suffixes of the compiler
    ['net/http.(*Server).Serve.gowrap3', 'net/http | *Server | Serve | gowrap3'],
    ['sync.(*Once).doSlow.deferwrap2', 'sync | *Once | doSlow | deferwrap2'],
    ['k8s.io/klog/v2.(*flushDaemon).run-fm', 'k8s.io/klog/v2 | *flushDaemon | run |  | method value'],
    [
      'github.com/opencontainers/cgroups/fs.getPercpuUsage-range1',
      'github.com/opencontainers/cgroups/fs |  | getPercpuUsage | range1',
    ],
    ['main.f.func1-range2', 'main |  | f | func1-range2'],
    ['main.main.seq.main-range1.func3', 'main | main | seq | main-range1.func3'],
    ['runtime.memclrNoHeapPointers.abi0', 'runtime |  | memclrNoHeapPointers | '],
    ['internal/runtime/syscall.Syscall6.abiinternal', 'internal/runtime/syscall |  | Syscall6 | '],
    ['runtime·rt0_go', 'runtime |  | rt0_go | '],
    ['internal∕bytealg·IndexByte', 'internal/bytealg |  | IndexByte | '],
    // Initialisation
    ['k8s.io/api/core/v1.init.0', 'k8s.io/api/core/v1 |  | init | 0'],
    ['k8s.io/api/core/v1.init.0.func1', 'k8s.io/api/core/v1 |  | init | 0.func1'],
    ['io.init.func1', 'io |  | init | func1'],
    ['golang.org/x/net/html.map.init.1', 'golang.org/x/net/html |  | init | 1'],
    ['net.glob..func4', 'net |  |  | func4'],
    // Type arguments
    ['main.G[...]', 'main |  | G | '],
    ['main.(*T[...]).M', 'main | *T | M | '],
    ['main.(*T[...]).M.func1', 'main | *T | M | func1'],
    ['cmp.Compare[go.shape.string]', 'cmp |  | Compare | '],
    [
      'k8s.io/apimachinery/pkg/util/sets.Set[go.shape.string].Insert',
      'k8s.io/apimachinery/pkg/util/sets | Set | Insert | ',
    ],
    ['slices.AppendSeq[go.shape.[]go.shape.[]string,go.shape.[]string]', 'slices |  | AppendSeq | '],
    [
      'slices.SortFunc[go.shape.[]io/fs.DirEntry,go.shape.interface { Info() (io/fs.FileInfo, error) }]',
      'slices |  | SortFunc | ',
    ],
    ['pkg.G[go.shape.struct { a/b.C }]', 'pkg |  | G | '],
    ['sync/atomic.(*Pointer[go.shape.struct { os.mu sync.Mutex }]).Swap', 'sync/atomic | *Pointer | Swap | '],
    [
      'encoding/json.typeEncoder.OnceValue[go.shape.func(*encoding/json.encodeState)].func3',
      'encoding/json | typeEncoder | OnceValue | func3',
    ],
    ['main.G[a/b.C', 'main |  | G | '],
    // Escapes and vendored prefixes
    ['gopkg.in/yaml%2ev2.(*parser).parse', 'gopkg.in/yaml.v2 | *parser | parse | '],
    ['gopkg.in/inf%2ev0.init.func1', 'gopkg.in/inf.v0 |  | init | func1'],
    ['gopkg.in/yaml.v3.(*Node).Decode', 'gopkg.in/yaml.v3 | *Node | Decode | '],
    [
      'gopkg.in/natefinch/lumberjack%2ev2.(*Logger).Write',
      'gopkg.in/natefinch/lumberjack.v2 | *Logger | Write | ',
    ],
    [
      'k8s.io/kubernetes/vendor/github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats',
      'github.com/opencontainers/runc/libcontainer/cgroups/fs | *MemoryGroup | GetStats |  | vendored in k8s.io/kubernetes',
    ],
    [
      'github.com/openshift/origin/vendor/k8s.io/kubernetes/vendor/a.io/b.F',
      'a.io/b |  | F |  | vendored in github.com/openshift/origin/vendor/k8s.io/kubernetes',
    ],
    ['vendor/golang.org/x/net/http/httpguts.F', 'vendor/golang.org/x/net/http/httpguts |  | F | '],
    // What is not Go, or not code
    ['cmpbody', ' |  | cmpbody |  | bare'],
    ['memcg_stat_show', ' |  | memcg_stat_show |  | bare'],
    ['x_cgo_init', ' |  | x_cgo_init |  | cgo'],
    ['_cgo_1d5f5bc6d0b0_C2func_getaddrinfo', ' |  | _cgo_1d5f5bc6d0b0_C2func_getaddrinfo |  | cgo'],
    ['net._C2func_getaddrinfo', 'net |  | _C2func_getaddrinfo |  | cgo'],
    ['os/user._Cfunc_mygetpwuid_r', 'os/user |  | _Cfunc_mygetpwuid_r |  | cgo'],
    ['type..eq.k8s.io/api/core/v1.Pod', ' |  | type..eq.k8s.io/api/core/v1.Pod |  | generated'],
    ['type:.hash.[2]string', ' |  | type:.hash.[2]string |  | generated'],
    ['go:buildid', ' |  | go:buildid |  | generated'],
    ['', ' |  |  |  | unknown'],
    ['<unknown>', ' |  |  |  | unknown'],
    ['[unknown]', ' |  |  |  | unknown'],
  ])('%s', (name, expected) => {
    expect(text(parseGoSymbol(name))).toBe(expected);
  });
});
