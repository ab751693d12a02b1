/**
 * What is typed into Filter Nodes, as a predicate: words that must all match, each somewhere in what the row and the
 * tooltip show; `!word` must not. State words (`ready`, `notready`, `hot`, …) ask for the state, in English always and
 * in the user's language.
 */
import { isHot, type NodeFacts, pressureWord, readinessWord } from './nodeText.js';
import type { Translate } from './translate.js';

export type NodePredicate = (facts: NodeFacts) => boolean;

/** Undefined for text without a word: everything passes. */
export function parseNodeFilter(text: string, t: Translate): NodePredicate | undefined {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '' && word !== '!');
  if (words.length === 0) return undefined;
  const states = stateWords(t);
  const tests = words.map(word =>
    word.startsWith('!') ? not(test(word.slice(1), states)) : test(word, states),
  );
  return facts => tests.every(passes => passes(facts));
}

function not(predicate: NodePredicate): NodePredicate {
  return facts => !predicate(facts);
}

function test(word: string, states: ReadonlyMap<string, NodePredicate>): NodePredicate {
  const state = states.get(word);
  if (state !== undefined) return facts => state(facts) || facts.node.name.includes(word);
  return facts => searchable(facts.node).includes(word);
}

function stateWords(t: Translate): ReadonlyMap<string, NodePredicate> {
  const ready: NodePredicate = facts => facts.node.readiness === 'ready';
  const notReady: NodePredicate = facts => facts.node.readiness === 'not-ready';
  const unknown: NodePredicate = facts => facts.node.readiness === 'unknown';
  const cordoned: NodePredicate = facts => facts.node.isCordoned;
  const pressure: NodePredicate = facts => facts.node.pressures.length > 0;
  const capturing: NodePredicate = facts => facts.capturing !== undefined;
  const words = new Map<string, NodePredicate>([
    ['ready', ready],
    ['notready', notReady],
    ['not-ready', notReady],
    ['unknown', unknown],
    ['cordoned', cordoned],
    ['pressure', pressure],
    ['hot', isHot],
    ['profiling', capturing],
    [t('hot').toLowerCase(), isHot],
    [t('cordoned').toLowerCase(), cordoned],
  ]);
  for (const kind of ['memory', 'disk', 'pid'] as const) {
    const has: NodePredicate = facts => facts.node.pressures.includes(kind);
    words.set(kind, has).set(pressureWord(kind, t).toLowerCase(), has);
  }
  for (const [readiness, predicate] of [
    ['ready', ready],
    ['not-ready', notReady],
    ['unknown', unknown],
  ] as const)
    words.set(readinessWord({ readiness }, t).toLowerCase(), predicate);
  return words;
}

type SearchedNode = NodeFacts['node'];
/** A filter runs over all nodes at each key: their text is put together once for each version of a node. */
const texts = new WeakMap<SearchedNode, string>();

function searchable(node: SearchedNode): string {
  let text = texts.get(node);
  if (text === undefined) {
    text = [
      node.name,
      ...node.roles,
      node.kubeletVersion,
      node.kernelVersion,
      node.osImage,
      node.containerRuntimeVersion,
      node.operatingSystem,
      node.architecture,
      node.internalIp ?? '',
    ]
      .join('\n')
      .toLowerCase();
    texts.set(node, text);
  }
  return text;
}
