import { describe, expect, it } from 'vitest';
import { formatSentence } from '../../../../src/base/sentence.js';
import { readProfile } from '../../../../src/profile/readProfile.js';
import { readFixture } from '../../../support/fixtures.js';
import { stackRows, topRows } from '../../../support/profileRows.js';

const read = (text: string) => readProfile(new TextEncoder().encode(text));
const sayings = (profile: ReturnType<typeof readProfile>) => profile.warnings.map(formatSentence);

const lock = (id: number, wait: string) => `goroutine ${id} [sync.Mutex.Lock${wait}]:
internal/sync.runtime_SemacquireMutex(0xffffffffffffffff?, 0xd0?, 0x4da525?)
	/usr/local/go/src/runtime/sema.go:95 +0x25
internal/sync.(*Mutex).lockSlow(0xe84cf8200a0)
	/usr/local/go/src/internal/sync/mutex.go:149 +0x15d
sync.(*Mutex).Lock(...)
	/usr/local/go/src/sync/mutex.go:46
main.(*Cache).Get({0xc000012345, 0x7}, 0x1)
	/src/cache.go:32 +0x2d
created by main.main in goroutine 1
	/src/main.go:32 +0x245
`;

const DUMP = `goroutine 1 [running, locked to thread]:
main.main()
	/src/main.go:9 +0x1

${lock(7, ', 12 minutes')}
${lock(8, '')}
goroutine 9 gp=0xc000102380 m=nil [select (no cases)]:
main.idle(0x1)
	/src/main.go:40 +0x1
...additional frames elided...
created by main.main
	/src/main.go:41 +0x1
`;

const GET = '[sync.Mutex.Lock];main.(*Cache).Get;sync.(*Mutex).Lock;internal/sync.(*Mutex).lockSlow';

describe('goroutines of ?debug=2', () => {
  it('are samples below their state, with the time that they have waited', () => {
    const profile = read(DUMP);
    expect(profile.format).toBe('goroutines');
    expect(profile.sampleTypes.map(({ type, unit }) => `${type}/${unit}`)).toEqual([
      'goroutine/count',
      'wait/nanoseconds',
    ]);
    expect(profile.defaultSampleType).toBe(0);
    const plain = stackRows(profile).map(row => row.replace('[sync.(*Mutex).Lock]', 'sync.(*Mutex).Lock'));
    expect(plain).toEqual([
      '[running];main.main 1 0',
      `${GET};internal/sync.runtime_SemacquireMutex 1 720000000000`,
      `${GET};internal/sync.runtime_SemacquireMutex 1 0`,
      '[select (no cases)];main.idle 1 0',
    ]);
    // `(...)` is what Go writes for the arguments of an inlined call.
    expect(stackRows(profile)[1]).toContain('[sync.(*Mutex).Lock]');
  });

  it('say their states, the longest wait, who waits for one lock, and what Go left out', () => {
    expect(sayings(read(DUMP))).toEqual([
      'Goroutines by state: sync.Mutex.Lock: 2, running: 1, select (no cases): 1.',
      'Longest wait of a goroutine, in minutes: 12 (sync.Mutex.Lock).',
      'Goroutines that wait for the same lock (internal/sync.(*Mutex).lockSlow 0xe84cf8200a0): 2.',
      'Frames that Go itself left out of deep stacks: 1 or more.',
      'Goroutines: 4; different stacks: 3.',
    ]);
  });

  it('are read behind a panic and with CRLF; other lines are counted', () => {
    const profile = read(`panic: boom\n\n${DUMP}\nexit status 2\n`.replaceAll('\n', '\r\n'));
    expect(profile.samples.count).toBe(4);
    expect(sayings(profile)[0]).toBe(
      'Lines left out, as they are no part of the format: 2 (the first: line 1: panic: boom).',
    );
  });

  it('are read in UTF-16', () => {
    const bytes = new Uint8Array(Buffer.from(`\ufeff${DUMP}`, 'utf16le'));
    expect(stackRows(readProfile(bytes))).toEqual(stackRows(read(DUMP)));
  });

  it.each(['goroutine-debug1.txt', 'goroutine-debug2.txt'])('of a kubelet: %s', file => {
    const profile = readProfile(readFixture(`profiles/${file}`));
    expect(topRows(profile, 0)).toContainEqual(
      expect.stringMatching(/^k8s\.io\/apimachinery\/pkg\/util\/wait\.BackoffUntilWithContext 18 \d+$/),
    );
    expect(sayings(profile)).toContain('Goroutines: 137; different stacks: 74.');
  });
});

describe('a leak of goroutines', () => {
  const note =
    'Most goroutines have one stack, 2000 of 2001, which looks like a leak: they are at main.leak, started as main.leak.';

  it('is said of ?debug=2', () => {
    const many = Array.from(
      { length: 2000 },
      (_, id) =>
        `goroutine ${id + 2} [chan receive, 5 minutes]:\nmain.leak(0xc000${id})\n\t/src/main.go:16 +0x1\n`,
    );
    const profile = read(`goroutine 1 [running]:\nmain.main()\n\t/src/main.go:9 +0x1\n\n${many.join('\n')}`);
    expect(profile.samples.count).toBe(2001);
    expect(sayings(profile)).toContain(note);
  });

  it('is said of ?debug=1', () => {
    const profile = read(
      'goroutine profile: total 2001\n2000 @ 0x47c5c5 0x4da5b9 0x4844a1\n#\t0x4da5b8\tmain.leak+0x18\t/src/main.go:16\n\n1 @ 0x4da5c9\n#\t0x4da5c8\tmain.main+0x18\t/src/main.go:9\n',
    );
    expect(sayings(profile)).toContain(note);
  });

  it('is not said of a few hundred, or of many that differ', () => {
    const few =
      'goroutine profile: total 400\n400 @ 0x4da5b9\n#\t0x4da5b8\tmain.leak+0x18\t/src/main.go:16\n';
    expect(sayings(read(few))).toEqual(['Goroutines: 400; different stacks: 1.']);
    const mixed = `goroutine profile: total 1800\n${[1, 2, 3].map(id => `600 @ 0x${id}\n#\t0x${id}\tmain.f${id}+0x1\t/m.go:1\n`).join('\n')}`;
    expect(sayings(read(mixed))).not.toContainEqual(expect.stringContaining('leak'));
  });
});
