/**
 * Samples as stacks: command, system call, file, kernel functions from the entry inwards; and as folded text, which the
 * profile editor opens. What is concluded and not read says so in its name.
 */
import type { SampledFrame, SampledStack } from './model.js';
import type { Observation, ObservedCall, ObservedRound } from './observe.js';
import { isKernelFile, isMemoryStat } from './openFiles.js';

/** Most frequent first. */
export function buildStacks(rounds: readonly ObservedRound[]): readonly SampledStack[] {
  const stacks = new Map<string, { readonly frames: readonly SampledFrame[]; samples: number }>();
  for (const round of rounds)
    for (const thread of round.threads) {
      const frames = framesOf(thread, round);
      const key = frames.map(({ name }) => name).join('\n');
      const stack = stacks.get(key);
      if (stack === undefined) stacks.set(key, { frames, samples: 1 });
      else stack.samples++;
    }
  return [...stacks.values()].sort((a, b) => b.samples - a.samples);
}

/** One stack a line, kernel functions marked as stackcollapse scripts do. */
export function formatFolded(stacks: readonly SampledStack[]): string {
  return stacks.map(({ frames, samples }) => `${frames.map(formatFrame).join(';')} ${samples}\n`).join('');
}

function formatFrame({ name, kind }: SampledFrame): string {
  return `${name.replace(/[;\s]+/g, ' ').trim()}${kind === 'kernel' ? '_[k]' : ''}`;
}

function framesOf({ sample, place, call }: Observation, round: ObservedRound): readonly SampledFrame[] {
  const thread: SampledFrame = { name: sample.command, kind: 'thread' };
  const kernel = sample.stack.map((name): SampledFrame => ({ name, kind: 'kernel' })).reverse();
  if (call !== undefined) return [thread, ...callFrames(call, kernel)];
  switch (place) {
    case 'kernel':
      return kernel.length > 0
        ? [thread, { name: 'on CPU, in the kernel', kind: 'inferred' }, ...kernel]
        : [thread, { name: 'on CPU, in the kernel (by ticks)', kind: 'inferred' }, ...openMeanwhile(round)];
    case 'user':
      return [thread, { name: 'on CPU, in the program (by ticks)', kind: 'inferred' }];
    case 'cpu':
      return [thread, { name: 'on CPU', kind: 'inferred' }];
    case 'waiting':
    case 'disk':
    case 'stopped':
    case 'other':
      return [thread, { name: `${place}, call not known`, kind: 'inferred' }, ...kernel];
  }
}

function callFrames(call: ObservedCall, kernel: readonly SampledFrame[]): readonly SampledFrame[] {
  const frames: SampledFrame[] = [{ name: call.syscall, kind: 'syscall' }];
  if (call.file !== undefined) frames.push({ name: call.file, kind: 'file' });
  if (kernel.length > 0) frames.push(...kernel);
  else if (call.waitsIn !== undefined) frames.push({ name: call.waitsIn, kind: 'kernel' });
  return frames;
}

/** A file that the kernel makes while it is read, open in the same round: the likeliest cause of kernel CPU. */
function openMeanwhile({ openPaths }: ObservedRound): readonly SampledFrame[] {
  const files = [...openPaths].filter(isKernelFile);
  const file = files.find(isMemoryStat) ?? files[0];
  return file === undefined ? [] : [{ name: `${file} (open meanwhile)`, kind: 'inferred' }];
}
