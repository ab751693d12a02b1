/** Mounts that came and went: bcc's mountsnoop and `findmnt --poll`. How often is for others to count. */
import type { Found, MaterialText, MountChange, Place, TextReader } from '../model.js';
import { keep, placeOf, wordsOf } from './figures.js';
import { plainToolLine } from './plainToolLine.js';

export const mountChangesReader: TextReader = { name: 'mount changes', read: readMountChanges };

/**
 * `runc:[2:INIT]  1234 1234 4026532 mount("", "/run/x", "", MS_REC, "") = 0`; libbpf's puts RET before the
 * call, -P the parent's name and id before the namespace.
 */
const SNOOPED =
  /^\s{0,8}(\S.{0,30}?) {1,20}\d{1,8} {1,12}\d{1,8} {1,12}(?:\S{1,40} {1,20}\d{1,8} {1,12})?\d{6,12} {1,12}(?:-?\d{1,6} {1,8})?(u?mount)2?\("([^"]{0,1000})"(?:, "([^"]{0,1000})")?/u;

function readMountChanges({ file, lines }: MaterialText): Found {
  const mountChanges: MountChange[] = [];
  let isPoll = false;
  for (const [index, outside] of lines.entries()) {
    const line = plainToolLine(outside);
    if (/^\s{0,4}ACTION {1,8}TARGET\b/u.test(line)) isPoll = true;
    const at = placeOf(file, index);
    keep(mountChanges, readSnooped(line, at) ?? (isPoll ? readPolled(line, at) : undefined));
  }
  return { mountChanges };
}

function readSnooped(line: string, at: Place): MountChange | undefined {
  const match = SNOOPED.exec(line);
  if (match === null) return undefined;
  const [, command = '', call, first, second] = match;
  return call === 'umount'
    ? { at, command, call, source: undefined, target: first }
    : { at, command, call: 'mount', source: first === '' ? undefined : first, target: second };
}

/** `mount    /run/x tmpfs tmpfs rw`: remounts and moves are changes, too, and taken as mounts. */
function readPolled(line: string, at: Place): MountChange | undefined {
  const [action = '', target = '', source] = wordsOf(line.slice(0, 2000));
  if (!/^(?:mount|umount|remount|move)$/u.test(action) || !target.startsWith('/')) return undefined;
  return { at, command: '', call: action === 'umount' ? 'umount' : 'mount', source, target };
}
