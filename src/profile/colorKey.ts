/**
 * Which group of code a function belongs to: the Go module it comes from, or the part of the system. The legend lists
 * these groups and the boxes are coloured by them. No colours here.
 */

import { UNKNOWN_FUNCTION } from './model.js';

/** Parts of the system that are no Go module. Written so that no module path can be equal. */
export const KERNEL_GROUP = 'kernel';
export const STANDARD_LIBRARY_GROUP = 'Go standard library';
export const RUNTIME_GROUP = 'runtime';
export const SYSCALL_GROUP = 'syscall';
export const NATIVE_GROUP = 'native';
export const UNKNOWN_GROUP = 'unknown';

/**
 * Several modules that a reader takes for one: runc's cgroup code moved out to opencontainers/cgroups in 2025, cAdvisor
 * has a library module of its own since v0.60.
 */
const FAMILIES: readonly (readonly [prefix: string, group: string])[] = [
  ['github.com/opencontainers/', 'opencontainers (runc, cgroups)'],
  ['github.com/google/cadvisor', 'cadvisor'],
  ['k8s.io/client-go', 'client-go'],
  ['k8s.io/', 'kubernetes'],
  ['sigs.k8s.io/', 'kubernetes'],
  ['google.golang.org/grpc', 'grpc'],
  ['google.golang.org/protobuf', 'protobuf'],
  ['github.com/golang/protobuf', 'protobuf'],
  ['github.com/gogo/protobuf', 'protobuf'],
  ['github.com/containerd/', 'containerd'],
  ['github.com/prometheus/', 'prometheus'],
  ['go.opentelemetry.io/', 'opentelemetry'],
];

/** The function's name, the binary it is in and its source file, the latter two empty where unknown. */
export function findColorKey(name: string, module: string, file: string): string {
  if (isKernel(name, module)) return KERNEL_GROUP;
  if (name === UNKNOWN_FUNCTION || name === '[unknown]' || name === '') return UNKNOWN_GROUP;
  const packagePath = findGoPackage(name);
  if (packagePath !== undefined) return groupOfPackage(packagePath);
  return isRuntimeAssembly(file) ? RUNTIME_GROUP : NATIVE_GROUP;
}

function groupOfPackage(packagePath: string): string {
  for (const [prefix, group] of FAMILIES) if (packagePath.startsWith(prefix)) return group;
  if (packagePath.split('/', 1)[0]?.includes('.') === true) return modulePathOf(packagePath);
  if (isSyscall(packagePath)) return SYSCALL_GROUP;
  if (isRuntime(packagePath)) return RUNTIME_GROUP;
  return packagePath === 'main' ? 'main' : STANDARD_LIBRARY_GROUP;
}

/**
 * Import path of a Go symbol's package (`net/http` of `net/http.(*conn).serve`); undefined for what no Go compiler
 * names so: no dot behind the last slash, or C++'s `::`.
 */
export function findGoPackage(symbol: string): string | undefined {
  const name = symbol.startsWith('vendor/') ? symbol.slice('vendor/'.length) : symbol;
  const path = name.split(/[[(]/u, 1)[0] ?? '';
  if (path.includes('::')) return undefined;
  const dot = path.indexOf('.', path.lastIndexOf('/') + 1);
  if (dot <= 0) return undefined;
  // The linker writes dots of the last element as %2e.
  return path.slice(0, dot).replaceAll('%2e', '.');
}

function isRuntime(packagePath: string): boolean {
  return (
    packagePath === 'runtime' ||
    (packagePath.startsWith('runtime/') && packagePath !== 'runtime/pprof') ||
    packagePath.startsWith('internal/runtime/') ||
    packagePath === 'internal/bytealg'
  );
}

/** The package that enters the kernel: since Go 1.24 `internal/runtime/syscall/linux` beside `syscall`. */
function isSyscall(packagePath: string): boolean {
  return packagePath === 'syscall' || packagePath.startsWith('internal/runtime/syscall');
}

/** `cmpbody`, `aeshashbody`: local symbols of the runtime's assembly, which carry no package. */
function isRuntimeAssembly(file: string): boolean {
  return /(^|\/)(runtime|internal\/bytealg|internal\/runtime\/[a-z/]+)\/[^/]+_[a-z0-9]+\.s$/u.test(file);
}

/** perf marks kernel frames by their module, stackcollapse by a suffix; without a symbol the module is the name. */
function isKernel(name: string, module: string): boolean {
  return (
    module.startsWith('[kernel') ||
    module.startsWith('[guest.kernel') ||
    /^\[(guest\.)?kernel|_\[k\]$/u.test(name)
  );
}

/** host/owner/repository where the host names owners, else two elements (`gopkg.in/yaml.v3`, `go.uber.org/zap`). */
function modulePathOf(packagePath: string): string {
  const parts = packagePath.split('/');
  const hasOwners = /^(github|gitlab|bitbucket)\.|^golang\.org$/u.test(parts[0] ?? '');
  return parts.slice(0, hasOwners ? 3 : 2).join('/');
}
