/** A laid out profile from stacks drawn as text, for tests of the page's parts. */
import { buildCallTree } from '../../src/profile/callTree.js';
import type { Profile } from '../../src/profile/model.js';
import { summarizeProfile } from '../../src/profile/summary.js';
import type { CaptureFacts } from '../../src/protocol/messages.js';
import { nameOfBox, type FlameSubject } from '../../webview/flame/subject.js';
import { ProfileModel } from '../../webview/model/profileModel.js';

export function modelOf(profile: Profile, capture?: CaptureFacts): ProfileModel {
  const { strings, functions } = profile;
  const tables = { strings, functions, tree: buildCallTree(profile) };
  return new ProfileModel({ name: 'test.pb.gz', summary: summarizeProfile(profile), tables, capture });
}

/** Of the profile's default sample type. */
export function subjectOf(profile: Profile): FlameSubject {
  return modelOf(profile).subject(profile.defaultSampleType);
}

/** Every row as `name 0.00-0.50` boxes, from the root's row on. */
export function formatRows(subject: FlameSubject): string[] {
  const { rows, timing } = subject.layout;
  return Array.from({ length: rows.rowCount }, (_, row) => {
    const boxes: string[] = [];
    for (let box = rows.rowStart[row]!; box < rows.rowStart[row + 1]!; box++)
      boxes.push(`${textOf(subject, box)} ${timing.start[box]!.toFixed(2)}-${timing.end[box]!.toFixed(2)}`);
    return boxes.join('  ');
  });
}

export function textOf(subject: FlameSubject, box: number): string {
  const name = nameOfBox(subject, box);
  return name === undefined ? 'all' : subject.names.text(name);
}

/** The first box of a function, in the order of rows. */
export function boxOf(subject: FlameSubject, text: string): number {
  const { boxCount } = subject.layout.rows;
  for (let box = 0; box < boxCount; box++) if (textOf(subject, box) === text) return box;
  throw new Error(`no box of ${text}`);
}
