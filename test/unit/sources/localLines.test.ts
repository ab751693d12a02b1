import { describe, expect, it } from 'vitest';
import { findLocalLines, localLineOf } from '../../../src/sources/localLines.js';

const TEXT = [
  'package fs', //                                              1
  '', //                                                        2
  'func getMemoryData(path string) error {', //                 3
  '\treturn nil', //                                            4
  '}', //                                                       5
  '', //                                                        6
  'func (s *MemoryGroup) GetStats(path string) error {', //     7
  '\treturn func() error { return nil }()', //                  8
  '}', //                                                       9
].join('\n');
const PACKAGE = 'github.com/opencontainers/runc/libcontainer/cgroups/fs';

describe('findLocalLines', () => {
  it.each([
    // First line in the profile, a line of it, the same version; the line of the text.
    ['moves with the function', '(*MemoryGroup).GetStats', [170, 171, false, 8]],
    ['moves even where the version says it need not', '(*MemoryGroup).GetStats', [170, 171, true, 8]],
    ['stays in the same version of an old profile', '(*MemoryGroup).GetStats', [0, 8, true, 8]],
    [
      'is the declaration in another version of an old profile',
      '(*MemoryGroup).GetStats',
      [0, 171, false, 7],
    ],
    ['is the declaration where the profile has no line', 'getMemoryData', [3, 0, true, 3]],
    ['stays in a closure of the same version', '(*MemoryGroup).GetStats.func1', [8, 8, true, 8]],
    [
      'is the function around a closure of another version',
      '(*MemoryGroup).GetStats.func1',
      [171, 172, false, 7],
    ],
    ['is none where the text does not have the function', 'getCgroupData', [3, 4, true, 0]],
    ['is none for a method of another receiver', '(*CpuGroup).GetStats', [3, 4, true, 0]],
  ] as const)('%s', (_, name, [startLine, line, isSameVersion, expected]) => {
    const subject = { name: `${PACKAGE}.${name}`, startLine, isKernel: false };
    expect(localLineOf(findLocalLines(TEXT, subject, isSameVersion), line)).toBe(expected);
  });

  it('finds kernel functions', () => {
    const text =
      '#include <x.h>\n\nstatic int memcg_stat_show(struct seq_file *m, void *v)\n{\n\treturn 0;\n}\n';
    const subject = { name: 'memcg_stat_show+0x1f/0x3a0', startLine: 0, isKernel: true };
    expect(localLineOf(findLocalLines(text, subject, false), 0)).toBe(3);
  });
});
