/** Where doubles are no longer exact: values of a month-old block profile are. Says so; changes nothing. */
import { sentence, type Sentence } from '../base/sentence.js';
import { PROFILE_WARNING_TEXTS } from './fileWarnings.js';
import type { SampleType } from './model.js';

/** No sentence, or one that names the sample types whose values, or sums of values, are beyond 2^53. */
export function warnOfInexactValues(sampleTypes: readonly SampleType[], values: Float64Array): Sentence[] {
  const sizes = new Float64Array(sampleTypes.length);
  for (let i = 0; i < values.length; i++) sizes[i % sizes.length]! += Math.abs(values[i]!);
  const inexact = sampleTypes.filter((_, type) => sizes[type]! > Number.MAX_SAFE_INTEGER);
  if (inexact.length === 0) return [];
  return [sentence(PROFILE_WARNING_TEXTS.inexactValues, inexact.map(({ type }) => type).join(', '))];
}
