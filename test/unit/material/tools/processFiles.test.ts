import { describe, expect, it } from 'vitest';
import { processFilesReader } from '../../../../src/material/tools/processFiles.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => processFilesReader.read(materialText(text)).processes ?? [];

describe('files of a process', () => {
  it('takes the innermost function of each stack', () => {
    const text = `
# cat /proc/88123/stack
[<0>] rwsem_down_write_slowpath+0x2a1/0x500
[<0>] do_unlinkat+0x11/0x2f0
# cat /proc/311/stack
[<ffffffff811e1a2b>] jbd2_log_wait_commit+0xac/0x120 [jbd2]
[<ffffffff811e1a2b>] do_fsync+0x3d/0x70`;
    expect(read(text)).toMatchObject([
      { at: { line: 2 }, pid: 88123, waitsIn: 'rwsem_down_write_slowpath', state: undefined, command: '' },
      { at: { line: 5 }, pid: 311, waitsIn: 'jbd2_log_wait_commit' },
    ]);
  });

  it('knows a stack without its command by its address', () => {
    expect(
      read('```\n[<0>] ovl_destroy_inode+0x15/0x60 [overlay]\n[<0>] __dentry_kill+0xd5/0x170\n```'),
    ).toMatchObject([{ waitsIn: 'ovl_destroy_inode', pid: undefined }]);
  });

  it('reads name and state', () => {
    expect(
      read(
        'Name:\trunc:[2:INIT]\nUmask:\t0022\nState:\tD (disk sleep)\nTgid:\t31369\nNgid:\t0\nPid:\t31369\nPPid:\t1',
      ),
    ).toMatchObject([{ command: 'runc:[2:INIT]', state: 'D', pid: 31369 }]);
  });

  it.each([
    '[ 1234.567890] Call Trace:\n[ 1234.567890]  [<ffffffff811e1a2b>] ? schedule+0x29/0x70',
    'Call Trace:\n [<ffffffff811e1a2b>] schedule+0x29/0x70',
    '# cat /proc/1/stack\n# dmesg\n[<ffffffff811e1a2b>] schedule+0x29/0x70',
    '# cat /proc/1/stack\nPermission denied',
    'Name:         n1\nState:  Running\nPid: 3',
  ])('finds nothing in %j', text => {
    expect(read(text)).toEqual([]);
  });
});
