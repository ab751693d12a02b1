/**
 * Profiles drawn as text, for tests: every column is a stack, root first, and columns begin where the names of the first
 * row begin (two blanks or more apart). A name may carry `[inline]`, `[file:X]`, `[module:X]`, `[line:N]`.
 */
import { ProfileBuilder } from '../../src/profile/profileBuilder.js';
import type { FrameIndex, Profile, SampleType } from '../../src/profile/model.js';

export interface StackOptions {
  /** Value of each stack; 1 where not given. A list of lists has one list a sample type. */
  readonly weights?: readonly number[] | readonly (readonly number[])[];
  readonly sampleTypes?: readonly SampleType[];
}

export function profileFromStacks(drawing: string, options: StackOptions = {}): Profile {
  const rows = drawing.split('\n').filter(row => row.trim() !== '');
  const starts = [...(rows[0] ?? '').matchAll(/\S+(?: \S+)*/g)].map(match => match.index);
  const builder = new ProfileBuilder();
  const weights = weightsByType(options.weights, starts.length);
  starts.forEach((start, column) => {
    const frames: FrameIndex[] = [];
    for (const row of rows) {
      const cell = row.slice(start, starts[column + 1]).trim();
      if (cell !== '') frames.push(frameFrom(builder, cell));
    }
    builder.addSample(
      frames,
      weights.map(ofType => ofType[column] ?? 0),
    );
  });
  const sampleTypes =
    options.sampleTypes ?? weights.map((_, type) => ({ type: `type${type}`, unit: 'count' }));
  return builder.build({ format: 'folded', sampleTypes, defaultSampleType: sampleTypes.length - 1 });
}

function weightsByType(weights: StackOptions['weights'], stackCount: number): (readonly number[])[] {
  if (weights === undefined) return [new Array<number>(stackCount).fill(1)];
  const isListOfLists = (list: NonNullable<typeof weights>): list is readonly (readonly number[])[] =>
    Array.isArray(list[0]);
  return isListOfLists(weights) ? [...weights] : [weights];
}

function frameFrom(builder: ProfileBuilder, cell: string): FrameIndex {
  const name = cell.replace(/\[(inline|file:[^\]]*|module:[^\]]*|line:\d+)\]/g, '');
  const mark = (key: string): string | undefined => new RegExp(`\\[${key}:([^\\]]*)\\]`).exec(cell)?.[1];
  const func = builder.function({ name, file: mark('file'), module: mark('module') });
  return builder.frame(func, Number(mark('line') ?? 0), cell.includes('[inline]'));
}
