import { describe, expect, it } from 'vitest';
import { exportFolded } from '../../../src/profile/foldedExport.js';
import { readProfile } from '../../../src/profile/readProfile.js';
import { ProfileBuilder } from '../../../src/profile/profileBuilder.js';
import { topRows } from '../../support/profileRows.js';
import { profileFromStacks } from '../../support/profileFromStacks.js';

const lines = (...args: Parameters<typeof exportFolded>) =>
  new TextDecoder().decode(exportFolded(...args)).split('\n');

describe('exportFolded', () => {
  it('writes one line a stack with a value of its own', () => {
    const profile = profileFromStacks(
      `
      main      main      main
      syncLoop  syncLoop
      statFs    futex         `,
      { weights: [30, 10, 5] },
    );
    expect(lines(profile, 0)).toEqual(['main 5', 'main;syncLoop;statFs 30', 'main;syncLoop;futex 10', '']);
  });

  it('writes the asked sample type and no stack that is zero in it', () => {
    const profile = profileFromStacks(
      `
      main  main
      a     b   `,
      {
        weights: [
          [1, 2],
          [0, -7],
        ],
      },
    );
    expect(lines(profile, 1)).toEqual(['main;b -7', '']);
  });

  it('keeps a semicolon and a line end inside a name from splitting the stack', () => {
    const builder = new ProfileBuilder();
    const name = 'New[go.shape.struct { A int; B int }]\nx';
    builder.addSample([builder.frame(builder.function({ name }))], [1.5]);
    const profile = builder.build({
      format: 'folded',
      sampleTypes: [{ type: 'n', unit: 'count' }],
      defaultSampleType: 0,
    });
    expect(lines(profile, 0)).toEqual(['New[go.shape.struct { A int: B int }] x 1.5', '']);
  });

  it('writes samples without a stack as <unknown>, so that the sum stays', () => {
    const builder = new ProfileBuilder();
    builder.addSample([], [9_007_199_254_740_991]);
    const profile = builder.build({
      format: 'folded',
      sampleTypes: [{ type: 'n', unit: 'count' }],
      defaultSampleType: 0,
    });
    expect(lines(profile, 0)).toEqual(['<unknown> 9007199254740991', '']);
  });

  it('reads back with the same rows', () => {
    const profile = profileFromStacks(
      `
      main      main        other thread
      walk dir  [libc.so]   walk dir
      walk dir              walk dir`,
      { weights: [3, 2, 1] },
    );
    expect(topRows(readProfile(exportFolded(profile, 0)))).toEqual(topRows(profile));
  });
});
