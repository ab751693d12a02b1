/** The smallest RBAC objects for a right that was refused, as YAML to hand to an administrator. Applies nothing. */
import { plainLine } from '../../base/plainLine.js';
import { DEBUG_POD_RIGHTS } from '../../cluster/podRights.js';

export type MissingRight =
  /** Look at nodes: the tree, and what decides whether a debug pod can run on one. */
  | { readonly kind: 'nodes' }
  /** Reach the kubelet of one node through the API server. */
  | { readonly kind: 'nodes-proxy'; readonly node: string }
  /** Make, enter and remove debug pods in one namespace. */
  | { readonly kind: 'debug-pod'; readonly namespace: string }
  /** List the pods of all namespaces: what others left behind. */
  | { readonly kind: 'list-pods' };

/** DNS subdomain (253), and what we put before it. */
const NAME_CHARACTERS = 300;

interface Rule {
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly resourceName?: string;
}

interface Plan {
  readonly name: string;
  /** Undefined: of the whole cluster. */
  readonly namespace?: string;
  readonly rules: readonly Rule[];
  /** Comment lines before the objects. */
  readonly warning?: string;
}

/**
 * A role and its binding; of a namespace where that is enough. `user`: as the API server knows us, never as an answer
 * names a subject; undefined: a place to fill in. Every name is quoted: a node may be called "1e3".
 */
export function buildRbacRule(right: MissingRight, user: string | undefined): string {
  const { name, namespace, rules, warning = '' } = planOf(right);
  const scope = namespace === undefined ? 'Cluster' : '';
  const metadata = `metadata:
  name: ${quote(name)}
${namespace === undefined ? '' : `  namespace: ${quote(namespace)}\n`}`;
  return `${warning}apiVersion: rbac.authorization.k8s.io/v1
kind: ${scope}Role
${metadata}rules:
${rules.map(writeRule).join('')}---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${scope}RoleBinding
${metadata}roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ${scope}Role
  name: ${quote(name)}
subjects:
${writeSubject(user)}`;
}

/** apiserver/pkg/authentication/serviceaccount/util.go, MakeUsername: both names are DNS labels or subdomains. */
const SERVICE_ACCOUNT = /^system:serviceaccount:([a-z0-9-]{1,63}):([a-z0-9.-]{1,253})$/;

function writeSubject(user: string | undefined): string {
  const [, namespace, account] = SERVICE_ACCOUNT.exec(user ?? '') ?? [];
  if (namespace !== undefined && account !== undefined)
    return `  - kind: ServiceAccount
    name: ${quote(account)}
    namespace: ${quote(namespace)}
`;
  return `  - apiGroup: rbac.authorization.k8s.io
    kind: User
    name: ${quote(user ?? 'USER')}${user === undefined ? ' # the name "kubectl auth whoami" prints' : ''}
`;
}

function planOf(right: MissingRight): Plan {
  switch (right.kind) {
    case 'nodes':
      return {
        name: 'node-triage-nodes',
        rules: [{ resource: 'nodes', verbs: ['get', 'list', 'watch'] }],
      };
    case 'nodes-proxy': {
      const name = `node-triage-proxy-${right.node}`;
      const rules = [{ resource: 'nodes/proxy', verbs: ['get'], resourceName: right.node }];
      return { name, rules, warning: proxyWarning(right.node, name) };
    }
    case 'debug-pod': {
      const { namespace } = right;
      const name = 'node-triage-debug-pod';
      return { name, namespace, rules: debugPodRules(), warning: podWarning(namespace, name) };
    }
    case 'list-pods':
      return { name: 'node-triage-list-pods', rules: [{ resource: 'pods', verbs: ['list'] }] };
  }
}

/** {@link DEBUG_POD_RIGHTS}, one rule a resource. */
function debugPodRules(): readonly Rule[] {
  const rules = new Map<string, string[]>();
  for (const { verb, resource, subresource } of DEBUG_POD_RIGHTS) {
    const full = subresource === undefined ? resource : `${resource}/${subresource}`;
    rules.set(full, [...(rules.get(full) ?? []), verb]);
  }
  return [...rules].map(([resource, verbs]) => ({ resource, verbs }));
}

/** Why this rule is not harmless: https://github.com/kubernetes/kubernetes/issues/119640 */
function proxyWarning(node: string, name: string): string {
  return `# WARNING: "get" on nodes/proxy is as good as root on node ${inComment(node)}: it reaches the kubelet's exec endpoint too
# (https://github.com/kubernetes/kubernetes/issues/119640). Give it to a person, for as long as it is needed, never to
# a service account, and delete both objects afterwards:
#   kubectl delete clusterrolebinding,clusterrole ${shellWord(name)}
`;
}

/** https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation */
function podWarning(namespace: string, name: string): string {
  return `# WARNING: who may create pods in namespace ${inComment(namespace)} is as good as root on every node, as far as its Pod Security
# level allows (debug pods take "privileged"), and gets at its secrets and service accounts. Use a namespace of its own,
# give the role to a person, for as long as it is needed, and delete both objects afterwards:
#   kubectl -n ${shellWord(namespace)} delete rolebinding,role ${shellWord(name)}
`;
}

function writeRule({ resource, verbs, resourceName }: Rule): string {
  const names = resourceName === undefined ? '' : `    resourceNames: [${quote(resourceName)}]\n`;
  return `  - apiGroups: [""]
    resources: [${quote(resource)}]
${names}    verbs: [${verbs.map(quote).join(', ')}]
`;
}

/** A name in a comment, which ends where its line ends. */
function inComment(name: string): string {
  return plainLine(name, NAME_CHARACTERS);
}

/** A name as one word of a command that a user may copy out of the comment. */
function shellWord(name: string): string {
  const word = inComment(name);
  return /^\w[\w.:-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * A double-quoted YAML scalar: a JSON string is one (YAML 1.2.2, 1.3), but for characters that YAML does not print or takes
 * for line ends, and those that are invisible. They are written by their code.
 */
function quote(text: string): string {
  const unseen = /[\p{C}\p{Zl}\p{Zp}\u00ad]/gu;
  return JSON.stringify(text.toWellFormed()).replace(unseen, character => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
  });
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
