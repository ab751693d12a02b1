/**
 * What bpftrace prints of maps whose keys hold stacks: `@name[`, frames innermost first, `]: number`; kstack and ustack in
 * one key, with other parts (comm, pid), in the modes bpftrace, perf and raw. The kernel's frames are put above the
 * user's, the other parts of the key below both. Each map is a sample type, as their numbers mean different things.
 * Histograms, maps without stacks and lines of the program's own are left out, and counted.
 */
import { sentence, type Sentence } from '../../base/sentence.js';
import { PROFILE_WARNING_TEXTS } from '../fileWarnings.js';
import type { FrameIndex, Profile } from '../model.js';
import { NUMBER, ProfileBuilder } from '../profileBuilder.js';
import { LineIssues } from './lineIssues.js';
import { readLines } from './textLines.js';

const OPENING = /^@(\w*)\[(.*)$/;
/** A stack without frames. */
const EMPTY = /^@(\w*)\[\]: (-?\d{1,20})$/;
const CLOSING = /^(?:,(.*))?\]:(.*)$/s;
/** A part of a key between two stacks: `, `, `, kubelet, 1234`, `, kubelet, `. */
const BETWEEN = /^,(.*)$/;
const STATS = /^count \d+, average -?\d+, total (-?\d+)$/;
const PROGRAM = /^(?:Attach(?:ing|ed) (?:to )?\d+ probes?(?:\.\.\.)?|\^C)$/;
/** Longer lines are no frames. */
const MAX_LINE_LENGTH = 1 << 14;
/** An address, what it is called, its object: `ffffffff8109e6f4 native_write_msr+4 ([kernel.kallsyms])`. */
const PERF_FRAME = /^([0-9a-f]{5,16}) (.*?)(?: \(([^()]*(?:\([^()]*\)[^()]*)?)\))?$/;
const RAW_FRAME = /^(?:0x)?[0-9a-f]{5,16}$/;
const OFFSET = /\+(?:0x[0-9a-f]+|\d+)$/;
/** Upper half of the address space (amd64: 47 or 56 bits are the user's, arm64: 48 or 52). */
const KERNEL_ADDRESS = /^(?:0x)?ff[0-9a-f]{14}$/;
/** Where stacks of the kernel begin, or end in exceptions. */
const KERNEL_FUNCTION =
  /^(?:entry_SYSCALL_|do_syscall_64|ret_from_fork|asm_\w+|el0t?_|el1h?_|kthread$|secondary_startup_64|start_secondary|cpu_startup_entry|do_idle)/;

interface StackFrame {
  readonly name: string;
  readonly module: string;
  readonly isKernel: boolean;
}

interface Entry {
  readonly lineNumber: number;
  readonly opening: string;
  readonly map: string;
  /** Parts that are no stacks. */
  readonly keys: string[];
  /** Innermost first; an empty one is a part of the key that had no frames. */
  readonly stacks: StackFrame[][];
}

/** By lines of the beginning: an entry that opens, and a number behind its end. */
export function isBpftrace(lines: readonly string[]): boolean {
  const start = lines.findIndex(line => isOpening(line));
  return (
    start !== -1 && lines.slice(start + 1).some(line => line.length < MAX_LINE_LENGTH && CLOSING.test(line))
  );
}

function isOpening(line: string): boolean {
  return line.length < MAX_LINE_LENGTH && OPENING.test(line) && !line.includes(']:');
}

export function parseBpftrace(bytes: Uint8Array): Profile {
  const output = new BpftraceOutput();
  for (const line of readLines(bytes)) output.read(line);
  return output.build();
}

class BpftraceOutput {
  readonly #builder = new ProfileBuilder();
  readonly #issues = new LineIssues('entriesLeftOut');
  readonly #frames = new Map<string, FrameIndex>();
  readonly #maps = new Map<string, number>();
  readonly #samples: { readonly map: number; readonly stack: FrameIndex[]; readonly value: number }[] = [];
  #entry: Entry | undefined;
  #lineNumber = 0;
  /** Buckets of a histogram follow, and were counted with it. */
  #isInHistogram = false;

  read(line: string): void {
    this.#lineNumber++;
    if (line.length > MAX_LINE_LENGTH) this.#issues.add(this.#lineNumber, line);
    else if (this.#entry === undefined || isOpening(line)) this.#readOutside(line);
    else this.#readInside(line, this.#entry);
  }

  build(): Profile {
    this.#drop();
    const names = [...this.#maps.keys()];
    for (const { map, stack, value } of this.#samples)
      this.#builder.addSample(
        stack,
        names.map((_, index) => (index === map ? value : 0)),
      );
    const types = names.length === 0 ? ['samples'] : names;
    return this.#builder.build({
      format: 'bpftrace',
      sampleTypes: types.map(type => ({ type, unit: 'count' })),
      defaultSampleType: 0,
      warnings: [...warnOfMaps(names), ...this.#issues.warnings()],
    });
  }

  #readOutside(line: string): void {
    const text = line.trim();
    const opening = OPENING.exec(line);
    this.#drop();
    if (opening !== null && !line.includes(']:')) {
      this.#isInHistogram = false;
      const [, map = '', rest = ''] = opening;
      this.#entry = { lineNumber: this.#lineNumber, opening: line, map, keys: [], stacks: [[]] };
      // `@[, ` has an empty stack first; `@[kubelet, ` a name.
      if (rest.trim() !== '') this.#between(rest, this.#entry);
    } else if (EMPTY.test(text)) {
      const [, map = '', number = ''] = EMPTY.exec(text)!;
      const stacks = [[{ name: '', module: '', isKernel: false }]];
      this.#add({ lineNumber: this.#lineNumber, opening: line, map, keys: [], stacks }, number);
    } else if (text === '') this.#isInHistogram = false;
    else if (!PROGRAM.test(text) && !this.#isInHistogram) this.#issues.add(this.#lineNumber, line);
  }

  #readInside(line: string, entry: Entry): void {
    const closing = CLOSING.exec(line);
    if (closing !== null) {
      this.#entry = undefined;
      for (const key of keysOf(closing[1] ?? '')) entry.keys.push(key);
      this.#add(entry, closing[2]!.trim());
      return;
    }
    const between = BETWEEN.exec(line);
    if (between !== null) this.#between(between[1]!, entry);
    // Older versions part kstack and ustack by an empty line alone.
    else if (line.trim() === '') entry.stacks.push([]);
    else entry.stacks.at(-1)!.push(frameOf(line.trim()));
  }

  #between(text: string, entry: Entry): void {
    for (const key of keysOf(text)) entry.keys.push(key);
    entry.stacks.push([]);
  }

  #add(entry: Entry, text: string): void {
    const number = STATS.exec(text)?.[1] ?? text;
    if (!NUMBER.test(number) || Math.abs(Number(number)) > 2 ** 64) {
      this.#isInHistogram = text === '';
      this.#issues.add(entry.lineNumber, `${entry.opening} …]: ${text}`);
      return;
    }
    const type = entry.map === '' ? 'samples' : entry.map;
    let map = this.#maps.get(type);
    if (map === undefined) this.#maps.set(type, (map = this.#maps.size));
    const stack = entry.keys.map(key => this.#frame({ name: key, module: '', isKernel: false }));
    for (const frame of rootFirst(entry.stacks)) stack.push(this.#frame(frame));
    this.#samples.push({ map, stack, value: Number(number) });
  }

  /** An entry that has no end. */
  #drop(): void {
    if (this.#entry !== undefined) this.#issues.add(this.#entry.lineNumber, this.#entry.opening);
    this.#entry = undefined;
  }

  #frame({ name, module, isKernel }: StackFrame): FrameIndex {
    const object = isKernel && module === '' ? '[kernel]' : module;
    const key = `${name}\n${object}`;
    let frame = this.#frames.get(key);
    if (frame === undefined) {
      frame = this.#builder.frame(this.#builder.function({ name, module: object }));
      this.#frames.set(key, frame);
    }
    return frame;
  }
}

function keysOf(text: string): string[] {
  return text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '');
}

function frameOf(text: string): StackFrame {
  const perf = PERF_FRAME.exec(text);
  if (perf !== null) {
    const [, address = '', symbol = '', object = ''] = perf;
    const module = object === '[unknown]' ? '' : object;
    return { name: symbol.replace(OFFSET, ''), module, isKernel: isKernelFrame(address, symbol, module) };
  }
  if (RAW_FRAME.test(text))
    return {
      name: text.startsWith('0x') ? text : `0x${text}`,
      module: '',
      isKernel: KERNEL_ADDRESS.test(text),
    };
  return { name: text.replace(OFFSET, ''), module: '', isKernel: KERNEL_FUNCTION.test(text) };
}

function isKernelFrame(address: string, symbol: string, module: string): boolean {
  return module.startsWith('[kernel') || KERNEL_ADDRESS.test(address) || KERNEL_FUNCTION.test(symbol);
}

/** The user's stack below, the kernel's above: of two, kstack comes first unless the frames say otherwise. */
function rootFirst(stacks: readonly (readonly StackFrame[])[]): StackFrame[] {
  const parts = stacks.filter((stack, index) => stack.length > 0 || index < stacks.length - 1);
  const isKernel = parts.map(stack => stack.some(frame => frame.isKernel));
  if (stacks.filter(stack => stack.length > 0).length > 1 && !isKernel.includes(true)) isKernel[0] = true;
  const whole = parts.map((stack, index) =>
    stack.toReversed().map(frame => ({ ...frame, isKernel: isKernel[index]! })),
  );
  return [
    ...whole.filter((_, index) => !isKernel[index]),
    ...whole.filter((_, index) => isKernel[index]),
  ].flat();
}

function warnOfMaps(names: readonly string[]): Sentence[] {
  if (names.length < 2) return [];
  return [sentence(PROFILE_WARNING_TEXTS.severalMaps, names.length, names.join(', '))];
}
