/** Whether two records say the same. For tables of thousands: as text they would take longer than a frame or two. */

/** Equal field by field; lists of plain values by their items, anything else deeper by identity. */
export function isShallowEqual<T extends object>(a: T, b: T): boolean {
  const fields = Object.keys(b) as (keyof T)[];
  return (
    Object.keys(a).length === fields.length &&
    fields.every(field => a[field] === b[field] || isSameList(a[field], b[field]))
  );
}

function isSameList(a: unknown, b: unknown): boolean {
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => item === b[i]);
}
