/** Commands that begin in containers, as event streams tell of them. */
import { describe, expect, it } from 'vitest';
import { startedCommandsReader } from '../../../../src/material/tools/startedCommands.js';
import { materialText } from '../../../support/materialText.js';

const counted = (lines: readonly string[]) =>
  (startedCommandsReader.read(materialText(lines.join('\n'))).counted ?? []).map(({ thing, value }) => [
    thing,
    value,
  ]);
const lines = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n));
const second = (n: number) => String(10 + n).padStart(2, '0');

describe('commands that begin in containers', () => {
  it('are counted by the second in events of containerd', () => {
    const events = lines(
      40,
      n =>
        `2025-03-01 11:20:${second(Math.floor(n / 10))}.50 +0000 UTC k8s.io /tasks/exec-started {"container_id":"a1","exec_id":"e${n}","pid":77${n}}`,
    );
    const ends = events.map(event => event.replace('exec-started', 'exit'));
    expect(counted([...events, ...ends])).toEqual([['execs-per-second', 10]]);
  });

  it('are counted in events of docker: each has three', () => {
    const events = lines(30, n =>
      ['exec_create', 'exec_start', 'exec_die']
        .map(
          what =>
            `2021-05-02T21:35:${second(Math.floor(n / 15))}.5+03:00 container ${what}: /bin/sh -c true 08bf (image=web)`,
        )
        .join('\n'),
    );
    expect(counted(events)).toEqual([['execs-per-second', 15]]);
  });

  it('are runs of runc in forkstat and execsnoop', () => {
    const forkstat = lines(
      40,
      n =>
        `13:58:${second(Math.floor(n / 20))} exec  ${900 + n}                 runc --root /run/docker/runtime-runc/moby state 4a2a\n13:58:${second(Math.floor(n / 20))} exit  ${900 + n}      0    0.028 runc --root /run`,
    );
    expect(counted(forkstat)).toEqual([['runc-starts-per-second', 20]]);
    const execsnoop = lines(
      25,
      n => `12:00:${second(0)} runc             ${3100 + n}  1301     0 /usr/bin/runc --root /run exec`,
    );
    expect(counted(execsnoop)).toEqual([['runc-starts-per-second', 25]]);
  });

  it('are not counted where there are few, where the clock goes back, or of other programs', () => {
    const event = (n: number) => `2025-03-01 11:20:${second(n)}.5 +0000 UTC k8s.io /tasks/exec-started {}`;
    expect(counted(lines(10, event))).toEqual([]);
    expect(counted(lines(30, n => event(29 - n)))).toEqual([]);
    expect(counted(lines(30, n => `12:00:10 exec  ${n + 1}     calico-node -felix`))).toEqual([]);
  });
});
