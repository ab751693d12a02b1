/**
 * `# key: value` lines of a kernel trace that our own script wrote. The kernel's comments and those of other tools are
 * left alone.
 */
import type { Architecture } from '../base/syscallNumbers.js';

/** The first line of a file by our script. */
export const OUR_FIRST_LINE = '# node-triage: kernel trace 1';

export class TraceHeader {
  private readonly values = new Map<string, string>();
  /** Name of each thread that was traced from the start, by the number it has in the events. */
  readonly threadNames = new Map<number, string>();

  take(line: string): void {
    const found = /^# ([a-z][a-z-]*): (.*)$/.exec(line);
    if (found === null) return;
    const [, key = '', value = ''] = found;
    const thread = key === 'thread' ? /^(\d+) \d+ (.*)$/.exec(value) : null;
    if (thread !== null) this.threadNames.set(Number(thread[1]), thread[2] ?? '');
    else this.values.set(key, value);
  }

  number(key: 'lost' | 'threads-existing' | 'threads-traced'): number | undefined {
    const value = this.values.get(key);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  }

  get isLimitReached(): boolean {
    return this.values.get('limit-reached') === 'yes';
  }

  get isFilesCut(): boolean {
    return this.values.get('fds-cut') === 'yes';
  }
}

/** Machines as `uname -m` names them. */
const ARCHITECTURES = new Map<string, Architecture>([
  ['x86_64', 'amd64'],
  ['aarch64', 'arm64'],
]);

/** By `# machine:`; undefined where the text does not say, or names one without a table. */
export function architectureIn(head: string): Architecture | undefined {
  return ARCHITECTURES.get(/^# machine: (\S+)$/m.exec(head)?.[1] ?? '');
}
