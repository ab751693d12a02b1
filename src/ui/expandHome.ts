/** `~` at the start of each path of a list becomes the home directory, as a shell would do it. Nothing else is expanded. */
import { homedir } from 'node:os';
import path from 'node:path';

export function expandHome(paths: string, home = homedir(), separator = path.delimiter): string {
  return paths
    .split(separator)
    .map(one => (one === '~' || /^~[/\\]/.test(one) ? home + one.slice(1) : one))
    .join(separator);
}
