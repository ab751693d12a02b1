/** What can be told of fetched bytes by looking at their head. Decoding is the worker's. */
import { TriageError } from '../base/errors.js';
import type { SliceMerger } from '../worker/workerPorts.js';

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** In the place of a merger for an execution trace, of which there is one slice: kept as it came. */
export function keepTrace(node: string): SliceMerger {
  let trace = new Uint8Array();
  return {
    add(slice) {
      requireTrace(slice, node);
      trace = new Uint8Array(slice);
      return Promise.resolve({ sampleCount: 0, timeMs: 0 });
    },
    encode: () => Promise.resolve(trace),
    dispose: () => undefined,
  };
}

/** Throws `file-corrupt` unless the bytes begin as Go's execution traces do: `go 1.N trace` (internal/trace/version). */
function requireTrace(bytes: Uint8Array, node: string): void {
  const head = new TextDecoder().decode(bytes.subarray(0, 16));
  if (/^go 1\.\d+ trace/.test(head)) return;
  const reason = bytes.length === 0 ? 'it is empty' : 'it does not begin as a Go execution trace';
  throw new TriageError('file-corrupt', `${node}: the execution trace cannot be used: ${reason}.`, {
    node,
    facts: { reason },
  });
}
