/**
 * Names that every object has from its prototype, as names in files that people bring: what is read and counted is the
 * same as with any other name. Each input is read with an ordinary name, too, and the answers are compared.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { Profile as PprofProfile, StringTable } from 'pprof-format';
import { describe, expect, it } from 'vitest';
import { parseCaptureRecord, retitleCaptureText } from '../../../src/capture/captureJson.js';
import { translateIssue } from '../../../src/capture/captureIssues.js';
import { buildBottomUp } from '../../../src/profile/bottomUp.js';
import { buildCallTree } from '../../../src/profile/callTree.js';
import { decodePprof } from '../../../src/profile/codec/decodePprof.js';
import { PprofMerger } from '../../../src/profile/codec/pprofMerger.js';
import { findColorKey } from '../../../src/profile/colorKey.js';
import { sumFlameTotals } from '../../../src/profile/flameTotals.js';
import { buildSandwich } from '../../../src/profile/flameSandwich.js';
import { exportFolded } from '../../../src/profile/foldedExport.js';
import { formatValue, toCores } from '../../../src/profile/format.js';
import { FunctionNames } from '../../../src/profile/functionNames.js';
import { listHotFunctions } from '../../../src/profile/hotFunctions.js';
import type { Profile } from '../../../src/profile/model.js';
import { StringReader } from '../../../src/profile/packedStrings.js';
import { readProfile } from '../../../src/profile/readProfile.js';
import { matchNames, parseQuery, sumMatched } from '../../../src/profile/search.js';
import { summarizeProfile } from '../../../src/profile/summary.js';
import { readFixture } from '../../support/fixtures.js';
import { formatTree } from '../../support/formatTree.js';
import { stackRows, topRows } from '../../support/profileRows.js';
import { reportBytes } from '../../support/readText.js';

const NAMES = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf', '__defineGetter__'];
/** A name that no object has, of the same length and place in any order: its last letter is the next one. */
const twinOf = (name: string): string =>
  name.replace(/[a-z](?=[^a-z]*$)/, letter => String.fromCharCode(letter.charCodeAt(0) + 1));
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A profile in which function, file, mapping, label, sample type, unit and comment are of that name. */
function pprofOf(name: string): Uint8Array {
  const strings = new StringTable();
  const of = (text: string): number => strings.dedup(text);
  return new PprofProfile({
    stringTable: strings,
    sampleType: [
      { type: of(name), unit: of(name) },
      { type: of('cpu'), unit: of('nanoseconds') },
    ],
    mapping: [{ id: 1, memoryStart: 4096, memoryLimit: 65_536, filename: of(name), buildId: of(name) }],
    function: [
      { id: 1, name: of('main'), systemName: of('main'), filename: of('main.go'), startLine: 3 },
      { id: 2, name: of(name), systemName: of(name), filename: of(name), startLine: 7 },
    ],
    location: [
      { id: 1, mappingId: 1, address: 4100, line: [{ functionId: 1, line: 4 }] },
      { id: 2, mappingId: 1, address: 4200, line: [{ functionId: 2, line: 8 }] },
    ],
    sample: [
      { locationId: [2, 1], value: [5, 50], label: [{ key: of(name), str: of(name) }] },
      { locationId: [2, 2, 1], value: [3, 30], label: [{ key: of(name), num: 7, numUnit: of(name) }] },
      { locationId: [1], value: [1, 10] },
    ],
    comment: [of(name)],
    defaultSampleType: of(name),
    periodType: { type: of(name), unit: of(name) },
    period: 1,
  }).encode();
}

/** All that is counted of a profile, as text. */
function everythingOf(profile: Profile, search: string): string {
  const { functions, strings, sampleTypes } = profile;
  const tree = buildCallTree(profile);
  const names = new FunctionNames(profile);
  const query = parseQuery(search);
  if (query.kind !== 'query') throw new Error('no query');
  const matched = matchNames(query.matches, names);
  const name = names.distinct.find(each => names.text(each) === search);
  if (name === undefined) throw new Error('no such function');
  return JSON.stringify(
    sampleTypes.map((type, at) => {
      const { total } = sumFlameTotals(tree, at);
      const bottomUp = buildBottomUp(tree, at);
      const sandwich = buildSandwich(tree, names, name);
      return {
        type,
        summary: summarizeProfile(profile),
        mappings: [...functions.module].map(each => new StringReader(strings).get(each)),
        stacks: stackRows(profile),
        tree: formatTree({ tree, functions, strings }, at),
        flat: topRows(profile, at).sort(),
        bottomUp: formatTree({ tree: bottomUp.tree, functions, strings }),
        sandwich: [sandwich.callers, sandwich.callees].map(each =>
          formatTree({ tree: each, functions, strings }, at),
        ),
        found: [matched.count, sumMatched(tree, names, matched.flags, total)],
        hot: listHotFunctions(profile, at, 10),
        folded: new TextDecoder().decode(exportFolded(profile, at)),
        text: [formatValue(7, type.unit), toCores(7, { ...type, type: 'cpu' }, 10) ?? 'no cores'],
      };
    }),
    (_, value: unknown) => (ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : value),
  );
}

/** The same text, with the ordinary name for this one. */
const ordinary = (name: string, text: string): string => text.replaceAll(name, twinOf(name));

const reportOf = (text: string): string => JSON.stringify(reportBytes(encode(text)));

const fixture = (file: string): string => {
  const raw = readFixture(file);
  return new TextDecoder().decode(file.endsWith('.gz') ? gunzipSync(raw) : raw);
};

describe.each(NAMES)('%s', name => {
  const twin = twinOf(name);

  it('is a function, a file, a mapping, a label, a sample type and a comment of a profile', () => {
    const read = (each: string) => everythingOf(decodePprof(pprofOf(each)), each);
    expect(ordinary(name, read(name))).toBe(read(twin));
    expect(read(name)).toContain(name);
  });

  it('is that after slices were merged', () => {
    const merged = (each: string) => {
      const merger = new PprofMerger();
      merger.add(pprofOf(each));
      merger.add(pprofOf(each));
      return decodePprof(merger.encode());
    };
    expect(ordinary(name, everythingOf(merged(name), name))).toBe(everythingOf(merged(twin), twin));
    expect(topRows(merged(name), 0)).toEqual([`${name} 16 16`, 'main 2 18'].sort());
  });

  it.each([
    ['folded', (each: string) => `main;${each};read 3\nmain;${each}_[k] 2\n${each} 1\n`],
    [
      'pprof -raw',
      (each: string) =>
        `PeriodType: ${each} ${each}\nPeriod: 1\nSamples:\n${each}/${each}\n          3: 1 2\n                ${each}:[${each}]\nLocations\n     1: 0x1 M=1 ${each} ${each}:8:0 s=7\n     2: 0x2 M=1 main main.go:4:0 s=3\nMappings\n1: 0x0/0x10/0x0 ${each} ${each} [FN]\n`,
    ],
    [
      'perf script',
      (each: string) =>
        `${each} 12 [000] 1.000000: 1 cpu-clock: \n\t            1000 ${each}+0x1 (${each})\n\t            2000 main+0x2 (/bin/a)\n\n`,
    ],
  ])('is a name in %s', (_, text) => {
    const read = (each: string) => everythingOf(readProfile(encode(text(each))), each);
    expect(ordinary(name, read(name))).toBe(read(twin));
  });

  it('is part of the colour of its package only as any other name is', () => {
    const keyOf = (each: string) => [findColorKey(`${each}.${each}`, each, each), findColorKey(each, '', '')];
    expect(keyOf(name).map(key => ordinary(name, key))).toEqual(keyOf(twin));
  });

  it.each([
    [
      'a system call, a file, a result and a futex operation of strace',
      (each: string) =>
        Array.from(
          { length: 3 },
          (_unused, at) =>
            `10${at} 10:00:0${at}.000100 ${each}(16</${each}>, "x") = 7 <0.002000>\n` +
            `10${at} 10:00:0${at}.100100 openat(AT_FDCWD, "${each}", O_RDONLY) = -1 ${each} (no) <0.001000>\n` +
            `10${at} 10:00:0${at}.200100 futex(0xc000100150, ${each}, 0, NULL) = -1 ${each} (no) <0.009950>\n`,
        ).join(''),
    ],
    [
      'a row of strace -c',
      (each: string) =>
        `% time     seconds  usecs/call     calls    errors syscall\n------ ----------- ----------- --------- --------- ----------------\n 90.00    0.900000          10     90000           ${each}\n 10.00    0.100000          10     10000         3 read\n------ ----------- ----------- --------- --------- ----------------\n100.00    1.000000          10    100000         3 total\n`,
    ],
    [
      'a task of a kernel trace',
      (each: string) => fixture('ktrace/kubelet-hot.txt.gz').replaceAll('kubelet-', `${each}-`),
    ],
    [
      'a thread',
      (each: string) =>
        fixture('pod/jobs/threads/files/threads.samples.txt.gz').replaceAll('(etcd)', `(${each})`),
    ],
    [
      'a cgroup and a field of a check of cgroups',
      (each: string) =>
        fixture('pod/jobs/cgroups/files/cgroups.health.txt')
          .replaceAll('/system.slice', `/${each}`)
          .replace('meminfo: Slab:', `meminfo: ${each}:`)
          .replace('# machine:', `# ${each}: a\n# machine:`),
    ],
  ])('is %s', (_, text) => {
    expect(ordinary(name, reportOf(text(name)))).toBe(reportOf(text(twin)));
  });

  it('is any field of capture.json, and stays when the title changes', () => {
    const defaults = { startedAt: '2026-01-02T03:04:05Z', files: [] };
    const text = (each: string) =>
      `{"schema":1,"title":"${each}","profile":"${each}","context":"${each}","node":{"name":"${each}","${each}":{"x":1}},` +
      `"${each}":{"${each}":"y","title":"no","state":"running"},"state":"${each}","issues":["${each}"],` +
      `"files":[{"name":"${each}.pb.gz","kind":"${each}","${each}":1}],"trace":{"engine":"kernel","${each}":{"lostEvents":3}}}`;
    const read = (each: string) => JSON.stringify(parseCaptureRecord(text(each), 'capture.json', defaults));
    expect(ordinary(name, read(name))).toBe(read(twin));
    const retitled = retitleCaptureText(text(name), 'capture.json', 'new');
    expect(ordinary(name, retitled)).toBe(retitleCaptureText(text(twin), 'capture.json', 'new'));
    expect(retitled).toContain(`"${name}": {`);
    expect(translateIssue(name, english => english)).toBe(name);
    expect(({} as Record<string, unknown>)['title']).toBeUndefined();
  });

  it('survives a gzip, as it came', () => {
    const bytes = new Uint8Array(gunzipSync(gzipSync(pprofOf(name))));
    expect(decodePprof(bytes).sampleTypes[0]).toEqual({ type: name, unit: name });
  });
});
