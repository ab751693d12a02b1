/**
 * A command line to paste into a terminal. On Windows for PowerShell, which VS Code opens there by default; cmd knows no
 * quote that takes every file name literally. Elsewhere for any POSIX shell.
 */

/** Taken literally by POSIX shells, PowerShell and cmd; a drive's backslashes are, on Windows alone. */
const BARE = /^[A-Za-z0-9_./:@+,-]+$/u;
const BARE_ON_WINDOWS = /^[A-Za-z0-9_./\\:+-]+$/u;
/** PowerShell ends a string at typographic single quotes as well (about_Quoting_Rules, CharTraits.IsSingleQuote). */
const POWERSHELL_QUOTES = /['\u2018-\u201b]/gu;

/** `words` as one line that gives the shell exactly these arguments. NUL cannot be in an argument, and is not kept. */
export function quoteCommand(words: readonly string[], isWindows: boolean): string {
  return words.map(word => quoteWord(word.replaceAll('\0', ''), isWindows)).join(' ');
}

function quoteWord(word: string, isWindows: boolean): string {
  if (isWindows) return BARE_ON_WINDOWS.test(word) ? word : `'${word.replace(POWERSHELL_QUOTES, '$&$&')}'`;
  return BARE.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
