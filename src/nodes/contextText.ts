/** The row of a context in words and by icon; what its state is called, nodeTreeItems.ts says. Knows no editor. */
import type { ContextInfo } from '../cluster/clusterPorts.js';
import type { ContextState } from './contextLink.js';
import { doubtSentence, doubtWords } from '../words/serverDoubtText.js';
import type { Translate } from '../words/translate.js';

export interface ContextText {
  /** Grey, beside the name. */
  readonly description: string;
  /** One line each. */
  readonly tooltip: readonly string[];
  /** What a screen reader says. */
  readonly spoken: string;
}

/** `stateWords`: what its state is, and how many nodes it has. */
export function writeContext(info: ContextInfo, stateWords: readonly string[], t: Translate): ContextText {
  const { name, server, serverDoubt } = info;
  const words = [
    ...(info.isCurrent ? [t('current')] : []),
    ...(serverDoubt === undefined ? [] : [doubtWords(serverDoubt, t)]),
    ...stateWords,
  ];
  const sentences = serverDoubt === undefined ? [] : [`⚠ ${doubtSentence(serverDoubt, t)}`];
  return {
    description: words.join(' · '),
    tooltip: [name, server, t('cluster {0}, user {1}', info.cluster, info.user), ...words, ...sentences],
    spoken: [t('context {0}', name), ...words, server].join(', '),
  };
}

export interface ContextIcon {
  readonly id: string;
  readonly color?: string;
}

/** A server that nothing verifies is warned of also where all is well, and before it is connected to. */
export function chooseContextIcon(state: ContextState['kind'], isDoubtful: boolean): ContextIcon {
  const warning = { id: 'warning', color: 'list.warningForeground' };
  switch (state) {
    case 'connecting':
      return { id: 'loading~spin' };
    case 'interrupted':
      return warning;
    case 'failed':
      return { id: 'error', color: 'list.errorForeground' };
    case 'connected':
      return isDoubtful ? warning : { id: 'server-environment' };
    case 'disconnected':
      return isDoubtful ? warning : { id: 'debug-disconnect', color: 'disabledForeground' };
  }
}
