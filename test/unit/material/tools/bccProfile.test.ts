/** Stacks of bcc's profile. */
import { describe, expect, it } from 'vitest';
import { bccProfileReader } from '../../../../src/material/tools/bccProfile.js';
import { materialText } from '../../../support/materialText.js';

const listed = (text: string) =>
  (bccProfileReader.read(materialText(text)).listed ?? []).map(({ name, cum, command }) => [
    name,
    cum,
    command,
  ]);

const POST = `
Sampling at 49 Hertz of all threads by user + kernel stack... Hit Ctrl-C to end.

    copy_page_range
    do_fork
    --
    syscall.forkExec
    cadvisor/fs.GetDirDiskUsage
    -                kubelet (4711)
        60

    cpuidle_enter_state
    do_idle
    -                swapper/3 (0)
        40
`;

describe('stacks of bcc profile', () => {
  it('are functions with their share of the samples that are shown', () => {
    expect(listed(POST)).toEqual([
      ['copy_page_range', 0.6, 'kubelet'],
      ['do_fork', 0.6, 'kubelet'],
      ['syscall.forkExec', 0.6, 'kubelet'],
      ['cadvisor/fs.GetDirDiskUsage', 0.6, 'kubelet'],
      ['cpuidle_enter_state', 0.4, 'swapper/3'],
      ['do_idle', 0.4, 'swapper/3'],
    ]);
  });

  it('count a function once for each stack, however often it calls itself', () => {
    const text = '    walk\n    walk\n    walk\n    -   kubelet (7)\n        30\n';
    expect(listed(text)).toEqual([['walk', 1, 'kubelet']]);
  });

  it('need samples: a few are a quotation', () => {
    expect(listed(POST.replace('60', '6').replace('40', '4'))).toEqual([]);
  });

  it('are not read of what has been cut off, nor of other lists', () => {
    expect(listed('    walk\n    -                kubelet (4711)\n')).toEqual([]);
    expect(listed('    walk\n\n        60\n')).toEqual([]);
    expect(listed('  - kubelet (4711)\n    60\n')).toEqual([]);
  });
});
