/** Raw bytes of any format we read to a Profile. Inflating is the caller's (this folder knows no zlib). */
import { assertNever } from '../base/assertNever.js';
import { decodePprof } from './codec/decodePprof.js';
import { detectFormat } from './detectFormat.js';
import { emptyFile, readByOtherTool, unknownFormat } from './fileErrors.js';
import { parseBpftrace } from './formats/parseBpftrace.js';
import { parseFolded } from './formats/parseFolded.js';
import { parsePerfScript } from './formats/parsePerfScript.js';
import { parsePprofRaw } from './formats/parsePprofRaw.js';
import { withGoroutineNotes } from './goroutineNotes.js';
import { parseGoroutines } from './legacy/parseGoroutines.js';
import { parseLegacy } from './legacy/parseLegacy.js';
import type { Profile, ProfileFormat } from './model.js';

/**
 * `bytes`: not gzipped. The format is told by the content.
 * @throws TriageError `file-empty`, `format-unknown`, `format-other-tool`, `file-truncated`, `file-corrupt`
 */
export function readProfile(bytes: Uint8Array): Profile {
  if (bytes.length === 0) throw emptyFile();
  const detected = detectFormat(bytes);
  switch (detected.kind) {
    case 'profile':
      return withGoroutineNotes(readAs(detected.format, bytes));
    case 'other-tool':
      throw readByOtherTool(detected.what, detected.tool, detected.advice);
    case 'unknown':
      throw unknownFormat(detected.looksLike);
    default:
      return assertNever(detected);
  }
}

function readAs(format: ProfileFormat, bytes: Uint8Array): Profile {
  switch (format) {
    case 'pprof':
      return decodePprof(bytes);
    case 'folded':
      return parseFolded(bytes);
    case 'pprof-raw':
      return parsePprofRaw(bytes);
    case 'perf-script':
      return parsePerfScript(bytes);
    case 'bpftrace':
      return parseBpftrace(bytes);
    case 'pprof-legacy':
      return parseLegacy(bytes);
    case 'goroutines':
      return parseGoroutines(bytes);
    default:
      return assertNever(format);
  }
}
