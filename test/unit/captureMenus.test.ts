/** What package.json offers on each kind of row of the Captures view: nothing that cannot work there. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAPTURE_ITEM, COMMANDS, ITEM, VIEWS } from '../../src/words/ids.js';

interface MenuItem {
  readonly command: string;
  readonly group?: string;
  readonly when?: string;
}
const manifest = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'),
) as { readonly contributes: { readonly menus: Readonly<Record<string, readonly MenuItem[]>> } };

function isOffered(command: string, contextValue: string): boolean {
  const matches = (term: string): boolean => {
    if (term === `view == ${VIEWS.captures}`) return true;
    const [, operator, value = ''] = /^viewItem (==|=~) (.+)$/.exec(term) ?? [];
    if (operator === '==') return contextValue === value;
    return operator === '=~' && new RegExp(value.slice(1, -1)).test(contextValue);
  };
  return (manifest.contributes.menus['view/item/context'] ?? []).some(
    item => item.command === command && (item.when ?? '').split(' && ').every(matches),
  );
}

const KINDS = Object.values(CAPTURE_ITEM);
const GROUPS = [ITEM.captureCase, ITEM.captureNode];
const ON_DISK = KINDS.filter(kind => kind !== 'starting');
const GOOD = ON_DISK.filter(kind => kind !== 'invalid');
const WITH_FILE = GOOD.filter(kind => kind !== 'empty');

describe('rows of captures', () => {
  it.each([
    [COMMANDS.openCapture, WITH_FILE, []],
    [COMMANDS.revealCapture, ON_DISK, []],
    [COMMANDS.exportCapture, WITH_FILE, []],
    [COMMANDS.exportBundle, GOOD, GROUPS],
    [COMMANDS.deleteCapture, ON_DISK.filter(kind => kind !== 'running'), GROUPS],
    [COMMANDS.renameCapture, GOOD, [ITEM.captureCase]],
    [COMMANDS.openHotFrames, ['running', 'profile'], []],
    [COMMANDS.stopAndKeep, ['starting', 'running'], []],
  ])('offer %s where it can work', (command, kinds, groups) => {
    const values = [...KINDS.map(kind => `${ITEM.capture}.${kind}`), ...GROUPS, ITEM.notice];
    expect(values.filter(value => isOffered(command, value))).toEqual([
      ...KINDS.filter(kind => (kinds as readonly string[]).includes(kind)).map(
        kind => `${ITEM.capture}.${kind}`,
      ),
      ...GROUPS.filter(group => (groups as readonly string[]).includes(group)),
    ]);
  });
});
