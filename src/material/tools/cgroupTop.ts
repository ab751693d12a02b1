/** systemd-cgtop(1): CPU and memory of cgroups, as rows of processes whose command is the cgroup's path. */
import type { Found, MaterialText, ProcessRow, TextReader } from '../model.js';
import { processRow } from '../emptyReadings.js';
import { keep, placeOf, toBytes, toShare } from './figures.js';
import { plainToolLine } from './plainToolLine.js';

export const cgroupTopReader: TextReader = { name: 'systemd-cgtop', read: readCgroupTop };

const HEADER = /^\s{0,8}(?:Control Group|CGroup|Path) {1,200}(?:Tasks|Procs) {1,20}%CPU {1,20}Memory\b/iu;
/** `/system.slice/kubelet.service   45   312.4     1.2G        -        -`: paths have no spaces. */
const ROW =
  /^\s{0,8}(\/\S{0,400}|[\w-]\S{0,400}) {1,200}(?:\d{1,8}|-) {1,20}(\d{1,6}[.,]\d|-) {1,20}(\d{1,6}(?:[.,]\d)?[BKMGT]|-)\s/u;

function readCgroupTop({ file, lines }: MaterialText): Found {
  const processes: ProcessRow[] = [];
  let isOpen = false;
  for (const [index, outside] of lines.entries()) {
    const line = `${plainToolLine(outside)} `;
    if (HEADER.test(line)) isOpen = true;
    const match = isOpen ? ROW.exec(line) : null;
    if (match === null) continue;
    const [, path = '', percent, memory] = match;
    const known = { cores: toShare(percent), residentBytes: toBytes(memory, 1) };
    // The root is the node, and no process.
    if (path !== '/') keep(processes, processRow(placeOf(file, index), 'top', path, known));
  }
  return { processes };
}
