/** Reads the text tables of test/fixtures/sources, and the functions of the recorded profiles. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { StringReader } from '../../../src/profile/packedStrings.js';
import { readProfile } from '../../../src/profile/readProfile.js';
import type { SourceFacts, SourceFrame } from '../../../src/sources/frame/frame.js';

const fixtures = path.resolve(import.meta.dirname, '../../fixtures');

/** Lines of a table, without comments and blank ones. */
export function tableLines(name: string): readonly string[] {
  const text = readFileSync(path.join(fixtures, 'sources', name), 'utf8');
  return text.split('\n').filter(line => line.trim() !== '' && !line.startsWith('#'));
}

export interface LayoutCase {
  readonly section: string;
  readonly facts: SourceFacts;
  readonly frame: SourceFrame;
  readonly confidence: string;
  /** `OWNER/NAME REVISION PATH[#LINE]`, or `-`. */
  readonly place: string;
}

export function layoutCases(): readonly LayoutCase[] {
  const cases: LayoutCase[] = [];
  let section = '';
  let facts: SourceFacts = {};
  for (const line of tableLines('layouts.txt')) {
    const [key = '', value = ''] = line.split(' ');
    if (line.startsWith('[')) [section, facts] = [line.slice(1, -1), {}];
    else if (key === 'kubelet') facts = { ...facts, kubeletVersion: value };
    else if (key === 'go') facts = { ...facts, goVersion: value };
    else {
      const [name = '', file = '', number = '', confidence = '', place = ''] = line
        .split('|')
        .map(s => s.trim());
      const frame = { function: name, file, line: Number(number), startLine: 0, module: '' };
      cases.push({ section, facts, frame, confidence, place });
    }
  }
  return cases;
}

export const profileNames = readdirSync(path.join(fixtures, 'profiles')).filter(name =>
  name.endsWith('.pb.gz'),
);

/** Every distinct frame of a recorded profile, lines and all. */
export function framesOfProfile(name: string): readonly SourceFrame[] {
  const profile = readProfile(gunzipSync(readFileSync(path.join(fixtures, 'profiles', name))));
  const strings = new StringReader(profile.strings);
  const { functions, frames } = profile;
  return Array.from({ length: frames.count }, (_, index) => {
    const func = frames.func[index]!;
    return {
      function: strings.get(functions.name[func]!),
      file: strings.get(functions.file[func]!),
      module: strings.get(functions.module[func]!),
      startLine: functions.startLine[func]!,
      line: frames.line[index]!,
    };
  });
}
