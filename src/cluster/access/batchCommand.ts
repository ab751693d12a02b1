/**
 * How Windows starts a credential plugin that is a batch file (`az.cmd`, `kubelogin.bat`): by cmd.exe, which reads the whole
 * command line as a script. Node refuses to do it without a shell (CVE-2024-27980), kubectl does it. Starts nothing.
 *
 * Within quotes cmd.exe takes everything as it is but quotes, percent signs and line ends; a batch file that hands its
 * arguments on has them read once more. So all is quoted, and what holds one of these is refused.
 */
import path from 'node:path';

export interface BatchCommand {
  readonly file: string;
  /** As it is: no other quoting may come on top (`windowsVerbatimArguments`). */
  readonly args: readonly string[];
}

/** Windows paths, also where this is tested. */
const isBatchFile = (file: string): boolean =>
  ['.bat', '.cmd'].includes(path.win32.extname(file).toLowerCase());

// NUL ends a command line for some programs and not for others.
const UNSAFE = /["%\r\n\u0000]/;

/**
 * @param systemRoot of our own environment: a kubeconfig names variables, too
 * @returns undefined where `file` is no batch file; `unsafe` where an argument cannot be handed to cmd.exe as it is
 */
export function batchCommand(
  file: string,
  args: readonly string[],
  systemRoot: string | undefined,
): BatchCommand | 'unsafe' | undefined {
  if (!isBatchFile(file)) return undefined;
  if ([file, ...args].some(text => UNSAFE.test(text))) return 'unsafe';
  const line = [file, ...args].map(quote).join(' ');
  return {
    file: path.win32.join(systemRoot ?? 'C:\\Windows', 'System32', 'cmd.exe'),
    // /d: no commands of the registry; /e:on /v:off: whatever the registry says, `!` is no variable; /s /c: the outer
    // quotes go, the rest stays as it is.
    args: ['/d', '/e:on', '/v:off', '/s', '/c', `"${line}"`],
  };
}

/** A backslash before the closing quote would make it part of the text for programs that the batch file calls. */
function quote(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\\') end--;
  return `"${text}${text.slice(end)}"`;
}
