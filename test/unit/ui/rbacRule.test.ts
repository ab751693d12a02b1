import { loadYaml } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { buildRbacRule, type MissingRight } from '../../../src/ui/rbacRule.js';

/** The two objects of the text, as an API server would read them. */
function objects(right: MissingRight): unknown[] {
  return buildRbacRule(right)
    .split(/^---$/m)
    .map(text => loadYaml(text));
}

describe('buildRbacRule', () => {
  it('gives one user one verb on the kubelet of one node, and warns', () => {
    const right = { kind: 'nodes-proxy', node: 'node1', user: 'jane@example.org' } as const;
    expect(objects(right)).toEqual([
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'node-triage-proxy-node1' },
        rules: [{ apiGroups: [''], resources: ['nodes/proxy'], resourceNames: ['node1'], verbs: ['get'] }],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'node-triage-proxy-node1' },
        roleRef: {
          apiGroup: 'rbac.authorization.k8s.io',
          kind: 'ClusterRole',
          name: 'node-triage-proxy-node1',
        },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane@example.org' }],
      },
    ]);
    expect(buildRbacRule(right)).toMatch(/^# WARNING: .* as good as root on node node1/);
  });

  it('asks for no more than looking at nodes where that is what was refused', () => {
    const [role] = objects({ kind: 'nodes', user: undefined });
    expect(role).toMatchObject({
      rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] }],
    });
    expect(buildRbacRule({ kind: 'nodes', user: undefined })).not.toContain('nodes/proxy');
  });

  it('gives a debug pod what it takes in one namespace, and warns', () => {
    const right = { kind: 'debug-pod', namespace: 'triage', user: 'jane' } as const;
    const metadata = { name: 'node-triage-debug-pod', namespace: 'triage' };
    expect(objects(right)).toEqual([
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata,
        rules: [
          { apiGroups: [''], resources: ['pods'], verbs: ['create', 'get', 'delete'] },
          { apiGroups: [''], resources: ['pods/exec'], verbs: ['get', 'create'] },
        ],
      },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' }],
      },
    ]);
    expect(buildRbacRule(right)).toMatch(
      /^# WARNING: who may create pods in namespace triage is as good as root/,
    );
  });

  it('lists pods of all namespaces with one verb, where that is what was refused', () => {
    const [role, binding] = objects({ kind: 'list-pods', user: undefined });
    expect(role).toMatchObject({
      kind: 'ClusterRole',
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
    });
    expect(binding).toMatchObject({ kind: 'ClusterRoleBinding', subjects: [{ name: 'USER' }] });
  });

  it.each(['1e3', 'true', 'system:serviceaccount:a:b', 'say "hi"\n- x'])('keeps the name %j a name', name => {
    const [role, binding] = objects({ kind: 'nodes-proxy', node: name.replace(/\s/g, ''), user: name });
    expect(role).toMatchObject({ rules: [{ resourceNames: [name.replace(/\s/g, '')] }] });
    expect(binding).toMatchObject({ subjects: [{ name }] });
    const [podRole] = objects({ kind: 'debug-pod', namespace: name.replace(/\s/g, ''), user: name });
    expect(podRole).toMatchObject({ metadata: { namespace: name.replace(/\s/g, '') } });
  });
});
