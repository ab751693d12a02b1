/**
 * The sample types of a text of `perf script`, and which of them is shown first: of clocks and cycles the period, as each
 * sample stands for as much time or work as it says; of other events the number of samples.
 */
import { sentence, type Sentence } from '../../base/sentence.js';
import { PROFILE_WARNING_TEXTS } from '../fileWarnings.js';
import type { SampleType } from '../model.js';

/** With the unit's name before it (`cpu_core/cycles/`) and modifiers behind (`cycles:u`, `cpu-clock:pppH`). */
const CLOCK_EVENT = /(?:^|\/)(?:cpu|task)-clock\b/;
const CYCLES_EVENT = /(?:^|\/)(?:cpu-cycles|cpu_cycles|ref-cycles|cycles)(?![\w-])/;

export interface PerfSampleTypes {
  /** One a kind of event, in their order; then, where there are periods, the period of each. */
  readonly sampleTypes: readonly SampleType[];
  readonly defaultSampleType: number;
  readonly warnings: readonly Sentence[];
}

/** @param events as the file names them; an empty one where it does not */
export function perfSampleTypes(events: readonly string[], hasPeriods: boolean): PerfSampleTypes {
  const isOnly = events.length <= 1;
  const counts = (events.length === 0 ? [''] : events).map(event => ({
    type: isOnly ? 'samples' : nameOf(event),
    unit: 'count',
  }));
  const warnings = isOnly
    ? []
    : [sentence(PROFILE_WARNING_TEXTS.severalEvents, events.length, events.map(nameOf).join(', '))];
  if (!hasPeriods) return { sampleTypes: counts, defaultSampleType: 0, warnings };
  const periods = events.map(event => ({
    type: isOnly ? 'period' : `${nameOf(event)} period`,
    unit: CLOCK_EVENT.test(event) ? 'nanoseconds' : 'count',
  }));
  const sampleTypes = [...counts, ...periods];
  const main = events.findIndex(event => CLOCK_EVENT.test(event) || CYCLES_EVENT.test(event));
  if (main === -1) return { sampleTypes, defaultSampleType: 0, warnings };
  const defaultSampleType = events.length + main;
  const shown = sentence(
    PROFILE_WARNING_TEXTS.periodShown,
    sampleTypes[defaultSampleType]!.type,
    events[main]!,
    sampleTypes[main]!.type,
  );
  return { sampleTypes, defaultSampleType, warnings: [shown, ...warnings] };
}

function nameOf(event: string): string {
  return event === '' ? 'samples' : event;
}
