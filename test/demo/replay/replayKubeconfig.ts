/** The kubeconfig of the replay server, as text. */
import type { ReplayUser } from './replayRequest.js';

export interface KubeconfigParts {
  readonly url: string;
  /** PEM. */
  readonly certificate: string;
  readonly contexts: Readonly<Record<ReplayUser, string>>;
  readonly tokens: ReadonlyMap<string, ReplayUser>;
}

/** One context for each user, the admin's current. */
export function formatKubeconfig({ url, certificate, contexts, tokens }: KubeconfigParts): string {
  const users = [...tokens];
  return `apiVersion: v1
kind: Config
clusters:
- name: demo
  cluster:
    server: ${url}
    certificate-authority-data: ${Buffer.from(certificate).toString('base64')}
users:
${users.map(([token, user]) => `- name: ${user}\n  user:\n    token: ${token}`).join('\n')}
contexts:
${users.map(([, user]) => `- name: ${contexts[user]}\n  context:\n    cluster: demo\n    user: ${user}`).join('\n')}
current-context: ${contexts.admin}
`;
}
