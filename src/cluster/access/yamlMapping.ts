/**
 * The YAML of a file that others may have written, as a plain mapping. Aliases are legal in a kubeconfig, and a few of
 * them grow to billions of nodes where somebody walks them ("billion laughs"): every node counts against a budget while
 * it is parsed, those behind an alias each time. kubectl's parser refuses by a ratio of aliases to nodes
 * (gopkg.in/yaml.v3, decode.go, allowedAliasRatio); a budget is simpler and bounds what follows.
 */
import { loadYaml } from '@kubernetes/client-node';
import { KUBECONFIG } from '../../base/limits.js';

type YamlOptions = NonNullable<Parameters<typeof loadYaml>[1]>;
type YamlListener = NonNullable<YamlOptions['listener']>;

/** So many characters of a scalar weigh as much as a node: a key made of aliases may copy them. */
const CHARACTERS_PER_NODE = 256;

/** Undefined where the text is no mapping. Throws an Error where it is no YAML, too deep, or beyond the budget. */
export function parseYamlMapping(text: string): Readonly<Record<string, unknown>> | undefined {
  return asRecord(loadYaml<unknown>(text, { listener: limitNodes() }));
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** Throws into the parser, which ends it. */
function limitNodes(): YamlListener {
  let spent = 0;
  /** Weights of the nodes that are being read, the outermost first. */
  const open: number[] = [];
  const weights = new WeakMap<object, number>();
  return (event, { kind, result }) => {
    if (event === 'open') {
      if (open.length >= KUBECONFIG.yamlDepth)
        throw new Error(`it is nested deeper than ${KUBECONFIG.yamlDepth} levels`);
      open.push(1);
      spend(1);
      return;
    }
    const extra = weigh(kind, result);
    spend(extra);
    const weight = (open.pop() ?? 0) + extra;
    if (isCollection(kind) && isObject(result)) weights.set(result, weight);
    const parent = open.length - 1;
    if (parent >= 0) open[parent] = (open[parent] ?? 0) + weight;
  };

  function spend(weight: number): void {
    spent += weight;
    if (spent > KUBECONFIG.yamlNodes)
      throw new Error(`it has more than ${KUBECONFIG.yamlNodes} nodes, with what its aliases repeat`);
  }

  function weigh(kind: string | null, result: unknown): number {
    if (typeof result === 'string') return Math.floor(result.length / CHARACTERS_PER_NODE);
    // Neither collection nor scalar, and yet an object: an alias.
    if (kind !== null || !isObject(result)) return 0;
    const weight = weights.get(result);
    if (weight === undefined) throw new Error('one of its aliases leads to what it is a part of');
    return weight;
  }
}

function isCollection(kind: string | null): boolean {
  return kind === 'mapping' || kind === 'sequence';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
