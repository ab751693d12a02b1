/** How much was too much in `answer-too-large`, for a sentence: "more than 50000 nodes", "more than 64 MB". */
import type { Facts } from './errorDraft.js';
import type { Translate } from '../translate.js';

const KB = 1024;
const MB = KB * KB;

export function excessOf(facts: Facts, t: Translate): string {
  const limit = facts.number('limit');
  switch (facts.text('counted')) {
    case 'nodes':
      return t('{0} nodes', limit);
    case 'pods':
      return t('{0} pods', limit);
    case 'pages':
      return t('{0} pages', limit);
    case 'changes':
      return t('{0} changes', limit);
    case 'lines':
      return t('{0} lines', limit);
    case 'values':
      return t('{0} values', limit);
    case 'levels':
      return t('{0} levels of nesting', limit);
    case 'messages':
      return t('{0} messages', limit);
    default:
      return limit < MB ? t('{0} KB', Math.round(limit / KB)) : t('{0} MB', Math.round(limit / MB));
  }
}
