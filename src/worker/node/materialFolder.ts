/** The files of a folder that triage reads: regular ones, inflated, in the order of their names, within {@link MATERIAL}. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describeError } from '../../base/errors.js';
import { MATERIAL } from '../../base/limits.js';
import { readRegularFileSync, unreadableBy } from '../../files/regularFile.js';
import type { MaterialFolder } from '../jobHost.js';
import type { MaterialFile } from '../../material/collect.js';
import type { Unread } from '../../material/model.js';
import { inflateProfile } from './readFile.js';

/** Links are not followed, hidden names are passed over. @throws TriageError `file-unreadable` for what is no folder */
export function readMaterialFolder(
  folder: string,
  maxBytes: number = MATERIAL.bytes,
  accepts: (name: string) => boolean = () => true,
): MaterialFolder {
  const files: MaterialFile[] = [];
  const unread: Unread[] = [];
  let left = maxBytes;
  for (const name of listNames(folder).filter(accepts)) {
    if (files.length + unread.length >= MATERIAL.files) {
      unread.push({ file: name, reason: `more than ${MATERIAL.files} files: this one and those behind it` });
      break;
    }
    try {
      const raw = readRegularFileSync(path.join(folder, name), { maxBytes: left, links: 'refuse' });
      const bytes = raw.length === 0 ? raw : inflateProfile(raw, left);
      left -= bytes.length;
      files.push({ name, bytes });
    } catch (error) {
      unread.push({ file: name, reason: describeError(error).message });
    }
  }
  return { files, unread };
}

/** Relative names of what is no folder, with `/` between the parts. */
function listNames(folder: string): readonly string[] {
  const names: string[] = [];
  const walk = (below: string, depth: number): void => {
    const entries = readdirSync(path.join(folder, below), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.name.startsWith('.') || names.length > MATERIAL.files) continue;
      if (!entry.isDirectory()) names.push(name);
      else if (depth < MATERIAL.depth) walk(name, depth + 1);
    }
  };
  try {
    walk('', 0);
  } catch (error) {
    throw unreadableBy(folder, error);
  }
  return names;
}
