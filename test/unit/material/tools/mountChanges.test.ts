import { describe, expect, it } from 'vitest';
import { mountChangesReader } from '../../../../src/material/tools/mountChanges.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => mountChangesReader.read(materialText(text)).mountChanges ?? [];

describe('changes of mounts', () => {
  it('reads mountsnoop', () => {
    const text = `
COMM             PID     TID     MNT_NS      CALL
runc:[1:CHILD]   71230   71230   4026532711  mount("/proc/self/exe", "/run/runc/.x", "", MS_BIND, "") = 0
runc             71230   71230   4026532711  umount("/run/runc/.x", MNT_DETACH) = 0
mount            71231   71231   4026531840  mount("", "/", "", MS_REC|MS_SLAVE, "") = 0`;
    expect(read(text)).toEqual([
      {
        at: { file: 'post.txt', line: 2 },
        command: 'runc:[1:CHILD]',
        call: 'mount',
        source: '/proc/self/exe',
        target: '/run/runc/.x',
      },
      {
        at: { file: 'post.txt', line: 3 },
        command: 'runc',
        call: 'umount',
        source: undefined,
        target: '/run/runc/.x',
      },
      { at: { file: 'post.txt', line: 4 }, command: 'mount', call: 'mount', source: undefined, target: '/' },
    ]);
  });

  it('reads mountsnoop with parents', () => {
    expect(
      read(
        'exe              200868  200868  runc             200860  4026531840  mount("/proc/self/exe", "/run/x", "", MS_BIND, "") = 0',
      ),
    ).toMatchObject([{ command: 'exe', call: 'mount', target: '/run/x' }]);
  });

  it('reads findmnt --poll', () => {
    const text =
      'ACTION  TARGET        SOURCE FSTYPE OPTIONS\nmount   /run/runc/.x  tmpfs  tmpfs  rw\numount  /run/runc/.x  tmpfs  tmpfs  rw';
    expect(read(text)).toMatchObject([
      { call: 'mount', target: '/run/runc/.x', source: 'tmpfs' },
      { call: 'umount', target: '/run/runc/.x' },
    ]);
  });

  it.each(['mount /dev/sda1 /mnt', 'strace: mount("a", "b") = 0', 'ACTION  TARGET\nmount nothing'])(
    'finds nothing in %j',
    text => {
      expect(read(text)).toEqual([]);
    },
  );
});
