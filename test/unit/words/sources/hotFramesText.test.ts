import { describe, expect, it } from 'vitest';
import { listHotFunctions } from '../../../../src/profile/hotFunctions.js';
import type { Profile } from '../../../../src/profile/model.js';
import { summarizeProfile } from '../../../../src/profile/summary.js';
import type { SourceFacts } from '../../../../src/sources/frame/frame.js';
import { formatHotFrames, MAX_BLOCKS } from '../../../../src/words/sources/hotFramesText.js';
import { profileFromStacks } from '../../../support/profileFromStacks.js';
import { english } from '../english.js';

const CPU = [{ type: 'cpu', unit: 'nanoseconds' }];

function format(profile: Profile, facts: SourceFacts = {}, title = 'n1 · CPU profile') {
  const hot = { summary: summarizeProfile(profile), functions: listHotFunctions(profile, 0, 20_000) };
  return formatHotFrames({ title, hot, facts }, english);
}

describe('formatHotFrames', () => {
  const drawing = `
    main[file:m.go]               main[file:m.go]
    a/b.walk[file:w.go][line:5]   a/b.walk[file:w.go][line:9]
    stat[file:s.go][line:3]                                  `;
  const stacks = profileFromStacks(drawing, { weights: [3e9, 1e9], sampleTypes: CPU });
  const profile = { ...stacks, durationNanos: 10e9 };

  it('says what each function costs, where it is, how one gets there, and its lines', () => {
    const facts = {
      kubeletVersion: 'v1.18.8',
      kernelVersion: '4.4.227-1.el7.elrepo.x86_64',
      goVersion: 'go1.13.15',
    };
    const { text, blocks } = format(profile, facts);
    expect(text.split('\n')).toEqual([
      'Hot frames of n1 · CPU profile',
      'cpu (nanoseconds) · 0.400 cores 100% over 10.0 s',
      'kubelet v1.18.8 · kernel 4.4.227-1.el7.elrepo.x86_64 · go1.13.15',
      '3 of 3 functions, by what they cost themselves (flat), then with all they call (cum)',
      '',
      '1. stat',
      '   flat 0.300 cores 75.0% · cum 0.300 cores 75.0%',
      '   s.go:3',
      '   path main → b.walk → stat',
      '',
      '2. a/b.walk',
      '   flat 0.100 cores 25.0% · cum 0.400 cores 100%',
      '   w.go:5',
      '   path main → b.walk',
      '   :5  flat 0 cores 0% · cum 0.300 cores 75.0%',
      '   :9  flat 0.100 cores 25.0% · cum 0.100 cores 25.0%',
      '',
      '3. main',
      '   flat 0 cores 0% · cum 0.400 cores 100%',
      '   m.go',
      '   path main',
      '',
    ]);
    expect(blocks.map(({ row, first, last }) => [row.name, first, last])).toEqual([
      ['stat', 5, 8],
      ['a/b.walk', 10, 15],
      ['main', 17, 20],
    ]);
  });

  it('speaks of values where there are no cores, and of no versions where none are known', () => {
    const heap = profileFromStacks('f', { weights: [2048], sampleTypes: [{ type: 'space', unit: 'bytes' }] });
    const lines = format(heap).text.split('\n');
    expect(lines[1]).toBe('space (bytes) · 2.00 KiB 100%');
    expect(lines[2]).toBe('No versions are known: links open the newest source.');
    expect(lines).toContain('   flat 2.00 KiB 100% · cum 2.00 KiB 100%');
  });

  it('says how near a guessed kubelet is', () => {
    const kubernetesGuess = { tag: 'v1.32.0', dependency: 'cadvisor v0.51.0' };
    expect(format(profile, { kubernetesGuess }).text).toContain('kubelet near v1.32.0 (by cadvisor v0.51.0)');
  });

  it('tells how much of a function its heaviest path carries', () => {
    const two = profileFromStacks(
      `
      main   main
      sync   pleg
      read   read`,
      { weights: [6e9, 2e9], sampleTypes: CPU },
    );
    expect(format({ ...two, durationNanos: 10e9 }).text).toContain(
      '   path main → sync → read (carries 0.600 cores 75.0%)',
    );
  });

  it('keeps a block where it is whatever a name holds', () => {
    const plain = profileFromStacks('f', { weights: [1], sampleTypes: CPU });
    const functions = listHotFunctions(plain, 0, 1);
    const rows = functions.rows.map(row => ({ ...row, name: 'f\u2028g', file: 'a\nb.go' }));
    const hot = { summary: summarizeProfile(plain), functions: { ...functions, rows } };
    const { text, blocks } = formatHotFrames({ title: 'odd', hot, facts: {} }, english);
    expect(text.split(/[\r\n\u2028\u2029]/).slice(blocks[0]?.first, (blocks[0]?.last ?? 0) + 1)).toEqual([
      '1. f␤g',
      '   flat 1 ns 100% · cum 1 ns 100%',
      '   a␤b.go',
      '   path f',
    ]);
  });

  it('says that an empty profile has no samples', () => {
    const none = profileFromStacks('', { weights: [], sampleTypes: CPU });
    expect(format(none)).toMatchObject({ blocks: [] });
    expect(format(none).text).toContain('The profile has no samples.');
  });

  it('ends at its limit, and says what is left', () => {
    const names = Array.from({ length: MAX_BLOCKS + 7 }, (_, at) => `function${at}`).join('   ');
    const { text, blocks } = format(profileFromStacks(names, { sampleTypes: CPU }));
    expect(blocks).toHaveLength(MAX_BLOCKS);
    expect(text).toMatch(/… and 7 functions that cost less\n$/);
  });
});
