import { describe, expect, it } from 'vitest';
import { batchCommand } from '../../../src/cluster/access/batchCommand.js';

const ROOT = 'C:\\Windows';

describe('a batch file', () => {
  it('is started by the system’s cmd.exe, all of its arguments in quotes', () => {
    expect(
      batchCommand('C:\\Program Files\\az\\az.CMD', ['get-token', '--name', 'a b&c|d^e!f', ''], ROOT),
    ).toEqual({
      file: 'C:\\Windows\\System32\\cmd.exe',
      args: [
        '/d',
        '/e:on',
        '/v:off',
        '/s',
        '/c',
        '""C:\\Program Files\\az\\az.CMD" "get-token" "--name" "a b&c|d^e!f" """',
      ],
    });
  });

  it('gets a backslash at an argument’s end twice: the quote behind it ends the argument', () => {
    const command = batchCommand('C:\\a.bat', ['C:\\x\\'], ROOT);
    expect(command).toMatchObject({ args: expect.arrayContaining(['""C:\\a.bat" "C:\\x\\\\""']) as unknown });
  });

  it.each(['a"&calc&"', '%PATH%', '100%', 'a\nb', 'a\rb', 'a\0b'])(
    'is refused what cmd.exe would read: %j',
    argument => {
      expect(batchCommand('C:\\a.cmd', [argument], ROOT)).toBe('unsafe');
      expect(batchCommand(`C:\\${argument}.cmd`, [], ROOT)).toBe('unsafe');
    },
  );

  it.each(['C:\\a.exe', 'C:\\a.cmd.exe', 'C:\\a', '/usr/bin/a'])('is not %s', file => {
    expect(batchCommand(file, ['%x%'], ROOT)).toBeUndefined();
  });
});
