/** One function of a location in `go tool pprof -raw`: `name file:line[:column] s=first line[(name in the binary)]`. */

export interface PprofSourceLine {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly startLine: number;
}

/** Behind the file; the name in the binary is looked at apart, as it may hold anything. */
const POSITION = /:(-?\d+)(?::-?\d+)? s=(-?\d+)/g;
/** A path from the root may hold spaces. */
const ROOTED = / (?=\/|[A-Za-z]:[\\/])/;

/**
 * Undefined for what is no such line. Time is linear in `text`: one expression for all of it would try each end of the
 * name with each end of the file.
 */
export function parsePprofSourceLine(text: string): PprofSourceLine | undefined {
  const positions = [...text.matchAll(POSITION)].filter(({ 0: position, index }) => {
    const rest = index + position.length;
    return rest === text.length || (text[rest] === '(' && text.endsWith(')'));
  });
  const rooted = ROOTED.exec(text)?.index ?? text.length;
  const behindRoot = positions.find(({ index }) => index > rooted + 1);
  const position = behindRoot ?? positions.at(-1);
  if (position === undefined) return undefined;
  // A function without a name or file is ` :0:0 s=0`.
  const blank = behindRoot === undefined ? text.slice(0, position.index).lastIndexOf(' ') : rooted;
  return {
    name: text.slice(0, Math.max(0, blank)),
    file: text.slice(blank + 1, position.index),
    line: Number(position[1]),
    startLine: Number(position[2]),
  };
}
