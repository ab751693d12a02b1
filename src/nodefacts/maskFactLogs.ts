/**
 * The file as it is kept: in logs and command lines what looks like a credential is masked, before the file is written or
 * shown. The other sections are numbers and names of the node.
 */
import { maskSecrets } from '../base/maskSecrets.js';

const MASKED = /^# section: (?:kernel-log|journal|commands) /u;

/** Line for line, so that places stay. */
export function maskFactLogs(text: string): string {
  let isMasked = false;
  return text
    .split('\n')
    .map(line => {
      if (line.startsWith('#')) isMasked = MASKED.test(line);
      // A line without a word stays: maskSecrets would look for one further on.
      return isMasked && !line.startsWith('#') && line.trim() !== '' ? maskSecrets(line) : line;
    })
    .join('\n');
}
