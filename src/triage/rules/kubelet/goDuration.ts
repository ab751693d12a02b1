/** Durations as Go prints them (time.Duration.String): `3m5.300s`, `192.97ms`, `45h22m`. */

const PART = /(\d{1,9}(?:\.\d{1,12})?)(h|ms|m|s|us|µs|ns)/gu;
const UNIT_SECONDS: ReadonlyMap<string, number> = new Map([
  ['h', 3600],
  ['m', 60],
  ['s', 1],
  ['ms', 1e-3],
  ['us', 1e-6],
  ['µs', 1e-6],
  ['ns', 1e-9],
]);

/** In seconds; undefined where there is none in the text. */
export function parseGoDuration(text: string | undefined): number | undefined {
  const parts = [...(text ?? '').matchAll(PART)];
  if (parts.length === 0) return undefined;
  return parts.reduce(
    (sum, [, value = '', unit = '']) => sum + Number(value) * (UNIT_SECONDS.get(unit) ?? 0),
    0,
  );
}
