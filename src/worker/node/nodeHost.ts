/** The host of jobs in a Node thread: files and zlib, all of it at once, as the thread has nothing else to do. */
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { HEAD_BYTES } from '../../evidence/recogniseEvidence.js';
import type { JobHost } from '../jobHost.js';
import { readCaseFiles, readCaseFolders } from './caseFolders.js';
import { inflateHead, inflateProfile, readFileHead, readWholeFile } from './readFile.js';

export const nodeHost: JobHost = {
  open(source, maxBytes, onPhase) {
    onPhase('reading');
    const stored = source.kind === 'file' ? readWholeFile(source.path, maxBytes) : source.bytes;
    onPhase('inflating');
    return inflateProfile(stored, maxBytes);
  },
  openHead(source) {
    const head = source.kind === 'file' ? readFileHead(source.path) : source.bytes.subarray(0, HEAD_BYTES);
    return inflateHead(head);
  },
  openFolder(source) {
    if (source.kind === 'file') return readCaseFolders(path.dirname(source.path));
    return { files: [{ name: source.name, bytes: source.bytes }], unread: [] };
  },
  openCase(source, accepts) {
    return source.kind === 'file'
      ? readCaseFiles(path.dirname(source.path), accepts)
      : { files: [], unread: [] };
  },
  inflate: inflateProfile,
  // A copy in a buffer of its own: what is transferred is lost to its owner, and a Node Buffer may share a pool.
  gzip: bytes => new Uint8Array(gzipSync(bytes)),
};
