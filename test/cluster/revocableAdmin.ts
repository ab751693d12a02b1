/** An admin by token, whose token can be taken away: what renewing credentials meets on a real API server. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { callApi } from './callApi.js';
import { createNamespace, retry } from './testNamespace.js';
import { loadAdminConfig } from './testCluster.js';

export interface RevocableAdmin {
  readonly kubeconfig: string;
  /** Writes a new token into the kubeconfig; resolves when the API server refuses the old one. */
  rotate(): Promise<void>;
  remove(): Promise<void>;
}

interface BoundToken {
  /** Path of the secret it lives with. */
  readonly secret: string;
  readonly text: string;
}

interface Secret {
  readonly metadata: { readonly name: string; readonly uid: string };
}

/** `server`: where the kubeconfig sends to. `folder`: where it is written. Makes objects that `remove` removes. */
export async function createRevocableAdmin(server: string, folder: string): Promise<RevocableAdmin> {
  const namespace = await createNamespace();
  const account = { kind: 'ServiceAccount', namespace: namespace.name, name: 'admin' };
  const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
  await callApi('POST', `${namespace.path}/serviceaccounts`, { metadata: { name: account.name } });
  await callApi('POST', bindings, {
    metadata: { name: namespace.name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [account],
  });
  // A token lives as long as the object it is bound to: deleting the secret takes it away.
  const issue = async (): Promise<BoundToken> => {
    const secret = (await callApi('POST', `${namespace.path}/secrets`, {
      metadata: { generateName: 'token-' },
    })) as Secret;
    const { name, uid } = secret.metadata;
    const spec = { expirationSeconds: 3600, boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name, uid } };
    const { status } = (await callApi('POST', `${namespace.path}/serviceaccounts/admin/token`, { spec })) as {
      readonly status: { readonly token: string };
    };
    return { secret: `${namespace.path}/secrets/${name}`, text: status.token };
  };
  const kubeconfig = path.join(folder, 'revocable.kubeconfig');
  const write = (token: string) => writeFileSync(kubeconfig, tokenKubeconfig(server, token), { mode: 0o600 });
  const takeAway = async (token: BoundToken) => {
    await callApi('DELETE', token.secret);
    // The API server remembers a good token for 10 s (kube-apiserver's token success cache).
    await retry(30, () => requireRefused(token.text));
  };
  let current = await issue();
  write(current.text);
  const renew = async () => {
    current = await issue();
    write(current.text);
  };
  return {
    kubeconfig,
    rotate: async () => {
      const old = current;
      await renew();
      await takeAway(old);
    },
    remove: async () => {
      await callApi('DELETE', `${bindings}/${namespace.name}`);
      await namespace.remove();
    },
  };
}

async function requireRefused(token: string): Promise<void> {
  const review = (await callApi('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
    spec: { token },
  })) as {
    readonly status: { readonly authenticated?: boolean };
  };
  if (review.status.authenticated === true) throw new Error('the old token is still good');
}

function tokenKubeconfig(server: string, token: string): string {
  const cluster = loadAdminConfig().getCurrentCluster();
  if (cluster === null) throw new Error('the admin kubeconfig names no cluster');
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ ...cluster, server }, { name: 'admin', token });
  return config.exportConfig();
}
