/**
 * Names of kernel functions: what profilers append to them taken off, and the file that defines them in a version.
 */
import { KERNEL_LINE_VERSIONS, KERNEL_SYMBOL_TABLE } from '../data/kernelSymbols.js';
import type { KernelVersion } from './kernelRelease.js';

interface Definition {
  readonly path: string;
  readonly from: readonly number[];
  readonly until: readonly number[];
  /** By version of KERNEL_LINE_VERSIONS. */
  readonly lines: ReadonlyMap<string, number>;
}

export interface KernelDefinition {
  readonly path: string;
  /** 0 where the table does not have this very version. */
  readonly line: number;
}

let definitions: ReadonlyMap<string, readonly Definition[]> | undefined;

/** The file that defines the function in this version, or undefined where the table does not say. */
export function findDefiningFile(symbol: string, version: KernelVersion): KernelDefinition | undefined {
  definitions ??= readTable(KERNEL_SYMBOL_TABLE);
  const found = definitions.get(symbol)?.find(({ from, until }) => isWithin(version, from, until));
  return found && { path: found.path, line: found.lines.get(version.join('.')) ?? 0 };
}

function readTable(table: string): ReadonlyMap<string, readonly Definition[]> {
  const bySymbol = new Map<string, Definition[]>();
  let path = '';
  for (const row of table.split('\n')) {
    if (!row.startsWith(' ')) {
      path = row;
      continue;
    }
    const [symbol = '', range = '', ...lines] = row.trim().split(' ');
    const [from = '', until = ''] = range.split('..');
    const known = KERNEL_LINE_VERSIONS.flatMap((version, at) =>
      lines[at] === '-' ? [] : [[version, Number(lines[at])] as const],
    );
    const definition = { path, from: numbers(from), until: numbers(until), lines: new Map(known) };
    bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), definition]);
  }
  return bySymbol;
}

function numbers(version: string): readonly number[] {
  return version === '' ? [] : version.split('.').map(Number);
}

/** Bounds compare by as many numbers as they have: `..5.15` includes 5.15.160. */
function isWithin(version: KernelVersion, from: readonly number[], until: readonly number[]): boolean {
  return compare(version, from) >= 0 && compare(version, until) <= 0;
}

function compare(version: KernelVersion, bound: readonly number[]): number {
  for (const [at, limit] of bound.entries()) {
    const difference = (version[at] ?? 0) - limit;
    if (difference !== 0) return difference;
  }
  return 0;
}

const SYSTEM_CALL =
  /^(?:__(?:x64|arm64|ia32|s390x?|riscv|se|do|ia32_compat|x64_compat)_(?:compat_)?sys_|SyS_|SYSC_)(\w+)$/;

/**
 * The identifier of a kernel frame: `memcg_stat_show+0x1f/0x3a0 [kernel]` → `memcg_stat_show`, `__x64_sys_futex` →
 * `sys_futex`, compiler suffixes and allocation profiling's `_noprof` taken off.
 */
export function kernelIdentifier(name: string): string {
  const plain = withoutCompilerSuffixes(
    name
      .replace(/_\[[kij]\]$/, '')
      .replace(/\s\[\w[\w-]*\]$/, '')
      .trimEnd()
      .replace(/\+0x[0-9a-f]+(?:\/0x[0-9a-f]+)?$/, ''),
  );
  const call = SYSTEM_CALL.exec(plain)?.[1];
  if (call !== undefined) return `sys_${call}`;
  return plain === 'native_queued_spin_lock_slowpath'
    ? 'queued_spin_lock_slowpath'
    : plain.replace(/(?<=\w)_noprof$/, '');
}

const COMPILER_SUFFIXES: ReadonlySet<string> = new Set([
  'isra',
  'constprop',
  'part',
  'cold',
  'llvm',
  'lto_priv',
]);

/** `do_one.isra.0.cold`: words of the compiler, each with numbers behind it, taken off the end. */
function withoutCompilerSuffixes(name: string): string {
  const parts = name.split('.');
  let kept = parts.length;
  for (let at = parts.length - 1; at > 0; at--) {
    const part = parts[at] ?? '';
    if (COMPILER_SUFFIXES.has(part)) kept = at;
    else if (!/^\d+$/.test(part)) break;
  }
  return parts.slice(0, kept).join('.');
}
