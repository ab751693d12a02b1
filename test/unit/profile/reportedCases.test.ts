/** Inputs from public reports (test/fixtures/cases), and what `go tool pprof` says of each. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../src/base/sentence.js';
import { readProfile } from '../../../src/profile/readProfile.js';
import { readFixture } from '../../support/fixtures.js';
import { topRows } from '../../support/profileRows.js';

const read = (file: string) => readProfile(gunzipSync(readFixture(`cases/${file}`)));
const sayings = (profile: ReturnType<typeof readProfile>) => profile.warnings.map(formatSentence);

describe('profiles from public reports', () => {
  it('a label beyond 2^53 does not matter (DataDog/dd-trace-js#3651)', () => {
    const profile = read('02-label-timestamp-ns.pb.gz');
    expect(topRows(profile)).toEqual([
      'main.work 10000000 40000000',
      'runtime.goexit 0 40000000',
      'syscall.Syscall 30000000 30000000',
    ]);
    expect(sayings(profile)).toEqual([]);
  });

  it('a block profile of months is shown, and its rounding said (golang/go#19822)', () => {
    const profile = read('03-block-delay-139-days.pb.gz');
    expect(topRows(profile)).toEqual([
      'k8s.io/client-go/tools/cache.(*processorListener).pop 3000000000000000 15000000000000000',
      'runtime.goexit 0 15000000000000000',
      'runtime.selectgo 12000000000000000 12000000000000000',
    ]);
    expect(sayings(profile)).toEqual([expect.stringMatching(/^Values or sums of delay are beyond 2\^53/)]);
  });

  it('drop_frames leaves out the inside of malloc (google/pprof#976)', () => {
    const profile = read('04-drop-frames.pb.gz');
    expect(topRows(profile)).toEqual(['handle 800 800', 'main 0 800']);
    expect(sayings(profile)).toEqual([
      'Frames left out, as the profile itself says (drop_frames): 3; samples that had them: 1.',
    ]);
  });

  it('a duration of a minute in -raw is a minute', () => {
    const profile = readProfile(readFixture('cases/38-raw-duration-60s.txt'));
    expect(profile.durationNanos / 1e9).toBeGreaterThanOrEqual(60);
    expect(profile.durationNanos / 1e9).toBeLessThanOrEqual(61);
    expect(sayings(profile)).toEqual([expect.stringContaining('it is 60 to 61 s, and the middle is shown')]);
  });
});
