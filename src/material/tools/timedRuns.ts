/** How often a timed command line did its work: loops of a shell are timed as a whole. */

/** Loops longer than this are no loops over one file. */
const MOST_RUNS = 1_000_000;

/** Undefined: many times, and how many is not in the text (a glob, find, xargs, `while`). */
export function runsOf(command: string): number | undefined {
  if (/\bxargs\b|-exec\b|\*\S{0,200}memory\.|\b(?:while|until)\b/u.test(command)) return undefined;
  const loop = /\bfor\b(.{1,400}?)(?:;|\bdo\b|$)/u.exec(command)?.[1];
  if (loop === undefined) return 1;
  const runs = ofRange(command) ?? ofWords(loop);
  return runs !== undefined && runs >= 1 && runs <= MOST_RUNS ? runs : undefined;
}

/** `{1..100}`, `$(seq 1 100)`, `((i=0;i<100;i++))`. */
function ofRange(command: string): number | undefined {
  const braces = /\bin \{(\d{1,7})\.\.(\d{1,7})\}/u.exec(command);
  if (braces !== null) return Math.abs(Number(braces[2]) - Number(braces[1])) + 1;
  const seq = /\bin (?:\$\(|`)seq (?:(\d{1,7}) )?(\d{1,7})(?=[)` ])/u.exec(command);
  if (seq !== null) return Number(seq[2]) - Number(seq[1] ?? '1') + 1;
  const counter = /\(\( ?\w{1,20} ?= ?(\d{1,7}) ?; ?\w{1,20} ?<(=?) ?(\d{1,7})/u.exec(command);
  if (counter === null) return undefined;
  return Number(counter[3]) - Number(counter[1]) + (counter[2] === '=' ? 1 : 0);
}

/** `for i in 1 2 3`: words that a shell does not expand. */
function ofWords(loop: string): number | undefined {
  const words = (/\bin (.{1,400})$/u.exec(loop.trimEnd())?.[1] ?? '').trim().split(/\s+/u);
  return words[0] === '' || words.some(word => /[*?[\]{}$`()]/u.test(word)) ? undefined : words.length;
}
