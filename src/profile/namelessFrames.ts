/**
 * Frames without a symbol: they are called by the module they are in, as `go tool pprof` calls them, so that a
 * kernel's and a C library's do not become one. Their addresses are kept beside, for a box that is pointed at.
 */
import type { FunctionIndex } from './model.js';
import { UNKNOWN_FUNCTION } from './model.js';

/** Addresses listed of one function; more are counted. */
const LISTED = 8;

/** `[libpthread-2.19.so]`, `[kernel.kallsyms]`; `<unknown>` without a module. */
export function namelessFrame(module: string): string {
  // A trailing `_text` or `_stext` names the symbol that perf relocated the kernel by.
  const kernel = /^\[(?:guest\.)?kernel\.kallsyms(?:\.\d+)?\]/u.exec(module)?.[0];
  if (kernel !== undefined) return kernel;
  const base = module.slice(module.lastIndexOf('/') + 1);
  if (base === '') return UNKNOWN_FUNCTION;
  return base.startsWith('[') && base.endsWith(']') ? base : `[${base}]`;
}

/** Which addresses a nameless function stands for. */
export class NamelessAddresses {
  readonly #byFunction = new Map<FunctionIndex, { readonly listed: Set<string>; more: number }>();

  /** `address` once a location: 0 is none. */
  add(func: FunctionIndex, address: bigint): void {
    if (address === 0n) return;
    let known = this.#byFunction.get(func);
    if (known === undefined) this.#byFunction.set(func, (known = { listed: new Set(), more: 0 }));
    const text = `0x${address.toString(16)}`;
    if (known.listed.size < LISTED) known.listed.add(text);
    else if (!known.listed.has(text)) known.more++;
  }

  /** `0x7f01, 0x7f05, … (+12)` of each function as what `pack` makes of it, 0 for none; undefined without any. */
  column(count: number, pack: (text: string) => number): Uint32Array | undefined {
    if (this.#byFunction.size === 0) return undefined;
    const column = new Uint32Array(count);
    for (const [func, { listed, more }] of this.#byFunction)
      column[func] = pack([...listed].join(', ') + (more === 0 ? '' : `, … (+${more})`));
    return column;
  }
}
