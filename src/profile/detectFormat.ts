/**
 * What a file is, by its content alone: names lie. Looks at the beginning and reads nothing; what is no profile of ours
 * is named where it can be, so that the error says what to do with it.
 */
import { isTriageError } from '../base/errors.js';
import { detectEncoding } from '../base/textEncoding.js';
import { LENGTH_DELIMITED, VARINT, WireReader } from './codec/wireReader.js';
import { isAustinHeader, isAustinValues } from './formats/austinFacts.js';
import { isBpftrace } from './formats/parseBpftrace.js';
import { splitCount } from './formats/parseFolded.js';
import { isGoroutine } from './legacy/parseGoroutines.js';
import { isLegacyCpu } from './legacy/parseLegacyCpu.js';
import { isLegacyJava } from './legacy/parseLegacyJava.js';
import { recogniseLegacyText } from './legacy/parseLegacyText.js';
import type { ProfileFormat } from './model.js';
import { NUMBER } from './profileBuilder.js';
import { readFirstLines } from './formats/textLines.js';
import { isComment } from './formats/parsePerfScript.js';
import { findPerfShape } from './formats/perfShape.js';

export type DetectedFormat =
  | { readonly kind: 'profile'; readonly format: ProfileFormat }
  | { readonly kind: 'other-tool'; readonly what: string; readonly tool: string; readonly advice?: string }
  | { readonly kind: 'unknown'; readonly looksLike: string | undefined };

/** Enough lines to get past a header's comments, few enough to be read at once. */
const LINES_LOOKED_AT = 400;
/** Share of lines that must be stacks with a count, so that prose with a number here and there is not taken for one. */
const MIN_FOLDED_SHARE = 0.5;
const PROTOBUF_FIELDS_LOOKED_AT = 64;
const MAX_PPROF_FIELD = 15;
/** Fields of a Profile that hold one number. */
const PPROF_NUMBERS: ReadonlySet<number> = new Set([7, 8, 9, 10, 12, 14, 15]);

/** `bytes`: not gzipped, not empty. */
export function detectFormat(bytes: Uint8Array): DetectedFormat {
  const binary = detectMagic(bytes);
  if (binary !== undefined) return binary;
  if (isLegacyCpu(bytes)) return { kind: 'profile', format: 'pprof-legacy' };
  // Every pprof has control characters right at its beginning: the tags of its first sample type.
  if (!looksLikeText(bytes))
    return looksLikePprof(bytes)
      ? { kind: 'profile', format: 'pprof' }
      : { kind: 'unknown', looksLike: undefined };
  const lines = readFirstLines(bytes, LINES_LOOKED_AT);
  return (
    detectText(lines, readFirstLines(bytes, LINES_LOOKED_AT, isComment)) ?? {
      kind: 'unknown',
      looksLike: nameText(lines),
    }
  );
}

/** @param withoutComments a header of any length, whose lines begin with `#`, is passed over */
function detectText(
  lines: readonly string[],
  withoutComments: readonly string[],
): DetectedFormat | undefined {
  if (lines.includes('Samples:') && lines.some(line => /^Period: -?\d+$/.test(line)))
    return { kind: 'profile', format: 'pprof-raw' };
  const first = lines.find(line => line.trim() !== '' && !line.startsWith('#'))?.trim() ?? '';
  if (recogniseLegacyText(first) !== undefined || isLegacyJava(lines))
    return { kind: 'profile', format: 'pprof-legacy' };
  if (lines.some((line, index) => isGoroutine(line, lines[index + 1])))
    return { kind: 'profile', format: 'goroutines' };
  if (lines.some(line => /^# Overhead {2,}/.test(line)))
    return {
      kind: 'other-tool',
      what: 'the text of perf report',
      tool: 'a text editor',
      advice: 'What perf script prints of the same perf.data is shown here.',
    };
  if (isBpftrace(lines)) return { kind: 'profile', format: 'bpftrace' };
  if (findPerfShape(withoutComments) !== undefined) return { kind: 'profile', format: 'perf-script' };
  if (isFolded(withoutComments, lines.some(isAustinHeader))) return { kind: 'profile', format: 'folded' };
  return undefined;
}

function isFolded(lines: readonly string[], isAustin: boolean): boolean {
  const stacks = lines.filter(line => line.trim() !== '');
  const counted = stacks.filter(line => isCount(splitCount(line)?.count, isAustin));
  if (counted.length === 0) return false;
  const hasFrames = counted.some(line => line.includes(';'));
  return counted.length >= stacks.length * (hasFrames ? MIN_FOLDED_SHARE : 1);
}

function isCount(text: string | undefined, isAustin: boolean): boolean {
  return text !== undefined && (NUMBER.test(text) || (isAustin && isAustinValues(text)));
}

/** Beginnings by which common files are known. */
const MAGICS: readonly (readonly [prefix: string, looksLike: string])[] = [
  ['\x89PNG\r\n', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['PK\x03\x04', 'a ZIP archive'],
  ['\x7fELF', 'an ELF program'],
  ['MZ', 'a Windows program'],
  ['\xcf\xfa\xed\xfe', 'a macOS program'],
  ['%PDF-', 'a PDF document'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard archive: decompress it first'],
  ['BZh', 'a bzip2 archive: decompress it first'],
  ['\xfd7zXZ', 'an xz archive: decompress it first'],
  ['SQLite format 3', 'an SQLite database'],
  ['\0asm', 'a WebAssembly module'],
];

function detectMagic(bytes: Uint8Array): DetectedFormat | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 32));
  if (/^go 1\.\d+ trace\0/.test(head))
    return { kind: 'other-tool', what: 'a Go execution trace', tool: 'go tool trace' };
  if (head.startsWith('PERFILE2') || head.startsWith('2ELIFREP'))
    return {
      kind: 'other-tool',
      what: 'a perf.data file',
      tool: 'perf script',
      advice: 'What perf script prints is shown here.',
    };
  if (head.startsWith('MOJ') && !looksLikeText(bytes))
    return {
      kind: 'other-tool',
      what: 'a recording of Austin in its binary form (MOJO)',
      tool: 'mojo2austin',
      advice: 'The text that it makes is shown here.',
    };
  if (head.startsWith('FLR\0'))
    return { kind: 'other-tool', what: 'a Java flight recording', tool: 'jfr or JDK Mission Control' };
  const looksLike = MAGICS.find(([prefix]) => head.startsWith(prefix))?.[1];
  // Two letters are too few to know a program by: what follows must be no text.
  if (looksLike === undefined || (head.startsWith('MZ') && looksLikeText(bytes))) return undefined;
  return { kind: 'unknown', looksLike };
}

function nameText(lines: readonly string[]): string {
  const first = (lines.find(line => line.trim() !== '') ?? '').trim();
  if (
    /^(<\?xml[^>]*>\s*)?<svg/i.test(first) ||
    (first.startsWith('<?xml') && lines.some(line => /<svg\b/.test(line)))
  )
    return 'an SVG image';
  if (/^<(!doctype html|html)/i.test(first)) return 'an HTML page';
  if (first.startsWith('<?xml')) return 'XML text';
  if (/^[{[]/.test(first)) return 'JSON text';
  return 'text, without stacks';
}

/** No control characters but white space in the beginning; UTF-16 is text by its own sign. */
function looksLikeText(bytes: Uint8Array): boolean {
  if (detectEncoding(bytes) !== 'utf-8') return true;
  return bytes
    .subarray(0, 4096)
    .every(byte => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b);
}

/**
 * Walks the fields of a protobuf message: of a Profile's, numbered up to 15, the numbers are varints and the rest has a
 * length. A file that is cut off in a later field is still a pprof, cut off.
 */
function looksLikePprof(bytes: Uint8Array): boolean {
  const reader = new WireReader(bytes);
  let seen = 0;
  try {
    for (; seen < PROTOBUF_FIELDS_LOOKED_AT && reader.nextField(); seen++) {
      const { field, wireType } = reader;
      const isKnown = field <= MAX_PPROF_FIELD;
      if (seen === 0 && !isKnown) return false;
      if (isKnown && wireType !== (PPROF_NUMBERS.has(field) ? VARINT : LENGTH_DELIMITED) && field !== 13)
        return false;
      reader.skip();
    }
    return true;
  } catch (error) {
    return seen > 0 && isTriageError(error) && error.code === 'file-truncated';
  }
}
