/**
 * Tables whose rows are counted, where the table was pasted and not its number: mounts, iptables-save, ipvsadm, systemd's
 * units, containers that have exited, inotify instances by
 * process, /proc/vmallocinfo, lsblk. A table that a post cuts short counts less than there is.
 */
import type { Counted, CountedThing, Found, MaterialText, Place, TextReader } from '../model.js';
import { keep, placeOf } from './figures.js';
import { IptablesRules } from './iptablesRules.js';
import { plainToolLine } from './plainToolLine.js';
import { findCommand } from './promptLine.js';

export const countedTablesReader: TextReader = { name: 'counted tables', read: readCountedTables };

function readCountedTables({ file, lines }: MaterialText): Found {
  const counted: Counted[] = [];
  const tables: readonly RowCounter[] = [
    new MountRows(),
    ...ROWS.map(rows => new PlainRows(rows)),
    new UniqRows(),
    new IptablesRules(),
  ];
  for (const [index, outside] of lines.entries()) {
    const line = plainToolLine(outside);
    const at = placeOf(file, index);
    keep(counted, readTotal(line, at));
    for (const table of tables) for (const row of table.read(line, at)) keep(counted, row);
  }
  for (const table of tables) for (const row of table.finish()) keep(counted, row);
  return { counted };
}

/** Counts one kind of row, and says how many there were once the table has ended. */
export interface RowCounter {
  read(line: string, at: Place): readonly Counted[];
  finish(): readonly Counted[];
}

const NONE: readonly Counted[] = [];

/** inotify-info and inotify-consumers add up themselves. */
function readTotal(line: string, at: Place): Counted | undefined {
  const match =
    /\bTotal inotify (Watches|Instances): {1,20}([\d,]{1,15})|^\s{0,20}([\d,]{1,15}) {1,8}(WATCHES|INSTANCES) TOTAL COUNT/u.exec(
      line,
    );
  if (match === null) return undefined;
  const value = Number((match[2] ?? match[3] ?? '').replaceAll(',', ''));
  const kind = (match[1] ?? match[4] ?? '').toLowerCase();
  const thing = kind === 'watches' ? 'inotify-watches' : 'inotify-instances';
  return Number.isNaN(value) ? undefined : { at, thing, value, note: undefined };
}

/** Lines that are no row, after which a table has ended: headings, wrapped rows, `...`. */
const MOST_MISSES = 20;

const LONGEST_ROW = 2_000;

interface Rows {
  readonly thing: CountedThing;
  readonly row: RegExp;
  /** Rows fewer than these are an example in a text. */
  readonly least: number;
  /** What a row's first group adds, instead of one. */
  readonly sums?: true;
}

const ROWS: readonly Rows[] = [
  {
    thing: 'systemd-scopes',
    row: /^[\s●*]{0,8}\S{1,300}\.scope {1,200}(?:loaded|not-found|masked)\b|[─-] ?\S{1,300}\.scope$/u,
    least: 20,
  },
  {
    thing: 'systemd-slices',
    row: /^[\s●*]{0,8}\S{1,300}\.slice {1,200}(?:loaded|not-found|masked)\b|[─-] ?\S{1,300}\.slice$/u,
    least: 20,
  },
  // `docker ps -a`, `crictl ps -a`, `crictl pods`: the id is first, and cut to 12 or 13 characters.
  {
    thing: 'containers-exited',
    row: /^[\da-f]{12,64} .{1,300} Exited(?: \(\d{1,3}\) | {2,40}\S)/u,
    least: 20,
  },
  {
    thing: 'sandboxes-exited',
    row: /^[\da-f]{12,64} {1,20}\S.{1,60} (?:Not[Rr]eady|SANDBOX_NOTREADY) {1,30}\S/u,
    least: 20,
  },
  // inotify_watcher.sh, a script of many threads: `kubelet /usr/bin/kubelet 2211 /proc/2211/fdinfo/9 1204`.
  {
    thing: 'inotify-watches',
    row: /^\S{1,60} {1,40}\S{1,300} {1,40}\d{1,8} {1,20}\/proc\/\d{1,8}\/fdinfo\/\d{1,6} {1,20}(\d{1,9})\s*$/u,
    least: 2,
    sums: true,
  },
  {
    thing: 'inotify-instances',
    row: /^\S{1,60} {1,40}\S{1,300} {1,40}\d{1,8} {1,20}\/proc\/\d{1,8}\/fdinfo\/\d{1,6} {1,20}\d{1,9}\s*$/u,
    least: 2,
  },
  {
    thing: 'ipvs-entries',
    row: /^(?:TCP|UDP|SCTP|FWM) {1,4}\S{3,60} {1,8}[a-z]{2,8}\b|^ {1,4}-> \S{1,60}:\d{1,5} {1,20}(?:Masq|Route|Tunnel|Local)\b/u,
    least: 2,
  },
  {
    thing: 'bpf-jit-bytes',
    row: /^0x[\da-f]{8,16}-0x[\da-f]{8,16} {1,12}(\d{1,12}) bpf_(?:jit|prog_pack)/u,
    least: 1,
    sums: true,
  },
  {
    thing: 'block-devices',
    row: /^\S{0,8} {0,8}\S{1,80} {1,40}\d{1,4}:\d{1,8} {1,8}[01] {1,20}[\d.,]{1,8}[BKMGTP] {1,4}[01] (?:disk|loop|lvm|mpath|crypt|dm)\b/u,
    least: 2,
  },
];

class PlainRows implements RowCounter {
  #first: Place | undefined;
  #count = 0;
  #sum = 0;
  #misses = 0;

  constructor(private readonly rows: Rows) {}

  read(line: string, at: Place): readonly Counted[] {
    const match = line.length > LONGEST_ROW ? null : this.rows.row.exec(line);
    if (match === null)
      return this.#first !== undefined && ++this.#misses > MOST_MISSES ? this.finish() : NONE;
    this.#first ??= at;
    this.#misses = 0;
    this.#count++;
    this.#sum += this.rows.sums === undefined ? 1 : Number(match[1]);
    return NONE;
  }

  finish(): readonly Counted[] {
    const at = this.#first;
    const value = this.#sum;
    const isTable = this.#count >= this.rows.least;
    this.#first = undefined;
    this.#count = 0;
    this.#sum = 0;
    this.#misses = 0;
    return at === undefined || !isTable ? NONE : [{ at, thing: this.rows.thing, value, note: undefined }];
  }
}

/** mount's, /proc/mounts' and mountinfo's rows. */
const MOUNT =
  /^\S{1,400} on \/\S{0,800} type \S{1,40} \(|^\S{1,400} \/\S{0,800} \S{1,40} r[wo](?:,\S{0,2000})? \d \d$|^\d{1,8} \d{1,8} \d{1,5}:\d{1,8} \/\S{0,800} \/\S{0,800} /u;
const LEAST_MOUNTS = 20;

class MountRows implements RowCounter {
  #first: Place | undefined;
  #count = 0;
  #overlays = 0;
  #volumes = 0;
  #loops = 0;
  #misses = 0;

  read(line: string, at: Place): readonly Counted[] {
    if (!MOUNT.test(line))
      return this.#first !== undefined && ++this.#misses > MOST_MISSES ? this.finish() : NONE;
    this.#first ??= at;
    this.#misses = 0;
    this.#count++;
    if (/\boverlay\b/u.test(line)) this.#overlays++;
    if (/\/pods\/[\w-]{1,64}\/volumes?/u.test(line)) this.#volumes++;
    if (line.includes('/dev/loop')) this.#loops++;
    return NONE;
  }

  finish(): readonly Counted[] {
    const at = this.#first;
    const value = this.#count;
    const note = `overlay ${this.#overlays}, volumes of pods ${this.#volumes}, loop ${this.#loops}`;
    this.#first = undefined;
    this.#count = 0;
    this.#overlays = 0;
    this.#volumes = 0;
    this.#loops = 0;
    this.#misses = 0;
    return at === undefined || value < LEAST_MOUNTS ? NONE : [{ at, thing: 'mounts', value, note }];
  }
}

/** What `… | sort | uniq -c` counts, by a word of the command. */
const UNIQ: readonly { readonly thing: CountedThing; readonly words: RegExp }[] = [
  { thing: 'inotify-instances', words: /\binotify\b/u },
  { thing: 'mounts', words: /\bmount\b|\bmounts\b|\bmountinfo\b/u },
];

/** `      5  6795 root     kubelet`, below a command that counts equal lines: their sum, and the most of one. */
class UniqRows implements RowCounter {
  #thing: CountedThing | undefined;
  #first: Place | undefined;
  #sum = 0;
  #most = { count: 0, name: '' };

  read(line: string, at: Place): readonly Counted[] {
    const row = /^\s{1,20}(\d{1,7}) (\s{0,10}\S.{0,200})$/u.exec(line);
    if (this.#thing !== undefined && row !== null) {
      const count = Number(row[1]);
      this.#first ??= at;
      this.#sum += count;
      if (count > this.#most.count) this.#most = { count, name: (row[2] ?? '').trim() };
      return NONE;
    }
    const command = findCommand(line);
    if (command === undefined) return NONE;
    const before = this.finish();
    const isUniq = /\buniq -\w{0,3}c/u.test(command);
    this.#thing = isUniq ? UNIQ.find(({ words }) => words.test(command))?.thing : undefined;
    return before;
  }

  finish(): readonly Counted[] {
    const at = this.#first;
    const thing = this.#thing;
    const value = this.#sum;
    const note = `most: ${this.#most.count} of ${this.#most.name}`;
    this.#first = undefined;
    this.#sum = 0;
    this.#most = { count: 0, name: '' };
    return at === undefined || thing === undefined ? NONE : [{ at, thing, value, note }];
  }
}
