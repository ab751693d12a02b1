/** /proc/slabinfo, slabtop and /proc/softirqs. */
import type { Found, MaterialText, Place, SlabRow, SoftirqReading, TextReader } from '../model.js';
import { keep, placeOf, toBytes, toWhole, wordsOf } from './figures.js';
import { plainToolLine } from './plainToolLine.js';

export const kernelTablesReader: TextReader = { name: 'slabs and softirqs', read: readKernelTables };

function readKernelTables({ file, lines }: MaterialText): Found {
  const slabs: SlabRow[] = [];
  const softirqs: SoftirqReading[] = [];
  for (const [index, outside] of lines.entries()) {
    const line = plainToolLine(outside);
    const at = placeOf(file, index);
    keep(slabs, readSlabinfo(line, at) ?? readSlabtop(line, at));
    keep(softirqs, readSoftirqs(line, at));
  }
  return { slabs, softirqs };
}

const PAGE = 4096;

/** `dentry 1234 1300 192 21 1 : tunables 0 0 0 : slabdata 62 62 0`: slabinfo(5), version 2.1. */
function readSlabinfo(line: string, at: Place): SlabRow | undefined {
  if (!line.includes(': tunables ')) return undefined;
  const words = wordsOf(line);
  const [cache = '', , objects, size, , pages] = words;
  const count = toWhole(objects);
  const objectSize = toWhole(size);
  if (count === undefined || objectSize === undefined) return undefined;
  const data = words.indexOf('slabdata');
  const slabs = data === -1 ? undefined : toWhole(words[data + 2]);
  const bytes = slabs === undefined ? count * objectSize : slabs * (toWhole(pages) ?? 1) * PAGE;
  return { at, cache: cache.slice(0, 200), objects: count, bytes };
}

/** `1234567 1234000  99%    0.19K  58789       21    235156K dentry`. */
const SLABTOP =
  /^\s{0,8}(\d{1,12}) {1,12}\d{1,12} {1,6}\d{1,3}% {1,12}[\d.,]{1,10}K {1,12}\d{1,12} {1,12}\d{1,8} {1,12}(\d{1,12}K) (\S{1,200})\s*$/u;

function readSlabtop(line: string, at: Place): SlabRow | undefined {
  const match = SLABTOP.exec(line);
  if (match === null) return undefined;
  const [, objects, size, cache = ''] = match;
  return { at, cache, objects: Number(objects), bytes: toBytes(size, 1) };
}

/** `NET_RX:  12  34 …`, a column for each CPU: their sum. */
function readSoftirqs(line: string, at: Place): SoftirqReading | undefined {
  const match =
    /^\s{0,20}(HI|TIMER|NET_TX|NET_RX|BLOCK|BLOCK_IOPOLL|IRQ_POLL|TASKLET|SCHED|HRTIMER|RCU):/u.exec(line);
  if (match === null) return undefined;
  const counts = wordsOf(line.slice(match[0].length)).map(word => toWhole(word));
  const known = counts.filter(count => count !== undefined);
  if (known.length === 0 || known.length < counts.length) return undefined;
  return { at, kind: match[1] ?? '', count: known.reduce((sum, count) => sum + count, 0) };
}
