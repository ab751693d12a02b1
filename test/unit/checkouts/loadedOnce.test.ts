import { describe, expect, it } from 'vitest';
import { LoadedOnce } from '../../../src/checkouts/loadedOnce.js';

function scene(load: (document: object) => Promise<string>) {
  const seen = { loads: 0, failures: 0 };
  const loaded = new LoadedOnce<object, string>(
    document => {
      seen.loads++;
      return load(document);
    },
    () => {
      seen.failures++;
    },
  );
  return { seen, loaded };
}

describe('LoadedOnce', () => {
  it('loads a document once for all who ask, also while it loads', async () => {
    const { seen, loaded } = scene(() => Promise.resolve('costs'));
    const document = {};
    expect(await Promise.all([loaded.get(document), loaded.get(document)])).toEqual(['costs', 'costs']);
    expect(await loaded.get(document)).toBe('costs');
    expect(seen).toEqual({ loads: 1, failures: 0 });
  });

  it('does not try again what failed, however often it is asked, until the document changed', async () => {
    const { seen, loaded } = scene(() => Promise.reject(new Error('damaged')));
    const document = {};
    for (let key = 0; key < 50; key++) expect(await loaded.get(document)).toBeUndefined();
    expect(seen).toEqual({ loads: 1, failures: 1 });
    loaded.forget();
    await loaded.get(document);
    expect(seen).toEqual({ loads: 2, failures: 2 });
  });

  it('loads another document', async () => {
    const { seen, loaded } = scene(() => Promise.resolve('costs'));
    await loaded.get({});
    await loaded.get({});
    expect(seen.loads).toBe(2);
  });
});
