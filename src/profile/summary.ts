/** The small facts of a profile, as they are sent beside its tables. */
import type { Profile, ProfileSummary } from './model.js';

export function summarizeProfile(profile: Profile): ProfileSummary {
  return {
    format: profile.format,
    sampleTypes: profile.sampleTypes,
    defaultSampleType: profile.defaultSampleType,
    totals: sumValues(profile),
    sampleCount: profile.samples.count,
    timeMs: profile.timeMs,
    durationNanos: profile.durationNanos,
    period: profile.period,
    periodType: profile.periodType,
    comments: profile.comments,
    warnings: profile.warnings,
  };
}

/** Sum of all samples, by sample type. */
function sumValues(profile: Profile): number[] {
  const typeCount = profile.sampleTypes.length;
  const totals = new Array<number>(typeCount).fill(0);
  const { values } = profile.samples;
  for (let i = 0; i < values.length; i++) totals[i % typeCount]! += values[i]!;
  return totals;
}
