/**
 * The lines `# key: value` that Austin (the sampler of CPython) writes before and behind its stacks: what its values are,
 * how long it ran. Its values are one number, or with `mode: full` three: time, idle or not, memory.
 */
import type { SampleType } from '../model.js';

const FACT = /^# ([a-z][a-z-]*): (.*)$/;
const FULL_VALUES = /^(-?\d{1,19}),([01]),(-?\d{1,19})$/;
const VALUE = /^-?\d{1,19}$/;
const NANOS_PER_MICRO = 1000;
/** Facts that are kept: there are some ten. */
const MAX_FACTS = 100;

export function isAustinHeader(line: string): boolean {
  return /^# austin: \d/.test(line);
}

/** `123,0,-456`: values of Austin's full mode. */
export function isAustinValues(text: string): boolean {
  return FULL_VALUES.test(text);
}

export class AustinFacts {
  readonly #facts = new Map<string, string>();

  /** @returns whether the line is a fact. */
  take(line: string): boolean {
    const found = FACT.exec(line);
    if (found !== null && this.#facts.size < MAX_FACTS) this.#facts.set(found[1]!, found[2]!.trim());
    return found !== null;
  }

  /** One a sample type; undefined for what is no number. */
  values(text: string): number[] | undefined {
    if (this.#mode !== 'full') return VALUE.test(text) ? [Number(text)] : undefined;
    const [, time, idle, memory] = FULL_VALUES.exec(text) ?? [];
    return time === undefined ? undefined : [Number(time), idle === '0' ? Number(time) : 0, Number(memory)];
  }

  get sampleTypes(): readonly SampleType[] {
    const wall = { type: 'wall', unit: 'microseconds' };
    const cpu = { type: 'cpu', unit: 'microseconds' };
    const memory = { type: 'memory', unit: 'bytes' };
    if (this.#mode === 'full') return [wall, cpu, memory];
    return [this.#mode === 'cpu' ? cpu : this.#mode === 'memory' ? memory : wall];
  }

  get facts(): {
    readonly durationNanos: number;
    readonly period: number;
    readonly periodType: SampleType | undefined;
    readonly comments: readonly string[];
  } {
    const period = this.#micros('interval');
    return {
      durationNanos: this.#micros('duration') * NANOS_PER_MICRO,
      period,
      periodType: period === 0 ? undefined : { type: 'wall', unit: 'microseconds' },
      comments: [...this.#facts].map(([key, value]) => `${key}: ${value}`),
    };
  }

  get #mode(): string {
    return this.#facts.get('mode') ?? 'wall';
  }

  #micros(key: string): number {
    const value = this.#facts.get(key) ?? '';
    return /^\d{1,15}$/.test(value) ? Number(value) : 0;
  }
}
