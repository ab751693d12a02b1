/**
 * Builds a Profile from frames with names: what the text formats (and tests) produce. Interns functions and frames;
 * numbers and words are parsed by the caller.
 */
import type { Sentence } from '../base/sentence.js';
import { Float64List, Int32List, Uint32List, Uint8List } from './growingArrays.js';
import { warnOfInexactValues } from './inexactValues.js';
import {
  UNKNOWN_FUNCTION,
  type FrameIndex,
  type FunctionIndex,
  type Profile,
  type ProfileFormat,
  type SampleType,
} from './model.js';
import { namelessFrame, NamelessAddresses } from './namelessFrames.js';
import { StringPacker } from './packedStrings.js';

export interface FunctionFacts {
  /** An empty name is a function without a symbol: it is called by its module. */
  readonly name: string;
  readonly file?: string | undefined;
  readonly module?: string | undefined;
  readonly startLine?: number | undefined;
  /** Of a frame without a name. */
  readonly address?: bigint | undefined;
}

/** The parts of a Profile that are not tables. */
export interface ProfileFacts {
  readonly format: ProfileFormat;
  readonly sampleTypes: readonly SampleType[];
  readonly defaultSampleType: number;
  readonly timeMs?: number | undefined;
  readonly durationNanos?: number | undefined;
  readonly period?: number | undefined;
  readonly periodType?: SampleType | undefined;
  readonly comments?: readonly string[] | undefined;
  readonly warnings?: readonly Sentence[] | undefined;
}

export class ProfileBuilder {
  readonly #strings = new StringPacker();
  readonly #name = new Uint32List();
  readonly #file = new Uint32List();
  readonly #module = new Uint32List();
  readonly #startLine = new Int32List();
  readonly #functions = new Map<string, FunctionIndex>();
  readonly #func = new Uint32List();
  readonly #line = new Int32List();
  readonly #inlined = new Uint8List();
  readonly #frameIndexes = new Map<string, FrameIndex>();
  readonly #frameStart = new Uint32List();
  readonly #frames = new Uint32List();
  readonly #values = new Float64List();
  readonly #addresses = new NamelessAddresses();

  constructor() {
    this.#frameStart.push(0);
  }

  get sampleCount(): number {
    return this.#frameStart.length - 1;
  }

  function(facts: FunctionFacts): FunctionIndex {
    const isNameless = facts.name === '' || facts.name === UNKNOWN_FUNCTION;
    const name = this.#strings.addText(isNameless ? namelessFrame(facts.module ?? '') : facts.name);
    const file = this.#strings.addText(facts.file ?? '');
    const module = this.#strings.addText(facts.module ?? '');
    const key = `${name} ${file} ${module}`;
    let func = this.#functions.get(key);
    if (func === undefined) {
      func = this.#name.length;
      this.#functions.set(key, func);
      this.#name.push(name);
      this.#file.push(file);
      this.#module.push(module);
      this.#startLine.push(facts.startLine ?? 0);
    }
    if (isNameless && facts.address !== undefined) this.#addresses.add(func, facts.address);
    return func;
  }

  frame(func: FunctionIndex, line = 0, isInlined = false): FrameIndex {
    const key = `${func} ${line} ${isInlined ? 1 : 0}`;
    let frame = this.#frameIndexes.get(key);
    if (frame === undefined) {
      frame = this.#func.length;
      this.#frameIndexes.set(key, frame);
      this.#func.push(func);
      this.#line.push(line);
      this.#inlined.push(isInlined ? 1 : 0);
    }
    return frame;
  }

  /** `frames` root first; `values` one a sample type. */
  addSample(frames: readonly FrameIndex[], values: readonly number[]): void {
    for (const frame of frames) this.#frames.push(frame);
    this.#frameStart.push(this.#frames.length);
    for (const value of values) this.#values.push(value);
  }

  build(facts: ProfileFacts): Profile {
    const values = this.#values.copy();
    const addresses = this.#addresses.column(this.#name.length, text => this.#strings.addText(text));
    return {
      format: facts.format,
      sampleTypes: facts.sampleTypes,
      defaultSampleType: facts.defaultSampleType,
      strings: this.#strings.pack(),
      functions: {
        count: this.#name.length,
        name: this.#name.copy(),
        file: this.#file.copy(),
        module: this.#module.copy(),
        startLine: this.#startLine.copy(),
        ...(addresses !== undefined && { addresses }),
      },
      frames: {
        count: this.#func.length,
        func: this.#func.copy(),
        line: this.#line.copy(),
        inlined: this.#inlined.copy(),
      },
      samples: {
        count: this.sampleCount,
        frameStart: this.#frameStart.copy(),
        frames: this.#frames.copy(),
        values,
      },
      timeMs: facts.timeMs ?? 0,
      durationNanos: facts.durationNanos ?? 0,
      period: facts.period ?? 0,
      periodType: facts.periodType,
      comments: facts.comments ?? [],
      warnings: [...(facts.warnings ?? []), ...warnOfInexactValues(facts.sampleTypes, values)],
    };
  }
}

/** A decimal number, whole or not. */
export const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** No counter of any tool holds more: it would be an overflow or made up, and sums must stay finite. */
const LARGEST_VALUE = 2 ** 64;

/** A decimal number of a text as the nearest double; `undefined` where it is none, or beyond 64 bits. */
export function parseValue(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Math.abs(value) > LARGEST_VALUE ? undefined : value;
}
