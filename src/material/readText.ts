/** Bytes of a text to the lines that readers of material get. */
import { MATERIAL } from '../base/limits.js';
import { readBoundedLines } from '../base/boundedLines.js';
import { detectEncoding } from '../base/textEncoding.js';
import type { MaterialText } from './model.js';

/** Colours and cursor moves of terminals (ECMA-48), as `script` and copied consoles have them. */
const TERMINAL = /\u001b\[[0-9;?]{0,20}[A-Za-z]/gu;

/** UTF-8 or UTF-16; without terminal colours and carriage returns; `file` names it in places. */
export function readText(file: string, bytes: Uint8Array): MaterialText {
  const text = inShortLines(
    new TextDecoder(detectEncoding(bytes)).decode(bytes.subarray(0, MATERIAL.textBytes)),
  );
  const lines: string[] = [];
  readBoundedLines(text, { lines: MATERIAL.lines, characters: Number.POSITIVE_INFINITY }, line => {
    lines.push(plain(line.length > MATERIAL.lineCharacters ? line.slice(0, MATERIAL.lineCharacters) : line));
  });
  return { file, lines };
}

/** One JSON value, as API servers and kubelets send it on a line of its own, with a line for each field. */
function inShortLines(text: string): string {
  if (!/^\s{0,100}[[{]/u.test(text) || text.length <= MATERIAL.lineCharacters) return text;
  const first = text.indexOf('\n');
  if (first !== -1 && first <= MATERIAL.lineCharacters) return text;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 1);
  } catch {
    return text; // lines of JSON, or one that was cut off: its long lines are cut like others
  }
}

function plain(line: string): string {
  const end = line.endsWith('\r') ? line.slice(0, -1) : line;
  return end.includes('\u001b') ? end.replace(TERMINAL, '') : end;
}

/** Whether bytes are text: no zero byte in the beginning, but for UTF-16's. */
export function isText(bytes: Uint8Array): boolean {
  return detectEncoding(bytes) !== 'utf-8' || !bytes.subarray(0, 4096).includes(0);
}
