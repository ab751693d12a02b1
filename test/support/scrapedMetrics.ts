/** Samples of the Prometheus text format for tests of rules: no more of it than tests write, one scrape. */
import type { MetricSample } from '../../src/material/model.js';

export function scrapedMetrics(text: string): readonly MetricSample[] {
  return text.split('\n').flatMap((line, index) => {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    if (match === null || line.startsWith('#')) return [];
    const labels = Object.fromEntries(
      [...(match[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name!, value!]),
    );
    return [
      {
        at: { file: 'metrics', line: index + 1 },
        name: match[1]!,
        labels,
        value: Number(match[3]),
        scrape: 0,
      },
    ];
  });
}
