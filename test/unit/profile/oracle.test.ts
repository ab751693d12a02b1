/** Every row of every recorded profile, against what `go tool pprof` printed of it (test/fixtures/profiles/oracle). */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../src/base/sentence.js';
import { readProfile } from '../../../src/profile/readProfile.js';
import { summarizeProfile } from '../../../src/profile/summary.js';
import { FIXTURES } from '../../support/fixtures.js';
import { stackRows, topRows } from '../../support/profileRows.js';

const folder = path.join(FIXTURES, 'profiles');
const names = readdirSync(folder)
  .filter(file => file.endsWith('.pb.gz'))
  .map(file => file.replace('.pb.gz', ''));

const readInflated = (file: string) => new Uint8Array(gunzipSync(readFileSync(path.join(folder, file))));
const readText = (file: string) => new TextDecoder().decode(readInflated(file));

/** Rows of -top as `name flat cum`, by name; the unit behind a number and ` (inline)` are the printer's. */
function parseTop(text: string): string[] {
  const [, table = ''] = text.split(/^\s*flat\s+flat%.*\n/m);
  return table
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const [, flat, cum, name] =
        /^\s*(-?\d+)(?:ns|B)?\s+\S+%?\s+\S+\s+(-?\d+)(?:ns|B)?\s+\S+\s{2}(.*?)(?: \((?:partial-)?inline\))?$/.exec(
          line,
        )!;
      return `${name!} ${flat!} ${cum!}`;
    })
    .sort();
}

/** Sample lines of -raw: their number, and their sums by sample type. */
function parseRawSamples(text: string): { count: number; totals: number[] } {
  const lines = text.slice(text.indexOf('Samples:\n'), text.indexOf('\nLocations\n')).split('\n').slice(1);
  const totals = lines[0]!.split(' ').map(() => 0);
  const samples = lines.filter(line => /^[\s\d-]+: [\d ]*$/.test(line));
  for (const line of samples)
    line
      .slice(0, line.indexOf(':'))
      .trim()
      .split(/\s+/)
      .forEach((value, type) => (totals[type]! += Number(value)));
  return { count: samples.length, totals };
}

describe('the recorded profiles', () => {
  it('are all here', () => {
    expect(names.length).toBeGreaterThanOrEqual(13);
  });

  describe.each(names)('%s', name => {
    const profile = readProfile(readInflated(`${name}.pb.gz`));
    const raw = readText(`oracle/${name}.raw.txt.gz`);

    it.each(profile.sampleTypes.map(({ type }, index) => [type, index] as const))(
      'has the rows of pprof -top for %s',
      (type, index) => {
        expect(topRows(profile, index)).toEqual(parseTop(readText(`oracle/${name}.${type}.top.txt.gz`)));
      },
    );

    it('has the samples and totals of pprof -raw', () => {
      const { sampleCount, totals } = summarizeProfile(profile);
      expect({ count: sampleCount, totals }).toEqual(parseRawSamples(raw));
    });

    it('says the same when read from the text of pprof -raw', () => {
      const fromText = readProfile(new TextEncoder().encode(raw));
      expect(fromText.format).toBe('pprof-raw');
      expect(fromText.sampleTypes).toEqual(profile.sampleTypes);
      expect(fromText.defaultSampleType).toBe(profile.defaultSampleType);
      expect(stackRows(fromText)).toEqual(stackRows(profile));
      expect(fromText.timeMs).toBeCloseTo(profile.timeMs, 3);
      // -raw cuts the duration to four characters: `30.0`, of which only these profiles' CPU time could tell the unit.
      if (profile.durationNanos === 0) expect(fromText.warnings).toEqual(profile.warnings);
      else {
        expect(fromText.durationNanos).toBe(0);
        expect(fromText.warnings.map(formatSentence)).toEqual([
          expect.stringMatching(/^The duration ".{4}" has no unit, as the text has it cut/),
        ]);
      }
    });
  });

  it.each(['cpu-cgroupload-30s', 'cpu-empty-1s', 'cpu-idle-30s', 'cpu-v1.32-runc-30s'])(
    '%s.raw.txt, printed by another Go, gives the same stacks',
    name => {
      const fromText = readProfile(readFileSync(path.join(folder, `${name}.raw.txt`)));
      expect(stackRows(fromText)).toEqual(stackRows(readProfile(readInflated(`${name}.pb.gz`))));
    },
  );
});
