/**
 * Tables of `perf top` and `perf report`, as text or as copied from the screen, with and without children, command and
 * object. Call chains below the rows, addresses without a name and perf script are not read.
 */
import type { Found, ListedFunction, MaterialText, Place, TextReader } from '../model.js';
import { placeOf, toShare, wordsOf } from './figures.js';
import { ListedFunctions } from './listedFunctions.js';

export const perfTablesReader: TextReader = { name: 'perf', read: readPerfTables };

/** `+   34.94%     0.50%  kubelet  [kernel.kallsyms]  [k] memcg_stat_show`: what stands before the mark has at most 500 characters. */
const ROW =
  /^[\s+>|-]{0,20}(\d{1,3}[.,]\d{1,2})%(?: {1,12}(\d{1,3}[.,]\d{1,2})%)?(.{0,500}?)\[([k.guHx])\] (\S.{0,1000})$/u;
const ADDRESS = /^0x[\da-f]+$/iu;

function readPerfTables({ file, lines }: MaterialText): Found {
  const listed = new ListedFunctions();
  let hasCommand: boolean | undefined;
  for (const [index, line] of lines.entries()) {
    if (isHeader(line)) hasCommand = line.includes('Command');
    // A row of a call chain is drawn with `--12.34%--`, and has no mark.
    else if (line.includes('] ') && line.includes('%'))
      listed.add(readRow(line, hasCommand, placeOf(file, index)));
  }
  return { listed: listed.all };
}

function isHeader(line: string): boolean {
  return line.includes('Symbol') && (line.includes('Overhead') || line.includes('Children'));
}

function readRow(line: string, hasCommand: boolean | undefined, at: Place): ListedFunction | undefined {
  const match = ROW.exec(line);
  if (match === null) return undefined;
  const [, first, second, between = '', mark, rest = ''] = match;
  const name = symbolOf(rest);
  if (ADDRESS.test(name)) return undefined;
  const shown = toShare(first);
  return {
    at,
    tool: 'perf',
    name,
    flat: second === undefined ? shown : toShare(second),
    cum: second === undefined ? undefined : shown,
    command: commandOf(between, hasCommand),
    isKernel: mark === 'k',
  };
}

/** perf fills the column up, and says of some what they are inlined in. */
function symbolOf(rest: string): string {
  const end = rest.search(/ {2}| \(inlined\)|\t| \|/u);
  return (end === -1 ? rest : rest.slice(0, end)).trimEnd();
}

/** Of `kubelet  [kernel.kallsyms]`; with one column it is the object, unless a header calls it Command. -n adds samples. */
function commandOf(between: string, hasCommand: boolean | undefined): string | undefined {
  const words = wordsOf(between).filter(word => !/^(?:\||\d{1,15})$/u.test(word));
  const least = hasCommand === true ? 1 : 2;
  return words.length >= least && hasCommand !== false ? words[0] : undefined;
}
