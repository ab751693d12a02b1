import { describe, expect, it } from 'vitest';
import {
  declarationPatterns,
  GoText,
  findKernelFunction,
  rebaseLine,
} from '../../../../src/sources/go/functionDeclaration.js';
import { parseGoSymbol } from '../../../../src/sources/go/goSymbol.js';

const GO = `package fs

func GetStats(path string) error { return nil }

func (s *MemoryGroup) Name() string {
	return "memory"
}

func (s *MemoryGroup) GetStats(path string, stats *cgroups.Stats) error {
}

func (Version) GetStats() {}

func New[T comparable](items ...T) Set[T] {
}

func (s Set[T]) Insert(items ...T) Set[T] {
}
`;

describe('GoText', () => {
  it.each([
    ['a/fs.(*MemoryGroup).GetStats', 9],
    ['a/fs.(*MemoryGroup).GetStats.func1', 9],
    ['a/fs.GetStats', 3],
    ['a/fs.Version.GetStats', 12],
    ['a/fs.New[go.shape.string]', 14],
    ['a/fs.Set[go.shape.string].Insert', 17],
    // The caller of an inlined closure stands where a receiver would.
    ['a/fs.caller.New[...].func1', 14],
    ['a/fs.Missing', undefined],
    ['a/fs.glob..func1', undefined],
  ])('%s: line %s', (name, line) => {
    expect(new GoText(GO).find(parseGoSymbol(name))).toBe(line);
  });

  it('of several asked of one text, with receivers, type parameters and line ends of every kind', () => {
    const text = new GoText(
      [
        'package a',
        'func (c *Cache[K, V]) Get(key K) V {',
        'func Get(key string) string {',
        'func Map[T any](in []T) {',
        'func (*T) größe() {',
        'func () Get() {',
        'x := func (a int) Late() {',
        'func Get(again string) string {',
      ].join('\r\n'),
    );
    const symbols = ['a.(*Cache[...]).Get', 'a.Get', 'a.Map[...]', 'a.(*T).größe', 'a.Late', 'a.constructor'];
    expect(symbols.map(name => text.find(parseGoSymbol(name)))).toEqual([2, 3, 4, 5, undefined, undefined]);
    expect(text.lineCount).toBe(8);
    expect(['', 'a', 'a\n'].map(each => new GoText(each).lineCount)).toEqual([1, 1, 2]);
  });

  it('in assembly', () => {
    const text =
      '#include "textflag.h"\n\nTEXT runtime·futex(SB),NOSPLIT,$0\n\tRET\nTEXT ·Syscall6(SB),NOSPLIT,$0\nTEXT cmpbody<>(SB),NOSPLIT,$0\n';
    expect(
      ['runtime.futex', 'internal/runtime/syscall.Syscall6', 'cmpbody'].map(name =>
        new GoText(text).find(parseGoSymbol(name)),
      ),
    ).toEqual([3, 5, 6]);
  });

  it('takes names with signs in them by the letter', () => {
    expect(declarationPatterns(parseGoSymbol('a/b.(*T).a$b'))[0]).toMatch(/ a\\\$b\\\($/);
  });
});

describe('findKernelFunction', () => {
  const C = `static int memcg_stat_show(struct seq_file *m, void *v);

static int memcg_stat_show(struct seq_file *m,
			   void *v)
{
	return mem_cgroup_iter(x);
}

struct mem_cgroup *mem_cgroup_iter(struct mem_cgroup *root)
{
}

SYSCALL_DEFINE6(futex, u32 __user *, uaddr)
{
}
`;
  it.each([
    ['memcg_stat_show', 3],
    ['mem_cgroup_iter', 9],
    ['sys_futex', 13],
    ['other', undefined],
  ])('%s: line %s', (symbol, line) => {
    expect(findKernelFunction(C, symbol)).toBe(line);
  });
});

describe('rebaseLine', () => {
  it('keeps the distance to the function’s first line, where the profile has one', () => {
    expect(rebaseLine(177, 160, 140)).toBe(157);
    expect(rebaseLine(177, 0, 140)).toBe(140);
    expect(rebaseLine(10, 160, 140)).toBe(140);
  });
});
