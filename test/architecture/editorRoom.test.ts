/** `src/ui` is the room of what knows the editor: what does not, lies in a room that a test or another host can use. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const room = path.resolve(import.meta.dirname, '../../src/ui');
/** Of its files, how many import `vscode` at least. */
const SHARE = 0.9;
const MOST_LOOSE_FILES = 6;

interface RoomFile {
  /** Below the room. */
  readonly name: string;
  readonly text: string;
}

/** Those without `vscode` whose head comment does not say why they are here, and what share has it. */
function lookAt(files: readonly RoomFile[]): {
  readonly unexplained: readonly string[];
  /** They say that they do without, and do not. */
  readonly untrue: readonly string[];
  readonly share: number;
} {
  const knows = ({ text }: RoomFile): boolean => /^import (?:type )?.* from 'vscode';$/m.test(text);
  const explains = ({ text }: RoomFile): boolean =>
    /^\/\*\*[^]*?\*\//.exec(text)?.[0].includes('Without `vscode`') === true;
  const without = files.filter(file => !knows(file));
  return {
    unexplained: without.filter(file => !explains(file)).map(({ name }) => name),
    untrue: files.filter(file => knows(file) && explains(file)).map(({ name }) => name),
    share: 1 - without.length / files.length,
  };
}

const files = readdirSync(room, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => ({ name, text: readFileSync(path.join(room, name), 'utf8') }));

describe('the room of the editor', () => {
  it('has files that know the editor, and says of each other one why it is there', () => {
    const { unexplained, untrue, share } = lookAt(files);
    expect(unexplained).toEqual([]);
    expect(untrue).toEqual([]);
    expect(share).toBeGreaterThanOrEqual(SHARE);
  });

  it('has few loose files', () => {
    expect(files.filter(({ name }) => !name.includes(path.sep)).length).toBeLessThanOrEqual(MOST_LOOSE_FILES);
  });

  it('would notice a file that does not belong there', () => {
    const planted = {
      name: 'nodes/planted.ts',
      text: '/** Without a reason. */\nexport const planted = 1;\n',
    };
    expect(lookAt([...files, planted]).unexplained).toEqual(['nodes/planted.ts']);
    const explained = {
      name: 'x.ts',
      text: '/** Without `vscode`: as a test says. */\nexport const x = 1;\n',
    };
    expect(lookAt([...files, ...Array<RoomFile>(files.length).fill(explained)]).share).toBeLessThan(SHARE);
  });
});
