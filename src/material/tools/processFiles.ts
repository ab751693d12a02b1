/**
 * Files of one process: /proc/PID/stack says what it waits in, /proc/PID/status its name and state. They become rows of
 * processes, as if ps had shown them. Stacks of a kernel log are read elsewhere.
 */
import type { Found, MaterialText, ProcessRow, TextReader } from '../model.js';
import { processRow } from '../emptyReadings.js';
import { keep, placeOf, toWhole } from './figures.js';
import { plainToolLine } from './plainToolLine.js';
import { findCommand } from './promptLine.js';

export const processFilesReader: TextReader = { name: 'files of a process', read: readProcessFiles };

type Waiting = Partial<Omit<ProcessRow, 'at' | 'tool' | 'command'>>;

function readProcessFiles({ file, lines }: MaterialText): Found {
  const processes: ProcessRow[] = [];
  const stacks = new ProcessStacks();
  const status = new ProcessStatus();
  for (const [index, outside] of lines.entries()) {
    const line = plainToolLine(outside);
    const at = placeOf(file, index);
    const waiting = stacks.read(line);
    if (waiting !== undefined) keep(processes, processRow(at, 'ps', '', waiting));
    const row = status.read(line);
    if (row !== undefined) keep(processes, processRow(at, 'ps', row.command, row.known));
  }
  return { processes };
}

/** `[<0>] io_schedule+0x16/0x40`, `[<ffffffff811e1a2b>] …`: lines of /proc/PID/stack begin with the address. */
const STACK_LINE = /^\s{0,8}\[<([\da-f]{1,16})>\] ([\w.]{1,200})\+0x/u;

/**
 * The innermost function of each stack that stands below a `/proc/PID/stack`, or has the address 0 that only this file
 * shows (since 4.15): posts leave the command away.
 */
class ProcessStacks {
  #asked: Waiting | undefined;
  #isInside = false;

  read(line: string): Waiting | undefined {
    const [, address, waitsIn] = STACK_LINE.exec(line) ?? [];
    if (waitsIn === undefined) {
      this.#isInside = false;
      this.#listen(line);
      return undefined;
    }
    const isFirst = !this.#isInside;
    this.#isInside = true;
    if (!isFirst || (this.#asked === undefined && address !== '0')) return undefined;
    return { ...this.#asked, waitsIn };
  }

  /** The path may be a prompt's, a loop's or a heading; another command or a kernel log's trace ends it. */
  #listen(line: string): void {
    const path = /\/proc\/(\d{1,8}|[\w$*{}]{1,40})\/(?:task\/[\w$*]{1,40}\/)?stack\b/u.exec(line);
    if (path !== null) this.#asked = { pid: toWhole(path[1]) };
    else if (/Call Trace|^\[ {0,8}\d{1,10}\.\d{6}\]/u.test(line)) this.#asked = undefined;
    else if (/[#$] \S/u.test(line) && findCommand(line) !== undefined) this.#asked = undefined;
  }
}

/** `Name:`, `State:` and `Pid:` of /proc/PID/status, which begin with the name. */
class ProcessStatus {
  #name: string | undefined;
  #state: string | undefined;

  read(line: string): { readonly command: string; readonly known: Waiting } | undefined {
    const [, key, value = ''] = /^(Name|State|Pid):\s{1,8}(\S.{0,100})$/u.exec(line.trim()) ?? [];
    if (key === 'Name') {
      this.#name = value;
      this.#state = undefined;
    }
    if (key === 'State' && this.#name !== undefined) this.#state = /^([A-Z]) \(/iu.exec(value)?.[1];
    const command = this.#name;
    const state = this.#state;
    if (key !== 'Pid' || command === undefined || state === undefined) return undefined;
    this.#name = undefined;
    return { command, known: { pid: toWhole(value), state } };
  }
}
