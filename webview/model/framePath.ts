/**
 * A box by the names from the root to it: what survives a reload, and a profile that grew meanwhile and has other
 * indexes for everything.
 */
import type { BoxIndex } from '../../src/profile/flameRows.js';
import { nameOfBox, type FlameSubject } from '../flame/subject.js';

/** Names from below the root to the box; empty for the root. */
export function pathOfBox(subject: FlameSubject, box: BoxIndex): string[] {
  const path: string[] = [];
  for (let at = box; at > 0; at = subject.layout.rows.parent[at] ?? 0) {
    const name = nameOfBox(subject, at);
    path.push(name === undefined ? '' : subject.names.text(name));
  }
  return path.reverse();
}

/** The box at the end of a path; undefined where the profile has no such stack. */
export function findBox(subject: FlameSubject, path: readonly string[]): BoxIndex | undefined {
  const { childStart } = subject.layout.rows;
  let box = 0;
  for (const text of path) {
    let child = childStart[box] ?? 0;
    const end = childStart[box + 1] ?? child;
    while (child < end && textOf(subject, child) !== text) child++;
    if (child === end) return undefined;
    box = child;
  }
  return box;
}

function textOf(subject: FlameSubject, box: BoxIndex): string {
  const name = nameOfBox(subject, box);
  return name === undefined ? '' : subject.names.text(name);
}
