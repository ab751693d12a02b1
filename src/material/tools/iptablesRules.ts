/**
 * Rules of iptables-save and `iptables -S` as pasted, and those that stand there more than once in one chain of a table;
 * also what `sort | uniq -d` and `uniq -c` leave of them. Chains and counters of packets are passed over.
 */
import type { Counted, Place } from '../model.js';
import { findCommand } from './promptLine.js';

const NONE: readonly Counted[] = [];
/** `[12:3456] -A CHAIN …` of -c, `   17 -A CHAIN …` of uniq -c. */
const RULE = /^\s{0,20}(?:(\d{1,9}) )?(?:\[\d{1,20}:\d{1,20}\] )?(-A \S.*)$/u;
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
  #misses = 0;
  /** The command showed duplicates alone: every row is one. */
  #isDuplicates = false;
  #isWhole = false;

  read(line: string, at: Place): readonly Counted[] {
    const match = RULE.exec(line);
    if (match === null) return this.#readOther(line);
    this.#first ??= at;
    this.#misses = 0;
    this.#add(`${this.#table} ${match[2] ?? ''}`, match[1]);
    return NONE;
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
    if (line.trim() === 'COMMIT') this.#isWhole = true;
    const command = line.includes('iptables') || line.includes('uniq') ? findCommand(line) : undefined;
    if (command !== undefined) {
      const before = this.finish();
      this.#isDuplicates = /\buniq -\w{0,3}[dD]/u.test(command);
      return before;
    }
    // Chains with their counters (`:KUBE-SVC-… - [0:0]`) stand above the rules of each table.
    const isOfTable = /^[:#*]|^COMMIT|^\s*$/u.test(line);
    return this.#first !== undefined && !isOfTable && ++this.#misses > MOST_MISSES ? this.finish() : NONE;
  }

  #reset(): void {
    this.#first = undefined;
    this.#seen = new Set();
    this.#rules = 0;
    this.#duplicates = 0;
    this.#table = '';
    this.#misses = 0;
    this.#isDuplicates = false;
    this.#isWhole = false;
  }
}
