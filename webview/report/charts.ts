/**
 * Pictures of a report: calls over time, times by magnitude. Every picture has its numbers as text; colours are the
 * theme's and carry nothing alone.
 */
import { formatCount, formatShare } from '../../src/profile/format.js';
import type { HistogramBucket, Timeline, TimelineBin } from '../../src/report/model.js';
import { element, svgElement } from '../ui/dom.js';
import { t } from '../words.js';
import { dataTable, type TableHost } from './dataTable.js';
import { formatBucket } from './times.js';

/** Units of the picture; the style sheet stretches it. */
const HEIGHT = 100;
/** Of a bin that is one unit wide. */
const BAR = 0.8;
/** A bin is no wider than this, in CSS pixels: three seconds are no billboard. */
const WIDEST = 48;

type Series = 'waits' | 'timeouts' | 'wakes';

/** From the bottom up. */
const SERIES: readonly { readonly id: Series; readonly of: (bin: TimelineBin) => number }[] = [
  { id: 'waits', of: bin => Math.max(0, bin.waits - bin.timeouts) },
  { id: 'timeouts', of: bin => bin.timeouts },
  { id: 'wakes', of: bin => bin.wakes },
];

export function timelineChart({ bins, binSeconds }: Timeline, host: TableHost): HTMLElement {
  const sums = bins.map(bin => SERIES.reduce((sum, { of }) => sum + of(bin), 0));
  const most = Math.max(1, ...sums);
  const picture = svgElement('svg', {
    class: 'timeline',
    viewBox: `0 0 ${bins.length} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-label': t(
      'Futex calls over {0} s: at most {1} in {2} s, {3} on average',
      bins.length * binSeconds,
      formatCount(most),
      binSeconds,
      formatCount(Math.round(sums.reduce((sum, each) => sum + each, 0) / bins.length)),
    ),
  });
  picture.append(...bins.map((bin, at) => bar(bin, at, most, binSeconds)));
  picture.style.maxWidth = `${bins.length * WIDEST}px`;
  const axis = element(
    'div',
    { class: 'axis', 'aria-hidden': 'true' },
    element('span', {}, '0 s'),
    element('span', {}, `${bins.length * binSeconds} s`),
  );
  axis.style.maxWidth = picture.style.maxWidth;
  const names = seriesNames();
  return element(
    'div',
    { class: 'chart' },
    element(
      'div',
      { class: 'chart-key' },
      element('span', { class: 'quiet' }, t('at most {0} in {1} s', formatCount(most), binSeconds)),
      ...SERIES.map(({ id }) =>
        element(
          'span',
          {},
          element('span', { class: `swatch series-${id}`, 'aria-hidden': 'true' }),
          names[id],
        ),
      ),
    ),
    picture,
    axis,
    numbers(bins, binSeconds, host),
  );
}

function seriesNames(): Readonly<Record<Series, string>> {
  return { waits: t('waits'), timeouts: t('waits that timed out'), wakes: t('wakes') };
}

function bar(bin: TimelineBin, at: number, most: number, binSeconds: number): SVGElement {
  const group = svgElement('g');
  const end = bin.startSeconds + binSeconds;
  const title = t(
    '{0} – {1} s: {2} waits ({3} timed out), {4} wakes',
    bin.startSeconds,
    end,
    formatCount(bin.waits),
    formatCount(bin.timeouts),
    formatCount(bin.wakes),
  );
  group.append(svgElement('title', {}, title));
  // The whole height answers the pointer, however low the bar.
  group.append(svgElement('rect', { class: 'bin', x: at, y: 0, width: 1, height: HEIGHT }));
  let top = HEIGHT;
  for (const { id, of } of SERIES) {
    const height = (of(bin) / most) * HEIGHT;
    if (height === 0) continue;
    top -= height;
    const x = at + (1 - BAR) / 2;
    group.append(svgElement('rect', { class: `series-${id}`, x, y: top, width: BAR, height }));
  }
  return group;
}

function numbers(bins: readonly TimelineBin[], binSeconds: number, host: TableHost): HTMLElement {
  const count = (id: string, label: string, of: (bin: TimelineBin) => number) => ({
    id,
    label,
    value: of,
    text: (bin: TimelineBin) => formatCount(of(bin)),
    isNumber: true,
  });
  return foldedPart(
    'timeline-numbers',
    t('Numbers of the timeline'),
    dataTable(
      {
        id: 'timeline',
        name: t('Numbers of the timeline'),
        rows: { rows: bins, total: bins.length },
        columns: [
          {
            id: 'from',
            label: t('from'),
            value: bin => bin.startSeconds,
            text: bin => t('{0} – {1} s', bin.startSeconds, bin.startSeconds + binSeconds),
          },
          count('waits', t('waits'), bin => bin.waits),
          count('timeouts', t('timed out'), bin => bin.timeouts),
          count('wakes', t('wakes'), bin => bin.wakes),
        ],
      },
      host,
    ),
    host,
  );
}

/** A part that is folded away until asked for, and stays as it was left. */
export function foldedPart(id: string, title: string, content: HTMLElement, host: TableHost): HTMLElement {
  const part = element(
    'details',
    { class: 'folded', open: host.store.isOpen(id) },
    element('summary', {}, title),
    content,
  );
  part.addEventListener('toggle', () => host.store.setOpen(id, part.open));
  return part;
}

/** Counts by magnitude as rows with bars: a table, readable as it is. */
export function histogram(name: string, buckets: readonly HistogramBucket[]): HTMLElement {
  const most = Math.max(1, ...buckets.map(({ count }) => count));
  const all = buckets.reduce((sum, { count }) => sum + count, 0);
  return element(
    'table',
    { class: 'histogram' },
    element('caption', {}, name),
    element(
      'tbody',
      {},
      ...buckets.map(bucket => {
        const filled = element('div', { class: 'histogram-bar' });
        filled.style.width = `${(bucket.count / most) * 100}%`;
        return element(
          'tr',
          {},
          element('th', { scope: 'row' }, formatBucket(bucket)),
          element('td', { class: 'histogram-cell', 'aria-hidden': 'true' }, filled),
          element('td', { class: 'number' }, formatCount(bucket.count)),
          element('td', { class: 'number quiet' }, formatShare(bucket.count, all)),
        );
      }),
    ),
  );
}
