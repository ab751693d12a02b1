/**
 * The errors a profile file can give, as TriageErrors with their facts. Makes errors; decides nothing about a file.
 */
import { TriageError } from '../base/errors.js';

/** The file contradicts itself; `reason` names the place and ends without a full stop. */
export function corruptFile(reason: string): TriageError {
  return new TriageError('file-corrupt', `The profile is damaged: ${reason}.`, { facts: { reason } });
}

/** The file ends in the middle of `where` (`a sample`, `the gzip stream`, …). */
export function truncatedFile(where: string): TriageError {
  return new TriageError('file-truncated', `The profile is cut off: it ends in the middle of ${where}.`, {
    facts: { reason: `it ends in the middle of ${where}` },
  });
}

export function emptyFile(): TriageError {
  return new TriageError('file-empty', 'The file is empty.');
}

/** More than `limitBytes` raw bytes, as stored or while inflating. */
export function tooLargeFile(limitBytes: number): TriageError {
  const megabytes = Math.round((limitBytes / 1024 / 1024) * 10) / 10;
  return new TriageError('file-too-large', `The profile is larger than the limit of ${megabytes} MB (raw).`, {
    facts: { limitBytes },
  });
}

/** Nothing we read; `looksLike` names what it seems to be, where that can be told. */
export function unknownFormat(looksLike: string | undefined): TriageError {
  const read =
    'pprof, folded stacks, and the texts of `go tool pprof -raw`, `perf script` and bpftrace are read';
  const seems = looksLike === undefined ? '' : ` It looks like ${looksLike}.`;
  return new TriageError('format-unknown', `This is no profile we know.${seems} (${read}.)`, {
    facts: { looksLike },
  });
}

/** Recognised as `what`, which `tool` reads; `advice` is one more sentence. */
export function readByOtherTool(what: string, tool: string, advice = ''): TriageError {
  const more = advice === '' ? '' : ` ${advice}`;
  return new TriageError('format-other-tool', `This is ${what}: ${tool} reads it.${more}`, {
    facts: { what, tool, advice: advice === '' ? undefined : advice },
  });
}
