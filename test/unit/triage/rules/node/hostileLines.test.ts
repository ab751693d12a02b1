import { describe, expect, it } from 'vitest';
import { judge } from '../../../../../src/triage/judge.js';
import { NODE_RULES } from '../../../../../src/triage/rules/node/nodeRules.js';
import { nodeEvidence } from '../../../../support/nodeEvidence.js';
import { logAt } from '../../../../support/nodeRows.js';

/** Longest line a reader hands on. */
const LENGTH = 4_096;

describe('lines that repeat the beginning of what rules look for', () => {
  it.each([
    'throttl',
    'shim ',
    'task ',
    'nvme',
    'i/o ',
    'fsync ',
    'failed to ',
    'get state for ',
    'name ',
    'a',
    '0',
  ])('%j, a hundred times: nothing is found, and a test’s time is enough', part => {
    const text = part.repeat(Math.ceil(LENGTH / part.length)).slice(0, LENGTH);
    const log = logAt(
      Array.from({ length: 100 }, (_, at) => [at, text] as const),
      'unknown',
    );
    expect(judge(nodeEvidence({ log }), NODE_RULES).findings).toEqual([]);
  });
});
