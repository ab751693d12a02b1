import { describe, expect, it } from 'vitest';
import { triageMarkdown } from '../../../src/report/triageExport/triageMarkdown.js';
import { foundingTriage, triageOf } from '../../page/sampleTriage.js';

describe('a triage as Markdown', () => {
  it('says the answer, the environment, evidence with its bound, rivals and remedy', () => {
    const text = triageMarkdown(foundingTriage());
    expect(text.split('\n')[0]).toBe(
      '**Each read of memory.stat walks all memory cgroups, dead ones too (high confidence)**',
    );
    expect(text).toContain('kubelet v1.18.8 · kernel 4.4.227-1.el7.elrepo.x86\\_64');
    expect(text).toContain('- One read (memory.stat) took 9060 ms (slow from 100 ms on;');
    expect(text).toMatch(/^- refuted: .*lock/m);
    expect(text).toContain('See for yourself, read-only: ``time cat /sys/fs/cgroup/memory/memory.stat');
    expect(text).toContain('(https://github.com/google/cadvisor/issues/1774)');
  });

  it('says that nothing known fits', () => {
    expect(triageMarkdown(triageOf([]))).toMatch(/^\*\*Nothing known fits\.\*\*/);
  });

  it('lets no text of a node be markup or a mention', () => {
    const bytes = new TextEncoder().encode(
      JSON.stringify({
        node: { name: 'n', osImage: '<img src=x> @everyone [click](https://evil.example)\n# head' },
      }),
    );
    const text = triageMarkdown(triageOf([{ name: 'capture.json', bytes }]));
    expect(text).toContain('OS \\<img src=x\\> \\@everyone \\[click\\](https://evil.example) \\# head');
  });
});
