/**
 * Durations and quantities as Go and Kubernetes write them: `3m5.3s`, `6d3h`, `16393252Ki`, `3920m`. What is none is
 * undefined.
 */

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};
const DURATION = /^(?:\d{1,12}(?:\.\d{1,12})?(?:ns|us|µs|μs|ms|[smhdwy])){1,8}$/u;
const PART = /(\d{1,12}(?:\.\d{1,12})?)([a-zµμ]{1,2})/gu;

/** Seconds of Go's time.Duration.String and of kubectl's ages (duration.HumanDuration of apimachinery). */
export function durationSeconds(text: string): number | undefined {
  if (text === '0') return 0;
  if (!DURATION.test(text)) return undefined;
  let seconds = 0;
  for (const [, value = '', unit = ''] of text.matchAll(PART)) seconds += Number(value) * (UNITS[unit] ?? 0);
  return seconds;
}

const QUANTITY = /^(\d{1,20}(?:\.\d{1,9})?)(?: ?([KMGTPE]i?B?|k|m|n|u|B))?$/u;
const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  B: 1,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number of a resource.Quantity (apimachinery, pkg/api/resource): bytes, cores, pieces. */
export function quantityOf(text: string): number | undefined {
  const match = QUANTITY.exec(text.trim());
  if (match === null) return undefined;
  const [, value = '', unit = ''] = match;
  const factor = unit === '' ? 1 : (FACTORS[unit] ?? FACTORS[unit.replace(/B$/u, '')]);
  return factor === undefined ? undefined : Number(value) * factor;
}
