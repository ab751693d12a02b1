/**
 * The YAML of a file that others may have written, as a plain mapping, read as kubectl reads it (sigs.k8s.io/yaml): the
 * first document alone, of a key that comes twice the last, and names as they are written. What YAML takes for a date, a
 * number or a truth value stays text; {@link isTrue} says what is one. Aliases are legal in a kubeconfig, and a few of
 * them grow to billions of nodes where they are walked ("billion laughs"): every node counts against a budget while
 * it is parsed, those behind an alias each time. kubectl's parser refuses by a ratio of aliases to nodes
 * (gopkg.in/yaml.v3, decode.go, allowedAliasRatio); a budget is simpler and bounds what follows.
 */
import { FAILSAFE_SCHEMA, load, Type, type LoadOptions } from 'js-yaml';
import { KUBECONFIG } from '../../base/limits.js';

type YamlListener = NonNullable<LoadOptions['listener']>;

/** So many characters of a scalar weigh as much as a node: a key made of aliases may copy them. */
const CHARACTERS_PER_NODE = 256;

/** A truth value without quotes, as it is written: `on` may be a name as well. */
export class PlainWord {
  constructor(readonly text: string) {}
}

/** Words of YAML 1.1, which kubectl takes (sigs.k8s.io/yaml, goyaml.v2/resolve.go). */
const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const TRUTH = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON|n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;

const truth = new Type('tag:yaml.org,2002:bool', {
  kind: 'scalar',
  resolve: (text: unknown) => typeof text === 'string' && TRUTH.test(text),
  construct: (text: string) => new PlainWord(text),
});
const NULL: ReadonlySet<unknown> = new Set([null, '', '~', 'null', 'Null', 'NULL']);
const nothing = new Type('tag:yaml.org,2002:null', {
  kind: 'scalar',
  resolve: (text: unknown) => NULL.has(text),
  construct: () => null,
});
/** `<<: *defaults`; the parser knows it by this tag. */
const merge = new Type('tag:yaml.org,2002:merge', {
  kind: 'scalar',
  resolve: (text: unknown) => text === '<<',
});
const binary = new Type('tag:yaml.org,2002:binary', {
  kind: 'scalar',
  construct: (text: string) => Buffer.from(text, 'base64').toString('utf8'),
});
/** Tags of others say how they read a value; to us it is what it is. */
const anyTag = (['scalar', 'sequence', 'mapping'] as const).flatMap(kind =>
  ['!', 'tag:'].map(prefix => new Type(prefix, { kind, multi: true, construct: (value: unknown) => value })),
);
const SCHEMA = FAILSAFE_SCHEMA.extend({ implicit: [nothing, truth, merge], explicit: [binary, ...anyTag] });

export interface YamlMapping {
  /** Undefined where the document is no mapping. */
  readonly mapping: Readonly<Record<string, unknown>> | undefined;
  /** There is nothing in it but blanks and comments. */
  readonly isEmpty: boolean;
  /** Another document follows, which is not read. */
  readonly hasMore: boolean;
}

/** Throws an Error where the first document is no YAML, too deep, or beyond the budget. */
export function parseYamlMapping(text: string): YamlMapping {
  const { document, hasMore } = firstDocument(text);
  // js-yaml's `json`: of a key that comes twice the last, as in JSON.
  const value = load(document, { schema: SCHEMA, json: true, listener: limitNodes() });
  return { mapping: asRecord(value), isEmpty: value === undefined || value === null, hasMore };
}

/** A marker stands at the beginning of a line, and nothing in a document may look like one (YAML 1.2, c-forbidden). */
const MARKER = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)/gm;
const NOTHING = /^(?:[ \t]*(?:#.*|%.*)?(?:\r?\n|$))*$/;

/** Text up to where the first document ends. */
function firstDocument(text: string): { readonly document: string; readonly hasMore: boolean } {
  const markers = text.matchAll(MARKER);
  const first = markers.next().value;
  if (first === undefined) return { document: text, hasMore: false };
  const isStart = first[0] === '---' && NOTHING.test(text.slice(0, first.index));
  const end = isStart ? markers.next().value : first;
  if (end === undefined) return { document: text, hasMore: false };
  const behind = text.slice(end.index + end[0].length);
  return { document: text.slice(0, end.index), hasMore: !NOTHING.test(behind.replace(/^[ \t]*/, '')) };
}

/** A truth value that is true; text in quotes is none. */
export function isTrue(value: unknown): boolean {
  return value === true || (value instanceof PlainWord && TRUE.test(value.text));
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PlainWord)
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
    if (kind !== null || !isObject(result) || result instanceof PlainWord) return 0;
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
