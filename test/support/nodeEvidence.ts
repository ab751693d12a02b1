/** Evidence of a node for tests of rules: nothing is known but what a test gives. */
import { NO_EVIDENCE, NO_FACTS } from '../../src/material/emptyEvidence.js';
import type { LogLine, LogOrigin, NodeEvidence, NodeFacts, Place } from '../../src/material/model.js';
import { judge, type RuleFinding, type CheckedRule } from '../../src/triage/judge.js';
import type { Rule } from '../../src/triage/rule.js';
import { ProfileBuilder } from '../../src/profile/profileBuilder.js';

export const HERE: Place = { file: 'test', line: 1 };

export type GivenEvidence = Partial<Omit<NodeEvidence, 'facts'>> & { readonly facts?: Partial<NodeFacts> };

export function nodeEvidence(given: GivenEvidence = {}): NodeEvidence {
  return { ...NO_EVIDENCE, ...given, facts: { ...NO_FACTS, ...given.facts } };
}

/** What one rule says of the evidence. */
export function judgeBy(rule: Rule, given: GivenEvidence): RuleFinding | CheckedRule {
  const { findings, checked } = judge(nodeEvidence(given), [rule]);
  return [...findings, ...checked][0]!;
}

/** Lines of a log, one a row of `text`; each a second after the one before. */
export function logLines(text: string, origin: LogOrigin = 'kubelet'): readonly LogLine[] {
  return text
    .trim()
    .split('\n')
    .map((line, index) => ({
      at: { file: 'log', line: index + 1 },
      origin,
      text: line.trim(),
      seconds: index,
      severity: undefined,
    }));
}

/**
 * A CPU profile of 10 s as evidence. `stacks`: folded, root first, `a;b;c`, with their cores.
 */
export function cpuProfile(stacks: Readonly<Record<string, number>>): NodeEvidence['profiles'][number] {
  const builder = new ProfileBuilder();
  for (const [stack, cores] of Object.entries(stacks)) {
    const frames = stack
      .split(';')
      .map(name => builder.frame(builder.function({ name, file: undefined, module: undefined }), 0, false));
    builder.addSample(frames, [cores * 10e9]);
  }
  const sampleTypes = [{ type: 'cpu', unit: 'nanoseconds' }];
  const profile = builder.build({ format: 'pprof', sampleTypes, defaultSampleType: 0, durationNanos: 10e9 });
  return { kind: 'profile', profile, at: { file: 'cpu.pb.gz', line: undefined } };
}
