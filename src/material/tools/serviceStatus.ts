/**
 * `systemctl status kubelet`: the CPU that a unit used since it was started, and its memory, as a row of processes. Its
 * last lines, a log, are read elsewhere. CPU is the whole unit's: for a kubelet that is its own and its children's.
 */
import type { Found, MaterialText, Place, ProcessRow, TextReader } from '../model.js';
import { processRow } from '../emptyReadings.js';
import { keep, placeOf, times, toBytes, toWhole } from './figures.js';
import { plainToolLine } from './plainToolLine.js';

export const serviceStatusReader: TextReader = { name: 'systemctl status', read: readServiceStatus };

const HEAD = /^\s{0,8}[●○×*] ?([\w@:.\\-]{1,200}\.service)\b/u;
const FIELD = /^\s{1,12}(Active|Main PID|Memory|CPU): (\S.{0,300})$/u;

interface OpenUnit {
  readonly at: Place;
  readonly unit: string;
  readonly fields: ReadonlyMap<string, string>;
}

function readServiceStatus({ file, lines }: MaterialText): Found {
  const processes: ProcessRow[] = [];
  let open: OpenUnit | undefined;
  for (const [index, outside] of lines.entries()) {
    const line = plainToolLine(outside);
    const unit = HEAD.exec(line)?.[1];
    const field = open === undefined ? null : FIELD.exec(line);
    if (unit !== undefined) {
      keep(processes, toRow(open));
      open = { at: placeOf(file, index), unit, fields: new Map() };
    } else if (open !== undefined && field !== null)
      open = { ...open, fields: new Map(open.fields).set(field[1] ?? '', field[2] ?? '') };
  }
  keep(processes, toRow(open));
  return { processes };
}

/** Undefined where systemd accounts for nothing, or the unit does not run. */
function toRow(open: OpenUnit | undefined): ProcessRow | undefined {
  if (open === undefined) return undefined;
  const [, pid, name] = /^(\d{1,8}) \((\S{1,60})\)/u.exec(open.fields.get('Main PID') ?? '') ?? [];
  const cpuSeconds = toSpanSeconds(open.fields.get('CPU'));
  const ageSeconds = toSpanSeconds(/; (.{1,80}) ago/u.exec(open.fields.get('Active') ?? '')?.[1]);
  const residentBytes = times(toBytes(/^\S{1,20}/u.exec(open.fields.get('Memory') ?? '')?.[0], 1), 1);
  if (cpuSeconds === undefined && residentBytes === undefined) return undefined;
  const cores = ratio(cpuSeconds, ageSeconds);
  const known = { pid: toWhole(pid), cores, cpuSeconds, ageSeconds, residentBytes };
  return processRow(open.at, 'ps', name ?? open.unit, known);
}

function ratio(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined || whole <= 0 ? undefined : part / whole;
}

/** systemd.time(7), FORMAT_TIMESPAN: a month is 30.44 days there, a year 365.25. */
const SPAN_UNITS: Readonly<Record<string, number>> = {
  y: 31_557_600,
  month: 2_629_800,
  w: 604_800,
  week: 604_800,
  d: 86_400,
  day: 86_400,
  h: 3600,
  min: 60,
  s: 1,
  ms: 0.001,
};

/** `6min 34.971s`, `1d 2h 3min 4.567s`, `3 weeks 1 day`. */
function toSpanSeconds(text: string | undefined): number | undefined {
  let seconds: number | undefined;
  for (const [, figure, unit = ''] of (text ?? '').matchAll(/\b(\d{1,9}(?:\.\d{1,6})?) ?([a-z]{1,6})\b/gu)) {
    const factor =
      SPAN_UNITS[unit] ?? SPAN_UNITS[unit.replace(/s$/u, '')] ?? (unit === 'years' ? 31_557_600 : 0);
    seconds = (seconds ?? 0) + Number(figure) * factor;
  }
  return seconds;
}
