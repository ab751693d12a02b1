/**
 * Functions by group of code (colorKey.ts), and which of the palette's hues a group has: well-known groups of a kubelet
 * their own, the others by a hash of their name, the same in every profile and session.
 */
import {
  findColorKey,
  findGoPackage,
  KERNEL_GROUP,
  NATIVE_GROUP,
  RUNTIME_GROUP,
  STANDARD_LIBRARY_GROUP,
  SYSCALL_GROUP,
  UNKNOWN_GROUP,
} from '../../src/profile/colorKey.js';
import type { FunctionNames, NameIndex } from '../../src/profile/functionNames.js';
import { HUE_COUNT, SHADE_COUNT } from '../flame/palette.js';

export interface CodeGroups {
  /** Names of the groups. */
  readonly labels: readonly string[];
  /** By name of function: index into labels. */
  readonly ofName: Uint8Array;
  /** By name of function: index into the theme's fills. */
  readonly fillOfName: Uint8Array;
  /** By group: its hue's middle fill, for the legend. */
  readonly fillOfGroup: readonly number[];
}

/** Place in this list = hue. */
const OWN_HUE: readonly string[] = [
  'opencontainers (runc, cgroups)',
  'kubernetes',
  'client-go',
  'cadvisor',
  KERNEL_GROUP,
  'containerd',
  SYSCALL_GROUP,
  RUNTIME_GROUP,
  'grpc',
  'protobuf',
  STANDARD_LIBRARY_GROUP,
];
const GREY_GROUPS: readonly string[] = [NATIVE_GROUP, UNKNOWN_GROUP];
/** The last group takes all that find no place in a byte. */
const MOST_GROUPS = 255;

export function buildCodeGroups(names: FunctionNames): CodeGroups {
  const ofName = new Uint8Array(names.limit);
  const fillOfName = new Uint8Array(names.limit);
  const indexOf = new Map<string, number>();
  for (const name of names.distinct) {
    const text = names.text(name);
    const func = names.anyFunction(name) ?? 0;
    const label = findColorKey(text, names.module(func), names.file(func));
    let group = indexOf.get(label);
    if (group === undefined) {
      group = Math.min(indexOf.size, MOST_GROUPS - 1);
      if (indexOf.size < MOST_GROUPS) indexOf.set(label, group);
    }
    ofName[name] = group;
    const shade = hashText(findGoPackage(text) ?? text) % SHADE_COUNT;
    fillOfName[name] = findHue(label) * SHADE_COUNT + shade;
  }
  const labels = [...indexOf.keys()];
  return { labels, ofName, fillOfName, fillOfGroup: labels.map(label => findHue(label) * SHADE_COUNT + 1) };
}

/** HUE_COUNT is the palette's grey. */
function findHue(label: string): number {
  if (GREY_GROUPS.includes(label)) return HUE_COUNT;
  const own = OWN_HUE.indexOf(label);
  return own === -1 ? OWN_HUE.length + (hashText(label) % (HUE_COUNT - OWN_HUE.length)) : own;
}

/** FNV-1a over UTF-16 units. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

export interface GroupShare {
  readonly group: number;
  readonly label: string;
  /** Sum of what ended in functions of the group. */
  readonly value: number;
}

/** Groups by their flat values, greatest first; those without a value left out. They sum up to the whole. */
export function sumGroups(
  groups: CodeGroups,
  table: { readonly name: readonly NameIndex[]; readonly flat: Float64Array },
): GroupShare[] {
  const sums = new Float64Array(groups.labels.length);
  table.name.forEach((name, row) => {
    const group = groups.ofName[name] ?? 0;
    sums[group] = (sums[group] ?? 0) + (table.flat[row] ?? 0);
  });
  return groups.labels
    .map((label, group) => ({ group, label, value: sums[group] ?? 0 }))
    .filter(share => share.value !== 0)
    .sort((a, b) => b.value - a.value || (a.label < b.label ? -1 : 1));
}
