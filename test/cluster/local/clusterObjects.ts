/** What is created in the fresh local cluster: what the user `limited` may, and the namespaces the tests use. */
const viewer = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'node-viewer' },
  rules: [
    {
      apiGroups: [''],
      resources: ['nodes', 'pods', 'namespaces', 'events'],
      verbs: ['get', 'list', 'watch'],
    },
  ],
};

const limitedIsViewer = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'limited-node-viewer' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: viewer.metadata.name },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'limited' }],
};

export const CLUSTER_OBJECTS = { apiVersion: 'v1', kind: 'List', items: [viewer, limitedIsViewer] };
