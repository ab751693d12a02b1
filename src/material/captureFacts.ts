/** What the record of a capture (capture.json, docs/capture-format.md) says of the node; its other files say the rest. */
import { fieldAt, fieldOf, textOf } from '../base/jsonFields.js';
import type { Found, NodeFacts, Place } from './model.js';

/** Facts of a record, of any version and however little is in it; undefined where the text is no JSON object. */
export function readCaptureFacts(text: string, at: Place): Found | undefined {
  const record = parseObject(text);
  if (record === undefined) return undefined;
  const node = fieldOf(record, 'node');
  const fact = (...names: readonly string[]): string | undefined => {
    const found = textOf(fieldAt(node, ...names));
    return found === undefined || found === '' ? undefined : found;
  };
  const facts: Partial<NodeFacts> = {
    nodeName: fact('name') ?? textOf(node),
    kubeletVersion: fact('kubeletVersion'),
    kernelVersion: fact('kernelVersion'),
    osImage: fact('osImage'),
    containerRuntimeVersion: fact('containerRuntimeVersion'),
    architecture: fact('architecture'),
    goVersion: fact('goVersion'),
    runcVersion: fact('runcVersion'),
    cgroupVersion: cgroupVersionOf(fieldOf(node, 'cgroupVersion')),
    cpus: numberOf(fieldOf(node, 'cpus')),
    memoryBytes: numberOf(fieldOf(node, 'memoryBytes')),
    pods: numberOf(fieldOf(node, 'pods')),
  };
  const used = numberOf(fieldAt(record, 'processCpu', 'cpuSeconds'));
  const seconds = numberOf(fieldAt(record, 'processCpu', 'windowSeconds'));
  const isMeasured = used !== undefined && seconds !== undefined && seconds > 0;
  return { facts, kubeletCores: isMeasured ? [{ at, cores: used / seconds, seconds }] : [] };
}

function parseObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined; // a file of that name that is none of ours is text like any other
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function cgroupVersionOf(value: unknown): 1 | 2 | undefined {
  return value === 1 || value === 2 ? value : undefined;
}
