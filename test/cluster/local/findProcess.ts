/** A process of the box, found from outside of it. */
import { readdirSync, readFileSync } from 'node:fs';

/** PID, as this machine counts, of the process of that name that has that argument; undefined where there is none. */
export function findProcess(name: string, argument: string): number | undefined {
  for (const pid of readdirSync('/proc').filter(entry => /^\d+$/.test(entry)))
    try {
      // By name first: a shell or an nsenter that starts the program has the same arguments.
      if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== name) continue;
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(argument)) return Number(pid);
    } catch {
      // It ended while we looked.
    }
  return undefined;
}
