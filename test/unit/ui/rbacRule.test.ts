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

  it('asks for no more than listing where that is what was refused', () => {
    const [role] = objects({ kind: 'nodes', user: undefined });
    expect(role).toMatchObject({
      rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] }],
    });
    expect(buildRbacRule({ kind: 'nodes', user: undefined })).not.toContain('nodes/proxy');
  });

  it.each(['1e3', 'true', 'system:serviceaccount:a:b', 'say "hi"\n- x'])('keeps the name %j a name', name => {
    const [role, binding] = objects({ kind: 'nodes-proxy', node: name.replace(/\s/g, ''), user: name });
    expect(role).toMatchObject({ rules: [{ resourceNames: [name.replace(/\s/g, '')] }] });
    expect(binding).toMatchObject({ subjects: [{ name }] });
  });
});
