/**
 * Values of one sample type in words: cores first where they can be known, then percent, then seconds, bytes or counts,
 * then how many samples that rests on and how far it may be off.
 */
import {
  formatCores,
  formatCount,
  formatShare,
  formatValue,
  samplingError,
  toCores,
} from '../../src/profile/format.js';
import type { SampleType } from '../../src/profile/model.js';
import { t } from '../words.js';

/** From this many samples on the error is under 3 % and no longer worth the room. */
const ENOUGH_SAMPLES = 1000;

export class Figures {
  readonly #type: SampleType;
  readonly #durationNanos: number;
  readonly #whole: number;

  /** `whole` is what shares are of. */
  constructor(type: SampleType, durationNanos: number, whole: number) {
    this.#type = type;
    this.#durationNanos = durationNanos;
    this.#whole = whole;
  }

  get hasCores(): boolean {
    return toCores(1, this.#type, this.#durationNanos) !== undefined;
  }

  /** `1.34 cores`, else the value with its unit. */
  main(value: number): string {
    const cores = toCores(value, this.#type, this.#durationNanos);
    return cores === undefined ? this.plain(value) : t('{0} cores', formatCores(cores));
  }

  /** Without the word, for a table's column. */
  cell(value: number): string {
    if (value === 0) return '0';
    const cores = toCores(value, this.#type, this.#durationNanos);
    return cores === undefined ? this.plain(value) : formatCores(cores);
  }

  plain(value: number): string {
    return formatValue(value, this.#type.unit);
  }

  share(value: number): string {
    return formatShare(value, this.#whole);
  }

  /** `1.34 cores · 35.0%` */
  short(value: number): string {
    return `${this.main(value)} · ${this.share(value)}`;
  }

  /** `0.031 cores · 2.3% · 920 ms · 92 samples ±10%`; `samples` is undefined where the profile does not count them. */
  long(value: number, samples: number | undefined): string {
    if (value === 0) return '0';
    const parts = [this.main(value), this.share(value)];
    if (this.hasCores) parts.push(this.plain(value));
    const countsSamples = this.#type.type === 'samples' && this.#type.unit === 'count';
    if (samples !== undefined && !countsSamples) parts.push(t('{0} samples', formatCount(samples)));
    const error = samples === undefined ? '' : formatError(samples);
    return parts.join(' · ') + (error === '' ? '' : ` ${error}`);
  }
}

/** `±10%`, empty where it is small; what rests on a single sample may as well be nothing. */
function formatError(samples: number): string {
  if (samples >= ENOUGH_SAMPLES || samples <= 0) return '';
  return `±${(samplingError(samples) * 100).toFixed(0)}%`;
}
