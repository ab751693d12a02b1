/** A namespace of the tests' own: everything they create is in it, and goes with it. */
import { callApi } from './callApi.js';

export interface TestNamespace {
  readonly name: string;
  /** Of its objects: `/api/v1/namespaces/NAME`. */
  readonly path: string;
  /** Deletes it and returns when it is gone. */
  readonly remove: () => Promise<void>;
}

let created = 0;

/** Resolves when pods can be created in it (that takes its default service account). The caller removes it. */
export async function createNamespace(labels: Readonly<Record<string, string>> = {}): Promise<TestNamespace> {
  const name = `node-triage-test-${Date.now().toString(36)}-${process.pid}-${++created}`;
  const path = `/api/v1/namespaces/${name}`;
  await callApi('POST', '/api/v1/namespaces', { metadata: { name, labels } });
  await retry(60, () => callApi('GET', `${path}/serviceaccounts/default`));
  const remove = async () => {
    await callApi('DELETE', path, { gracePeriodSeconds: 0 });
    await retry(60, async () => {
      const { items } = (await callApi(
        'GET',
        `/api/v1/namespaces?fieldSelector=metadata.name%3D${name}`,
      )) as {
        readonly items: readonly unknown[];
      };
      if (items.length > 0) throw new Error(`namespace ${name} is still there`);
    });
  };
  return { name, path, remove };
}

/** Tries every 250 ms until it does not reject; after `seconds` rejects with the last reason. */
export async function retry<T>(seconds: number, attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;)
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise(resolve => setTimeout(resolve, 250));
    }
}
