import { describe, expect, it } from 'vitest';
import { GoText } from '../../../src/sources/go/functionDeclaration.js';
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
    expect(localLineOf(findLocalLines(new GoText(TEXT), subject, isSameVersion), line)).toBe(expected);
  });

  it.each([
    ['of a function that the text does not have', 'getCgroupData.func1', 4, undefined],
    ['of a method of another receiver', '(*CpuGroup).GetStats.func1.2', 8, undefined],
    ['of a variable, where its line has no literal', 'glob..func1', 4, undefined],
    ['of a variable, where the text is too short', 'init.func1', 99, undefined],
    ['of a variable, where its line has one', 'glob..func1', 8, 8],
    ['of a variable, as Go 1.21 names it', 'init.func1', 8, 8],
  ])('asks for a declaration of a closure %s', (_, name, startLine, expected) => {
    const subject = { name: `${PACKAGE}.${name}`, startLine, isKernel: false };
    expect(localLineOf(findLocalLines(new GoText(TEXT), subject, true), startLine) || undefined).toBe(
      expected,
    );
    expect(localLineOf(findLocalLines(new GoText(TEXT), subject, false), startLine)).toBe(0);
  });

  it('looks for kernel functions in one pass', () => {
    const bounds: number[] = [];
    for (const size of [4_000, 32_000]) {
      const times = Array.from({ length: 5 }, () => {
        const started = performance.now();
        const text = 'show(\n'.repeat(size);
        expect(
          findLocalLines(new GoText(text), { name: 'show', startLine: 0, isKernel: true }, false).kind,
        ).toBe('missing');
        return performance.now() - started;
      });
      bounds.push(Math.min(...times));
    }
    // Eight times the text: 64 times the time where it is quadratic.
    expect(bounds[1]! / Math.max(bounds[0]!, 0.5)).toBeLessThan(32);
  });

  it('finds kernel functions', () => {
    const text =
      '#include <x.h>\n\nstatic int memcg_stat_show(struct seq_file *m, void *v)\n{\n\treturn 0;\n}\n';
    const subject = { name: 'memcg_stat_show+0x1f/0x3a0', startLine: 0, isKernel: true };
    expect(localLineOf(findLocalLines(new GoText(text), subject, false), 0)).toBe(3);
  });
});
