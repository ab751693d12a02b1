import { loadYaml } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { buildRbacRule, type MissingRight } from '../../../../src/words/errors/rbacRule.js';

/** The two objects of the text, as an API server would read them. */
function objects(right: MissingRight, user?: string): unknown[] {
  return buildRbacRule(right, user)
    .split(/^---$/m)
    .map(text => loadYaml(text));
}

describe('buildRbacRule', () => {
  it('gives one user one verb on the kubelet of one node, and warns', () => {
    const right = { kind: 'nodes-proxy', node: 'node1' } as const;
    expect(objects(right, 'jane@example.org')).toEqual([
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
    expect(buildRbacRule(right, undefined)).toMatch(/^# WARNING: .* as good as root on node node1/);
  });

  it('asks for no more than looking at nodes where that is what was refused', () => {
    const [role] = objects({ kind: 'nodes' });
    expect(role).toMatchObject({
      rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] }],
    });
    expect(buildRbacRule({ kind: 'nodes' }, undefined)).not.toContain('nodes/proxy');
  });

  it('gives a debug pod what it takes in one namespace, and warns', () => {
    const right = { kind: 'debug-pod', namespace: 'triage' } as const;
    const metadata = { name: 'node-triage-debug-pod', namespace: 'triage' };
    expect(objects(right, 'jane')).toEqual([
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
    expect(buildRbacRule(right, undefined)).toMatch(
      /^# WARNING: who may create pods in namespace triage is as good as root/,
    );
  });

  it('lists pods of all namespaces with one verb, where that is what was refused', () => {
    const [role, binding] = objects({ kind: 'list-pods' });
    expect(role).toMatchObject({
      kind: 'ClusterRole',
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
    });
    expect(binding).toMatchObject({ kind: 'ClusterRoleBinding', subjects: [{ name: 'USER' }] });
  });

  it.each([
    '1e3',
    'true',
    'system:serviceaccount:a',
    'say "hi"\n- x',
    'a\u0085b',
    'a\u2028- x',
    'a\u007f',
    'jane\u202e',
    'J\u00f6rg',
    '\u{e0041}jane',
  ])('keeps the name %j a name', name => {
    const [role, binding] = objects({ kind: 'nodes-proxy', node: name }, name);
    expect(role).toMatchObject({
      metadata: { name: `node-triage-proxy-${name}` },
      rules: [{ resourceNames: [name] }],
    });
    expect(binding).toMatchObject({ subjects: [{ name }] });
    const [podRole] = objects({ kind: 'debug-pod', namespace: name }, name);
    expect(podRole).toMatchObject({ metadata: { namespace: name } });
  });

  it.each([
    ['a line', 'x\nkind: ClusterRole'],
    ['a carriage return', 'x\rkind: ClusterRole'],
    ['a line separator', 'x\u2028kind: ClusterRole'],
    ['the next line of C1', 'x\u0085kind: ClusterRole'],
    ['a document', 'x\n---\nkind: Secret'],
  ])('does not let a name out of its comment by %s', (_, name) => {
    const plain = buildRbacRule({ kind: 'nodes-proxy', node: 'x' }, 'jane');
    const hostile = buildRbacRule({ kind: 'nodes-proxy', node: name }, 'jane');
    expect(hostile.split(/[\n\r\u0085\u2028\u2029]/).length).toBe(plain.split('\n').length);
    expect(objects({ kind: 'debug-pod', namespace: name }, 'jane')).toHaveLength(2);
  });

  it('quotes names for the shell, in the command that removes the objects again', () => {
    const rule = buildRbacRule({ kind: 'debug-pod', namespace: "a; id 'b' $(c)" }, 'jane');
    expect(rule).toContain(
      `kubectl -n 'a; id '\\''b'\\'' $(c)' delete rolebinding,role node-triage-debug-pod`,
    );
    expect(buildRbacRule({ kind: 'nodes-proxy', node: 'n`id`' }, 'jane')).toContain(
      "clusterrole 'node-triage-proxy-n`id`'",
    );
  });

  it('binds a service account as one', () => {
    const [, binding] = objects({ kind: 'list-pods' }, 'system:serviceaccount:ci:node-triage');
    expect(binding).toMatchObject({
      subjects: [{ kind: 'ServiceAccount', name: 'node-triage', namespace: 'ci' }],
    });
  });

  it('leaves a place for the name where it is not known', () => {
    expect(buildRbacRule({ kind: 'nodes' }, undefined)).toContain(
      'name: "USER" # the name "kubectl auth whoami" prints',
    );
  });
});
