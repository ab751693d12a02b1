/** Sections of what the kernel counts: mounts, cgroups, caches, connections, versions. */
import { counterOf, toWhole, valueOfFile, valueOfKey, wordsOf } from './numbers.js';
import type {
  CgroupFacts,
  CgroupPart,
  Counter,
  LoggedLine,
  MountFacts,
  NetworkCount,
  SlabFact,
} from './model.js';
import type { FactsSection } from './splitSections.js';

/** @param seconds between the first look and this last one; undefined where there was one */
export function readMounts({ lines }: FactsSection, seconds: number | undefined): MountFacts | undefined {
  const total = valueOfKey(lines, 'total');
  if (total === undefined) return undefined;
  const added = valueOfKey(lines, 'added');
  const removed = valueOfKey(lines, 'removed');
  return {
    total,
    types: lines
      .flatMap(({ text }) => {
        const [, count, type = ''] = /^type (\d{1,9}) ([\w.-]{1,60})$/u.exec(text) ?? [];
        return count === undefined ? [] : [{ type, count: Number(count) }];
      })
      .sort((a, b) => b.count - a.count),
    added: added?.value,
    removed: removed?.value,
    changesPerSecond:
      added === undefined || removed === undefined || seconds === undefined
        ? undefined
        : { value: (added.value + removed.value) / seconds, line: added.line },
    examples: lines.flatMap(({ text }) => /^new (\S.{0,500})$/u.exec(text)?.[1] ?? []),
  };
}

export function readNetwork(lines: readonly LoggedLine[]): ReadonlyMap<NetworkCount, Counter> {
  const found: readonly (readonly [NetworkCount, Counter | undefined])[] = [
    ['conntrack-entries', valueOfFile(lines, 'sys/net/netfilter/nf_conntrack_count')],
    ['conntrack-limit', valueOfFile(lines, 'sys/net/netfilter/nf_conntrack_max')],
    ['ipvs-services', valueOfFile(lines, 'ip_vs_services')],
    ['ipvs-destinations', valueOfFile(lines, 'ip_vs_destinations')],
  ];
  return new Map(
    found.flatMap(([name, counter]) => (counter === undefined ? [] : [[name, counter] as const])),
  );
}

export function readCgroupTree(lines: readonly LoggedLine[]): CgroupFacts {
  const parts: readonly CgroupPart[] = lines.flatMap(({ text, line }) => {
    const match = /^slice (\d{1,8}) (\d{1,8}) (\d{1,8}) (\d{1,8}) (.{1,300})$/u.exec(text);
    if (match === null) return [];
    const [directories = 0, empty = 0, scopes = 0, slices = 0] = match.slice(1, 5).map(Number);
    return [{ name: match[5] ?? '?', directories, empty, scopes, slices, line }];
  });
  const [first] = parts;
  const sum = (of: (part: CgroupPart) => number): Counter | undefined =>
    first === undefined
      ? undefined
      : { value: parts.reduce((all, part) => all + of(part), 0), line: first.line };
  const layout = lines.find(({ text }) => text.startsWith('layout '))?.text;
  const ofRoot = (name: string): Counter | undefined => {
    const found = lines.find(({ text }) => text.startsWith(`stat . ${name} `));
    return found === undefined ? undefined : counterOf(wordsOf(found.text)[3], found);
  };
  return {
    layout: layout === 'layout v2' ? 'v2' : layout === 'layout v1' ? 'v1' : undefined,
    byController: lines.flatMap(row => {
      const [, controller = '', count] =
        /^kernel ([a-z_]{1,20}) \d{1,3} (\d{1,9}) [01]$/u.exec(row.text) ?? [];
      const cgroups = counterOf(count, row);
      return cgroups === undefined ? [] : [{ controller, cgroups }];
    }),
    descendants: ofRoot('nr_descendants'),
    dying: ofRoot('nr_dying_descendants'),
    parts,
    directories: sum(part => part.directories),
    empty: sum(part => part.empty),
    scopes: sum(part => part.scopes),
    slices: sum(part => part.slices),
  };
}

/** Rows of slabinfo(5), version 2.1. */
export function readSlabs(lines: readonly LoggedLine[]): readonly SlabFact[] {
  return lines.flatMap(({ text }) => {
    const [cache = '', , objects, size] = wordsOf(text);
    const count = toWhole(objects);
    const bytes = toWhole(size);
    return count === undefined || bytes === undefined
      ? []
      : [{ cache: cache.slice(0, 100), objects: count, bytes: count * bytes }];
  });
}

type Versioned = 'systemd' | 'runc' | 'iptables';

export function readVersions(lines: readonly LoggedLine[]): ReadonlyMap<Versioned, string> {
  const versions = new Map<Versioned, string>();
  for (const { text } of lines) {
    const [, name, said = ''] = /^(systemd|runc|iptables) (.{1,200})$/u.exec(text) ?? [];
    // `runc version 1.1.5+ds1`, `iptables v1.8.9 (nf_tables)`
    const version = /(?:^| )v?(\d{1,4}(?:\.\d{1,4}){0,3}\S{0,40}(?: \((?:nf_tables|legacy)\))?)/u.exec(
      said,
    )?.[1];
    if (version !== undefined && (name === 'systemd' || name === 'runc' || name === 'iptables'))
      versions.set(name, version);
  }
  return versions;
}
