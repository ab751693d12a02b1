/**
 * A command and the number below it: `mount | wc -l`, `cat /proc/sys/…`, `grep -c`; several numbers in a row say how a
 * thing grew. Also sysctls with their names beside them. What a command counts is countedCommandTable.ts's.
 */
import type { Counted, CountedThing, Found, MaterialText, NodeFacts, Place, TextReader } from '../model.js';
import {
  headingLines,
  secondsCounted,
  whatCommandCounts,
  type CommandCounts,
} from './countedCommandTable.js';
import { cpuReading } from '../emptyReadings.js';
import { keep, placeOf } from './figures.js';
import { isFence, plainToolLine } from './plainToolLine.js';
import { findCommand } from './promptLine.js';

export const countedCommandsReader: TextReader = { name: 'counting commands', read: readCountedCommands };

/** Containers and sandboxes without those that run; where that is not known, so many that most cannot. */
const SURELY_EXITED = 1_000;

function readCountedCommands({ file, lines }: MaterialText): Found {
  const reader = new CommandNumbers();
  for (const [index, outside] of lines.entries()) reader.read(plainToolLine(outside), placeOf(file, index));
  const cpus = reader.numbers.find(({ counts }) => counts === 'cpus')?.value;
  const facts: Partial<NodeFacts> = cpus === undefined ? {} : { cpus };
  const cpu = reader.numbers.flatMap(({ counts, value, at }) =>
    counts === 'blocked' ? [cpuReading(at, { blocked: value })] : [],
  );
  return { counted: reader.numbers.flatMap(one => toCounted(one, reader.numbers)), cpu, facts };
}

interface CommandNumber {
  readonly at: Place;
  readonly counts: CommandCounts;
  readonly value: number;
  readonly note: string | undefined;
}

function toCounted(one: CommandNumber, all: readonly CommandNumber[]): readonly Counted[] {
  const { at, counts, value, note } = one;
  if (counts === 'cpus' || counts === 'blocked') return [];
  if (counts === 'all-containers') return exited(one, all, 'containers-running', 'containers-exited');
  if (counts === 'all-sandboxes') return exited(one, all, 'pods', 'sandboxes-exited');
  return [{ at, thing: counts, value, note }];
}

function exited(
  { at, value, note }: CommandNumber,
  all: readonly CommandNumber[],
  running: CountedThing,
  thing: CountedThing,
): readonly Counted[] {
  const known = all.find(({ counts }) => counts === running)?.value;
  const rest = known === undefined ? value : value - known;
  return rest > 0 && (known !== undefined || value >= SURELY_EXITED)
    ? [{ at, thing, value: rest, note }]
    : [];
}

/** `1058`, `1,058`, wc's `1058 /proc/self/mountinfo`. */
const NUMBER = /^\s{0,40}(\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?: (?:\/\S{1,400}|total|-))?\s{0,200}$/u;
/** Behind the command: `mount | wc -l => 1058`. */
const BESIDE = /\bwc -l[`'"]? {0,4}(?:=>|->|→|[=:#]|returns?|gives|shows|prints|is) {0,4}(\d{1,9})\b/u;
/** `fs.inotify.max_user_instances = 128`, `/proc/sys/…/nf_conntrack_count:1234`, inotify-info's `max_user_watches  500,132`. */
const SYSCTL =
  /\b(max_user_instances|max_user_watches|nf_conntrack_count|nf_conntrack_max|bpf_jit_limit)\s{0,20}[:=]?\s{0,20}(\d{1,3}(?:,\d{3}){1,4}|\d{1,15})\s{0,200}$/u;
/** `fs.dentry-state = 1234 1200 45 0 0 0`, or the file itself: dentries, unused ones, and four more. */
const DENTRIES =
  /^(?:fs\.dentry-state ?= ?)?(\d{1,12})\s{1,8}(\d{1,12})\s{1,8}\d{1,6}\s{1,8}\d{1,6}\s{1,8}\d{1,12}\s{1,8}\d{1,6}$/u;
/** Of wc over the mountinfo of all processes: each line is of a mount namespace. */
const MOUNTS_OF = /^\s{0,20}(\d{1,9}) \/proc\/(?:\d{1,8}|self)\/mount(?:s|info)\s{0,20}$/u;
/** Warnings and blank lines between a command and its number. */
const MOST_MISSES = 5;

class CommandNumbers {
  readonly numbers: CommandNumber[] = [];
  #pending: readonly { readonly command: string; readonly counts: CommandCounts | undefined }[] = [];
  #next = 0;
  #misses = 0;
  #asksDentries = false;

  read(line: string, at: Place): void {
    if (this.#readNamed(line, at) || this.#readMounts(line, at)) return;
    const number = NUMBER.exec(line)?.[1];
    if (number !== undefined) this.#take(Number(number.replaceAll(',', '')), at);
    else this.#readCommand(line, at);
  }

  /** Numbers that say themselves of what they are. */
  #readNamed(line: string, at: Place): boolean {
    const [, name, value] = SYSCTL.exec(line) ?? [];
    const counts = name === undefined || />/u.test(line) ? undefined : whatCommandCounts(name);
    if (counts !== undefined && value !== undefined) {
      keep(this.numbers, { at, counts, value: Number(value.replaceAll(',', '')), note: undefined });
      return true;
    }
    const dentries = DENTRIES.exec(line.trim());
    if (dentries === null || !(this.#asksDentries || line.includes('dentry-state'))) return false;
    keep(this.numbers, { at, counts: 'dentries', value: Number(dentries[1]), note: undefined });
    keep(this.numbers, { at, counts: 'dentries-unused', value: Number(dentries[2]), note: undefined });
    return true;
  }

  #readMounts(line: string, at: Place): boolean {
    const mounts = MOUNTS_OF.exec(line)?.[1];
    if (mounts === undefined) return false;
    keep(this.numbers, { at, counts: 'mounts', value: Number(mounts), note: line.trim() });
    return true;
  }

  #readCommand(line: string, at: Place): void {
    const command = findCommand(line);
    if (command === undefined || command.startsWith('Warning')) {
      // A date or a fence stands between numbers of a loop.
      if (line.trim() !== '' && !isFence(line) && ++this.#misses > MOST_MISSES) this.#pending = [];
      return;
    }
    this.#asksDentries = command.includes('dentry-state');
    this.#pending = piecesOf(command).map(piece => ({ command: piece, counts: whatCommandCounts(piece) }));
    this.#next = 0;
    this.#misses = 0;
    const beside = BESIDE.exec(line.slice(0, 4096))?.[1];
    if (beside !== undefined) this.#take(Number(beside), at);
  }

  /** The number is the next piece's; one piece may have many, in a loop or under `watch`. */
  #take(value: number, at: Place): void {
    const piece = this.#pending[this.#next];
    if (piece === undefined) return;
    this.#misses = Math.max(0, MOST_MISSES - 2);
    if (this.#pending.length > 1) this.#next++;
    if (piece.counts === undefined) return;
    const counted = Math.max(0, value - headingLines(piece.command)) / secondsCounted(piece.command);
    keep(this.numbers, { at, counts: piece.counts, value: counted, note: piece.command.slice(0, 200) });
  }
}

/** `crictl ps -a | wc -l; crictl ps | wc -l` prints two numbers. A loop prints as many as it likes, of one thing. */
function piecesOf(command: string): readonly string[] {
  if (command.length > 4096 || /\b(?:for|while|until)\b/u.test(command)) return [command];
  const pieces = command.split(/;|&&/u).filter(piece => /\S/u.test(piece));
  const printing = pieces.filter(piece => !/^\s*(?:cd|sleep|export|set|sudo -i|clear)\b/u.test(piece));
  return printing.length === 0 ? [command] : printing.slice(0, 20);
}
