/**
 * JSON of others, read field by field: every reader takes any value and gives one of the type it names, or nothing. Names
 * such as `__proto__` and `constructor` are names like any other: only an object's own fields count, and tables that are
 * built of outside names have no prototype.
 */

/** The object's own field; undefined for what is no object, for lists too. */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** {@link fieldOf} along a path: `fieldAt(pod, 'status', 'phase')`. */
export function fieldAt(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce(fieldOf, value);
}

/** Halves of surrogate pairs become U+FFFD: encodeURIComponent throws on them. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.toWellFormed() : undefined;
}

/** A list's elements; none for what is no list. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The texts of a list; whatever else is in it falls away. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).flatMap(one => textOf(one) ?? []);
}

/** An object's own fields that hold text: labels, annotations, quantities. */
export function textTableOf(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bareTable([]);
  return bareTable(
    Object.entries(value).flatMap(([name, field]) => {
      const text = textOf(field);
      return text === undefined ? [] : [[name.toWellFormed(), text] as const];
    }),
  );
}

/** What a table of our own, or one that crossed a channel, has under an outside name; nothing of its prototype. */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** A record without a prototype: what is not in it reads as undefined, whatever its name. A later entry replaces an earlier. */
export function bareTable<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const table = Object.create(null) as Record<string, T>;
  for (const [name, value] of entries) table[name] = value;
  return table;
}

/** A whole number from 0 to `max`; undefined for anything else. */
export function wholeOf(value: unknown, max: number = Number.MAX_SAFE_INTEGER): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max
    ? value
    : undefined;
}
