/** Points in time as text. */

/** In the reader's own time zone; what is no date is shown as it is. */
export function formatMoment(rfc3339: string): string {
  const moment = new Date(rfc3339);
  return Number.isNaN(moment.getTime())
    ? rfc3339
    : moment.toLocaleString(document.documentElement.lang || undefined, {
        dateStyle: 'medium',
        timeStyle: 'medium',
      });
}
