/**
 * The files of a capture and of the other captures of its case: what belongs to one node and one moment is judged together.
 * Which those are, their records say (`case.id` of capture.json, docs/capture-format.md).
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { CAPTURE_ENTRIES, FILE_BYTES, MATERIAL } from '../../base/limits.js';
import { fieldAt, textOf } from '../../base/jsonFields.js';
import { readRegularFileSync } from '../../files/regularFile.js';
import { TRIAGE_FILE } from '../../material/triageManifest.js';
import type { MaterialFolder } from '../jobHost.js';
import { readMaterialFolder } from './materialFolder.js';

const RECORD = 'capture.json';

/** Names of files of other captures lead there from the folder: `../NAME/threads.samples.txt`. */
export function readCaseFolders(folder: string): MaterialFolder {
  // Of two triages each has its own answers, of its own moment.
  const isEvidence = (sibling: string): boolean => !existsSync(path.join(sibling, TRIAGE_FILE));
  return readCase(folder, { maxBytes: MATERIAL.bytes, isEvidence, accepts: () => true });
}

/** Some files of a capture and of its case, triages too; none where the folder is no capture's. Names as above. */
export function readCaseFiles(folder: string, accepts: (name: string) => boolean): MaterialFolder {
  if (!existsSync(path.join(folder, RECORD))) return { files: [], unread: [] };
  return readCase(folder, { maxBytes: MATERIAL.textBytes, isEvidence: () => true, accepts });
}

interface CaseOptions {
  readonly maxBytes: number;
  /** `sibling`: absolute path of the folder of another capture of the case. */
  readonly isEvidence: (sibling: string) => boolean;
  readonly accepts: (name: string) => boolean;
}

function readCase(folder: string, { maxBytes, isEvidence, accepts }: CaseOptions): MaterialFolder {
  const own = readMaterialFolder(folder, maxBytes, accepts);
  const id = caseOf(folder);
  if (id === undefined) return own;
  const others: MaterialFolder[] = [];
  let left = maxBytes - sizeOf(own);
  for (const name of listSiblings(folder)) {
    const sibling = path.join(path.dirname(folder), name);
    if (left <= 0 || caseOf(sibling) !== id || !isEvidence(sibling)) continue;
    const found = readMaterialFolder(sibling, left, accepts);
    left -= sizeOf(found);
    others.push(prefixed(found, `../${name}`));
  }
  return {
    files: [own, ...others].flatMap(({ files }) => files),
    unread: [own, ...others].flatMap(({ unread }) => unread),
  };
}

function sizeOf({ files }: MaterialFolder): number {
  return files.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function prefixed({ files, unread }: MaterialFolder, folder: string): MaterialFolder {
  return {
    files: files.map(file => ({ ...file, name: `${folder}/${file.name}` })),
    unread: unread.map(each => ({ ...each, file: `${folder}/${each.file}` })),
  };
}

function listSiblings(folder: string): readonly string[] {
  try {
    return readdirSync(path.dirname(folder), { withFileTypes: true })
      .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .filter(name => name !== path.basename(folder))
      .sort()
      .reverse() // names begin with the time: the newest first
      .slice(0, CAPTURE_ENTRIES.captures);
  } catch {
    return []; // the folder above is not ours to look into
  }
}

/** Node and case in one: a case of the same id on another node is none. */
function caseOf(folder: string): string | undefined {
  try {
    const bytes = readRegularFileSync(path.join(folder, RECORD), {
      maxBytes: FILE_BYTES.record,
      links: 'refuse',
    });
    const record: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const id = textOf(fieldAt(record, 'case', 'id'));
    return id === undefined || id === ''
      ? undefined
      : `${textOf(fieldAt(record, 'node', 'name')) ?? ''} ${id}`;
  } catch {
    return undefined; // no record, or one that cannot be used
  }
}
