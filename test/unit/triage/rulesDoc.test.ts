/** docs/rules.md says of every rule what the rule says of itself. `UPDATE_DOCS=1` writes it anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULE_IDS } from '../../../src/triage/ruleIds.js';
import { RULES } from '../../../src/triage/ruleTable.js';
import { NEED_TEXTS } from '../../../src/triage/evidenceNeed.js';
import type { Rule } from '../../../src/triage/rule.js';

const FILE = new URL('../../../docs/rules.md', import.meta.url);
const BEGIN = '<!-- made from src/triage/rules -->';

/** A cell of a table: what ends it is escaped. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

function section(rule: Rule): string {
  const { command, text, risk } = rule.mitigation;
  return [
    `### ${rule.id}`,
    '',
    `**${rule.title}.** ${rule.mechanism}`,
    '',
    `- Severity: ${rule.severity}. Looks at ${rule.requires.map(need => NEED_TEXTS[need]).join('; ')}.`,
    `- Rivals: ${rule.rivals.length === 0 ? 'none' : rule.rivals.map(id => `[${id}](#${id})`).join(', ')}.`,
    `- Confirm, read-only: ${code(rule.confirm)}`,
    `- Now: ${text}${command === undefined ? '' : ` ${code(command)}`} Risk: ${risk}.`,
    `- For good: ${rule.fix}`,
    ...(rule.references.length === 0
      ? []
      : [`- Read more: ${rule.references.map(({ text: name, url }) => `[${name}](${url})`).join(', ')}`]),
    '',
  ].join('\n');
}

function made(): string {
  const rows = RULES.map(rule => `| [${rule.id}](#${rule.id}) | ${cell(rule.title)} | ${rule.severity} |`);
  return [
    BEGIN,
    '',
    '| rule | what is the matter | severity |',
    '| --- | --- | --- |',
    ...rows,
    '',
    ...RULES.map(section),
  ].join('\n');
}

describe('docs/rules.md', () => {
  it('says what the rules say', () => {
    const page = readFileSync(FILE, 'utf8');
    const head = page.slice(0, page.indexOf(BEGIN));
    expect(head).not.toBe('');
    const wanted = `${head}${made().trimEnd()}\n`;
    if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(FILE, wanted);
    else expect(page).toBe(wanted);
  });
});

describe('the table of rules', () => {
  const ids = RULES.map(({ id }) => id);

  it('has each rule once, and no id without a rule', () => {
    expect([...ids].sort()).toEqual([...RULE_IDS].sort());
  });

  it('names rivals that are rules, and never a rule itself', () => {
    for (const { id, rivals } of RULES)
      for (const rival of rivals) expect([id, ids.includes(rival), rival === id]).toEqual([id, true, false]);
  });

  it('says of every rule what to look at, what to do and where to read more', () => {
    for (const rule of RULES) {
      for (const text of [rule.title, rule.mechanism, rule.confirm, rule.mitigation.text, rule.fix])
        expect(text.trim(), rule.id).not.toBe('');
      expect(rule.requires, rule.id).not.toEqual([]);
      expect(rule.title, rule.id).not.toMatch(/[.!]$/u);
      for (const { url } of rule.references) expect(new URL(url).protocol, rule.id).toBe('https:');
    }
  });

  it('offers nothing as confirmation that changes the node', () => {
    // Redirections into files of the node, removals, restarts, and values that are set.
    const changes =
      /(?:^|[;&|]\s*)(?:rm|rmdir|mv|kill|pkill|reboot|umount|mount|tee|systemctl\s+(?:stop|restart|start|kill|reset-failed)|sysctl\s+-w|crictl\s+(?:rm|rmp|rmi|stop)|docker\s+(?:rm|rmi|stop|kill)|kubectl\s+(?:delete|drain|cordon|apply|patch))\b|>\s*\/(?!dev\/null)/u;
    for (const { id, confirm } of RULES) expect(changes.exec(confirm)?.[0], id).toBeUndefined();
  });
});
