/**
 * What is typed into Filter Nodes, as a predicate: words that must all match, each somewhere in what the row and the
 * tooltip show; `!word` must not. State words (`ready`, `notready`, `hot`, …) ask for the state, in English always and
 * in the user's language.
 */
import type { ClusterNode } from '../cluster/clusterPorts.js';
import { isHot, type NodeFacts, pressureWord, readinessWord } from './nodeText.js';
import type { Translate } from '../words/translate.js';

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
  return facts => mentions(facts.node, word);
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

/** All that the row and the tooltip show of a node and that does not change by the minute. */
function mentions(node: ClusterNode, word: string): boolean {
  const has = (text: string | undefined): boolean => text?.toLowerCase().includes(word) === true;
  return (
    has(node.name) ||
    node.roles.some(has) ||
    has(node.kubeletVersion) ||
    has(node.kernelVersion) ||
    has(node.osImage) ||
    has(node.containerRuntimeVersion) ||
    has(node.operatingSystem) ||
    has(node.architecture) ||
    has(node.internalIp)
  );
}
