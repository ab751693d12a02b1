/** The smallest RBAC objects for a right that was refused, as YAML to hand to an administrator. Applies nothing. */

export type MissingRight =
  /** List and watch nodes. */
  | { readonly kind: 'nodes'; readonly user: string | undefined }
  /** Reach the kubelet of one node through the API server. */
  | { readonly kind: 'nodes-proxy'; readonly node: string; readonly user: string | undefined };

/** Why the second rule is not harmless: https://github.com/kubernetes/kubernetes/issues/119640 */
const PROXY_WARNING = (
  node: string,
): string => `# WARNING: "get" on nodes/proxy is as good as root on node ${node}: it reaches the kubelet's exec endpoint too
# (https://github.com/kubernetes/kubernetes/issues/119640). Give it to a person, for as long as it is needed, never to
# a service account, and delete both objects afterwards:
#   kubectl delete clusterrolebinding,clusterrole ${roleName({ kind: 'nodes-proxy', node, user: undefined })}
`;

/** A ClusterRole and its binding. Every name is quoted: a node may be called "1e3". */
export function buildRbacRule(right: MissingRight): string {
  const name = roleName(right);
  const warning = right.kind === 'nodes' ? '' : PROXY_WARNING(right.node);
  return `${warning}apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: ${quote(name)}
rules:
${rules(right)}---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: ${quote(name)}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: ${quote(name)}
subjects:
  - apiGroup: rbac.authorization.k8s.io
    kind: User
    name: ${quote(right.user ?? 'USER')}${right.user === undefined ? ' # the name "kubectl auth whoami" prints' : ''}
`;
}

function rules(right: MissingRight): string {
  if (right.kind === 'nodes')
    return `  - apiGroups: [""]
    resources: ["nodes"]
    verbs: ["list", "watch"]
`;
  return `  - apiGroups: [""]
    resources: ["nodes/proxy"]
    resourceNames: [${quote(right.node)}]
    verbs: ["get"]
`;
}

function roleName(right: MissingRight): string {
  return right.kind === 'nodes' ? 'node-triage-nodes' : `node-triage-proxy-${right.node}`;
}

/** JSON strings are YAML strings. */
function quote(text: string): string {
  return JSON.stringify(text);
}
