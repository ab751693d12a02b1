/** One time axis from whichever stamps strace was told to print. */
import type { LineTime } from './linePrefix.js';

const SECONDS_OF_DAY = 86_400;

/** In seconds since the first stamp. */
export class LogClock {
  private first: number | undefined;
  private last = 0;
  private days = 0;
  private previousOfDay = 0;

  read(time: LineTime): number {
    const now = this.absolute(time);
    this.first ??= now;
    this.last = Math.max(this.last, now);
    return now - this.first;
  }

  private absolute(time: LineTime): number {
    switch (time.kind) {
      case 'epoch':
        return time.seconds;
      case 'relative':
        return this.last + time.seconds;
      case 'clock':
        // Back by more than half a day is midnight; back by less is two threads' lines out of order.
        if (time.secondsOfDay < this.previousOfDay - SECONDS_OF_DAY / 2) this.days++;
        this.previousOfDay = time.secondsOfDay;
        return this.days * SECONDS_OF_DAY + time.secondsOfDay;
    }
  }

  get spanSeconds(): number | undefined {
    return this.first === undefined ? undefined : this.last - this.first;
  }
}
