import { describe, expect, it } from 'vitest';
import { proxyEndpointsChurn as rule } from '../../../../../src/triage/rules/kubelet/proxyEndpointsChurn.js';
import { listing } from '../../../../support/evidencePieces.js';
import { cpuProfile, judgeBy } from '../../../../support/nodeEvidence.js';

const UPDATE = 'k8s.io/kubernetes/pkg/proxy/iptables.(*Proxier).OnEndpointsUpdate';

describe('proxy-endpoints-churn', () => {
  it.each([
    UPDATE,
    'k8s.io/kubernetes/pkg/proxy/config.(*EndpointSliceConfig).handleUpdateEndpointSlice',
    'k8s.io/kubernetes/pkg/proxy.(*EndpointChangeTracker).Update',
    'github.com/rancher/k3s/vendor/k8s.io/kubernetes/pkg/proxy/ipvs.(*Proxier).OnEndpointSliceUpdate',
  ])('is found in frames: %s', name => {
    const profiles = [cpuProfile({ [`main;${name};reflect.DeepEqual`]: 0.4, 'main;other': 0.6 })];
    expect(judgeBy(rule, { profiles })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      recoverableCores: 0.4,
    });
  });

  it('takes a listing', () => {
    expect(judgeBy(rule, { listed: listing({ [UPDATE]: 0.33 }) })).toMatchObject({ outcome: 'found' });
  });

  it.each([
    [
      'a proxy that writes rules',
      {
        profiles: [cpuProfile({ 'main;k8s.io/kubernetes/pkg/proxy/iptables.(*Proxier).syncProxyRules': 1 })],
      },
      'clear',
    ],
    [
      'a controller of endpoints',
      {
        profiles: [
          cpuProfile({ 'main;k8s.io/kubernetes/pkg/controller/endpoint.(*Controller).syncService': 1 }),
        ],
      },
      'clear',
    ],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
