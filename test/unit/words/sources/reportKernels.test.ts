import { describe, expect, it } from 'vitest';
import { reportStrace } from '../../../support/readText.js';
import { reportRequestGuards } from '../../../../src/protocol/guards.js';
import { DEFAULT_TEMPLATES } from '../../../../src/sources/frame/frameUrl.js';
import { kernelsOf, urlOfLink } from '../../../../src/words/sources/reportKernels.js';
import { english } from '../english.js';

const facts = { kernelVersion: '4.4.227-1.el7.elrepo.x86_64' };
const stat = '/sys/fs/cgroup/memory/memory.stat';
const report = reportStrace(
  [
    `1 read(16<${stat}>, "", 4096) = 7 <9.063000>`,
    `1 openat(AT_FDCWD, "${stat}", O_RDONLY) = 16 <0.002000>`,
    `1 read(17</var/lib/kubelet/config.yaml>, "", 4096) = 7 <0.003000>`,
    '',
  ].join('\n'),
);

describe('kernel functions of a report', () => {
  const kernels = kernelsOf(report, facts, DEFAULT_TEMPLATES, english);

  it('are named by call, and by file where one of its own makes the text', () => {
    expect(kernels.byCall['read']?.symbol).toBe('vfs_read');
    expect(kernels.byCall['openat']?.symbol).toBe('do_sys_open');
    expect(Object.entries(kernels.byPath).map(([path, { symbol }]) => [path, symbol])).toEqual([
      [stat, 'memcg_stat_show'],
    ]);
  });

  it('say what keeps the link from being exact', () => {
    expect(
      kernelsOf(report, {}, DEFAULT_TEMPLATES, english).byCall['read']?.detail.split('\n').length,
    ).toBeGreaterThan(1);
  });
});

describe('links of a report', () => {
  const url = (target: 'manual' | 'overview' | 'entry' | 'worker', call: string, path = ''): string =>
    urlOfLink({ target, call, path }, facts, DEFAULT_TEMPLATES);

  it('lead to manual, entry, worker and the file’s own function', () => {
    expect(url('manual', 'pread64')).toBe('https://man7.org/linux/man-pages/man2/pread.2.html');
    expect(url('overview', 'futex')).toBe('https://man7.org/linux/man-pages/man7/futex.7.html');
    expect(url('entry', 'read')).toMatch(/v4\.4\.227\/A\/ident\/sys_read$/);
    expect(url('worker', 'read')).toMatch(/\/vfs_read$/);
    expect(url('worker', 'read', stat)).toMatch(/\/memcg_stat_show$/);
    // Opening the file does not make its text.
    expect(url('worker', 'openat', stat)).toMatch(/\/do_sys_open$/);
  });

  it('are made of names only: the guard lets nothing else through', () => {
    const guard = reportRequestGuards['link/open'];
    expect(guard({ target: 'manual', call: 'futex', path: '' })).toEqual({
      target: 'manual',
      call: 'futex',
      path: '',
    });
    for (const wrong of [
      { target: 'manual', call: '../x', path: '' },
      { target: 'manual', call: 'https://example.test', path: '' },
      { target: 'anywhere', call: 'futex', path: '' },
      { target: 'worker', call: 'read', path: 'x'.repeat(5000) },
      { target: 'worker', call: 'read' },
      undefined,
    ])
      expect(guard(wrong)).toBeUndefined();
  });
});
