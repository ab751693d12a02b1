/**
 * Rules of iptables-save, `iptables -S` and `iptables -L` as pasted, and those that stand there more than once in one chain of a table;
 * also what `sort | uniq -d` and `uniq -c` leave of them. Chains and counters of packets are passed over.
 */
import type { Counted, Place } from '../model.js';
import { findCommand } from './promptLine.js';

const NONE: readonly Counted[] = [];
/** `[12:3456] -A CHAIN …` of -c, `   17 -A CHAIN …` of uniq -c. */
const RULE = /^\s{0,20}(?:(\d{1,9}) )?(?:\[\d{1,20}:\d{1,20}\] )?(-A \S.*)$/u;
/** `Chain KUBE-ROUTER-INPUT (1 references)`, above the rules of -L. */
const CHAIN = /^\s{0,20}Chain (\S{1,100}) \((?:policy|\d{1,9} references)/u;
/** `RETURN  tcp  --  anywhere  anywhere  /* … *\/`, with -v packets and bytes before it, with numbers of lines. */
const LISTED =
  /^\s{0,20}(?:\d{1,9}\s{1,20})?(?:\d{1,15}[KMGT]?\s{1,20}\d{1,15}[KMGT]?\s{1,20})?([A-Za-z]\S{0,100}\s{1,60}(?:all|tcp|udp|icmp|sctp|\d{1,3})\s{1,20}(?:--|-f|!f)\s{1,20}\S.*)$/u;
/** Rules that are remembered: of 100 characters each they have some 100 MB. */
const MOST_RULES = 500_000;
/** Fewer are a quotation. */
const LEAST_RULES = 5;
const MOST_MISSES = 20;

export class IptablesRules {
  #first: Place | undefined;
  #seen = new Set<string>();
  #rules = 0;
  #duplicates = 0;
  #table = '';
  #chain: string | undefined;
  #chains = 0;
  #misses = 0;
  /** The command showed duplicates alone: every row is one. */
  #isDuplicates = false;
  #isWhole = false;

  read(line: string, at: Place): readonly Counted[] {
    const listed = this.#chain === undefined ? undefined : LISTED.exec(line)?.[1];
    if (listed !== undefined) {
      // Without a comment rules look alike that differ by an interface, which -L does not show.
      if (listed.includes('/*')) this.#take(`${this.#chain ?? ''} ${listed.trimEnd()}`, undefined, at);
      return NONE;
    }
    const match = RULE.exec(line);
    if (match === null) return this.#readOther(line);
    this.#take(`${this.#table} ${match[2] ?? ''}`, match[1], at);
    return NONE;
  }

  #take(rule: string, counted: string | undefined, at: Place): void {
    this.#first ??= at;
    this.#misses = 0;
    this.#add(rule, counted);
  }

  finish(): readonly Counted[] {
    const at = this.#first;
    const rules = this.#rules;
    const duplicates = this.#duplicates;
    const isShown = this.#isWhole || this.#isDuplicates || rules >= LEAST_RULES;
    const isOnlyDuplicates = this.#isDuplicates;
    this.#reset();
    if (at === undefined || !isShown) return NONE;
    const counted: Counted[] = [{ at, thing: 'iptables-duplicates', value: duplicates, note: undefined }];
    if (!isOnlyDuplicates) counted.push({ at, thing: 'iptables-rules', value: rules, note: undefined });
    return counted;
  }

  #add(rule: string, counted: string | undefined): void {
    const times = counted === undefined ? 1 : Number(counted);
    this.#rules += times;
    if (this.#isDuplicates) this.#duplicates += Math.max(1, times);
    else if (this.#seen.has(rule)) this.#duplicates += times;
    else {
      this.#duplicates += times - 1;
      if (this.#seen.size < MOST_RULES) this.#seen.add(rule);
    }
  }

  #readOther(line: string): readonly Counted[] {
    const table = /^\*([a-z]{3,10})\s*$/u.exec(line)?.[1];
    if (table !== undefined) this.#table = table;
    const chain = CHAIN.exec(line)?.[1];
    // The same chain again is another table's, another node's, or another day's.
    if (chain !== undefined) this.#chain = `${chain} ${(++this.#chains).toString()}`;
    if (line.trim() === 'COMMIT') this.#isWhole = true;
    const command = line.includes('iptables') || line.includes('uniq') ? findCommand(line) : undefined;
    if (command !== undefined) {
      const before = this.finish();
      this.#isDuplicates = /\buniq -\w{0,3}[dD]/u.test(command);
      return before;
    }
    // Chains with their counters (`:KUBE-SVC-… - [0:0]`) stand above the rules of each table.
    const isOfTable = /^[:#*]|^COMMIT|^Chain |^\s*$/u.test(line);
    return this.#first !== undefined && !isOfTable && ++this.#misses > MOST_MISSES ? this.finish() : NONE;
  }

  #reset(): void {
    this.#first = undefined;
    this.#seen = new Set();
    this.#rules = 0;
    this.#duplicates = 0;
    this.#table = '';
    this.#chain = undefined;
    this.#misses = 0;
    this.#isDuplicates = false;
    this.#isWhole = false;
  }
}
