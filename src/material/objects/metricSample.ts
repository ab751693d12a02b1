/**
 * One line of Prometheus' text format: a name, labels, a value, perhaps a time stamp; and which series are kept of the
 * thousands that a node has.
 */
import { bareTable } from '../../base/jsonFields.js';

const MOST_LABELS = 24;

const SAMPLE_NAME = /^([a-z_:][\w:]{3,200})(?=[{ \t])/u;
const KEPT =
  /^(?:kubelet|go|process|rest_client|storage_operation|volume|container_runtime|containerd|cri_|crio_|workqueue|csi_operations|kubeproxy|get_token|node_(?:load|procs|pressure|filefd|context|forks|memory_(?:Slab|SReclaimable|SUnreclaim|Percpu))|apiserver_registered_watchers|prober|plugin_manager|engine_daemon)/u;
const LABEL = /([a-zA-Z_]\w{0,100})="((?:[^"\\]|\\.){0,2000})",?[ \t]{0,4}/uy;
/** Prometheus' text, and promtool's `=> 12 @[1600000000.1]`. */
const VALUE =
  /^[ \t]*(?:=>[ \t]*)?([+-]?(?:\d{1,30}(?:\.\d{0,30})?(?:[eE][+-]?\d{1,3})?|Inf|NaN))(?:[ \t]+@?\[?(\d{1,16}(?:\.\d{1,9})?)\]?)?$/u;

export interface RawSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Milliseconds of the epoch; cAdvisor's samples have it. */
  readonly timeMs: number | undefined;
}

/** @returns undefined for whatever is no sample of a kept series */
export function parseSample(line: string): RawSample | undefined {
  const name = SAMPLE_NAME.exec(line)?.[1];
  if (name === undefined || !isKept(name)) return undefined;
  const labels = readLabels(line, name.length);
  if (labels === undefined) return undefined;
  const value = VALUE.exec(line.slice(labels.end, labels.end + 120));
  const number = Number(value?.[1]?.replace('Inf', 'Infinity'));
  if (value === null || Number.isNaN(number)) return undefined;
  return { name, labels: bareTable(labels.pairs), value: number, timeMs: millisecondsOf(value[2]) };
}

function isKept(name: string): boolean {
  return KEPT.test(name) || isCadvisor(name) || isOfNode(name);
}

/** `{a="b",c="d"}` from `start` on; a name without a pair of braces needs a `_` to be told from a word. */
function readLabels(
  line: string,
  start: number,
): { readonly pairs: readonly (readonly [string, string])[]; readonly end: number } | undefined {
  if (line.charAt(start) !== '{')
    return line.slice(0, start).includes('_') ? { pairs: [], end: start } : undefined;
  const pairs: [string, string][] = [];
  let end = start + 1;
  LABEL.lastIndex = end;
  for (let label = LABEL.exec(line); label !== null; label = LABEL.exec(line)) {
    if (pairs.length < MOST_LABELS) pairs.push([label[1] ?? '', label[2] ?? '']);
    end = LABEL.lastIndex;
  }
  return line.charAt(end) === '}' ? { pairs, end: end + 1 } : undefined;
}

function millisecondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  return number < 1e11 ? number * 1000 : number;
}

/** Of containers, not of their runtime. */
export function isCadvisor(name: string): boolean {
  return name.startsWith('container_') && !name.startsWith('container_runtime');
}

/** Tells a fact of the node and nothing that changes. */
export function isOfNode(name: string): boolean {
  return name.startsWith('machine_') || name === 'kubernetes_build_info' || name === 'cadvisor_version_info';
}
