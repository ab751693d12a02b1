import { describe, expect, it } from 'vitest';
import { devicePluginSlow as rule } from '../../../../../src/triage/rules/kubelet/devicePluginSlow.js';
import { goroutines, nodeEvent, processRow } from '../../../../support/evidencePieces.js';
import { HERE, judgeBy, logLines } from '../../../../support/nodeEvidence.js';
import { scrapedMetrics } from '../../../../support/scrapedMetrics.js';

const asked = (at: number, next: number, between = '') => [
  {
    at: HERE,
    origin: 'kubelet' as const,
    text: '"Issuing a GetPreferredAllocation call for container" containerName="main"',
    seconds: at,
    severity: undefined,
  },
  ...(between === '' ? [] : logLines(between)),
  {
    at: HERE,
    origin: 'kubelet' as const,
    text: '"Making allocation request for device plugin" resourceName="vendor.example/gpu"',
    seconds: next,
    severity: undefined,
  },
];

describe('device-plugin-slow', () => {
  it('is found between two lines of the log', () => {
    expect(judgeBy(rule, { log: asked(100, 126.5, 'SyncLoop (PLEG)') })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 26.5 }],
    });
    expect(judgeBy(rule, { log: asked(100, 100.2) })).toMatchObject({ outcome: 'clear' });
  });

  it.each([
    [
      'its metric',
      'kubelet_device_plugin_alloc_duration_seconds_sum{resource_name="vendor.example/gpu"} 50\nkubelet_device_plugin_alloc_duration_seconds_count{resource_name="vendor.example/gpu"} 10',
    ],
    [
      'the older metric',
      'kubelet_device_plugin_alloc_latency_microseconds_sum 5e+07\nkubelet_device_plugin_alloc_latency_microseconds_count 10',
    ],
  ])('is found in %s', (_, text) => {
    expect(judgeBy(rule, { metrics: scrapedMetrics(text) })).toMatchObject({
      outcome: 'found',
      evidence: [{ value: 5 }],
    });
  });

  it('is found in a call that has waited for minutes, above the lock that it holds', () => {
    const frames = [
      'google.golang.org/grpc.(*ClientConn).Invoke',
      'k8s.io/kubernetes/pkg/kubelet/cm/devicemanager.(*ManagerImpl).allocateContainerResources',
    ];
    expect(judgeBy(rule, { goroutines: [goroutines(1, frames, 'select', 1860)] })).toMatchObject({
      outcome: 'found',
      explains: ['lock-contention'],
    });
    expect(judgeBy(rule, { goroutines: [goroutines(1, frames, 'select', 1)] })).toMatchObject({
      outcome: 'clear',
    });
  });

  it('is found where the plugin is stopped', () => {
    const plugin = (state: string) => ({
      processes: [processRow('/usr/bin/nvidia-device-plugin', { pid: 9, state })],
    });
    expect(judgeBy(rule, plugin('Tl'))).toMatchObject({ outcome: 'found', confidence: 'high' });
    expect(judgeBy(rule, plugin('Sl'))).toMatchObject({ outcome: 'clear' });
  });

  it('suspects it from a dump without states that met a call', () => {
    const frames = [
      'google.golang.org/grpc/internal/transport.(*Stream).waitOnHeader',
      'k8s.io/kubernetes/pkg/kubelet/cm/devicemanager.(*ManagerImpl).allocateContainerResources',
    ];
    expect(judgeBy(rule, { goroutines: [goroutines(1, frames)] })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'medium',
    });
  });

  it('is a suspicion from an Event of a deadline', () => {
    const events = [
      nodeEvent(
        'UnexpectedAdmissionError',
        'Allocate failed due to rpc error: code = DeadlineExceeded desc = context deadline exceeded, which is unexpected',
      ),
    ];
    expect(judgeBy(rule, { events })).toMatchObject({ outcome: 'uncertain', confidence: 'medium' });
  });

  it.each([
    [
      'a device that is not there',
      {
        events: [
          nodeEvent(
            'UnexpectedAdmissionError',
            'Allocate failed due to no healthy devices present; cannot allocate unhealthy devices',
          ),
        ],
      },
      'clear',
    ],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
