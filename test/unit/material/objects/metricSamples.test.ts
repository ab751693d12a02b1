/** Prometheus text of a kubelet: whole scrapes, lines, promtool's form. */
import { describe, expect, it } from 'vitest';
import { HOUSEKEEPING_LAG, metricSamplesReader } from '../../../../src/material/objects/metricSamples.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => metricSamplesReader.read(materialText(text));

describe('Prometheus text', () => {
  it('gives samples with labels, facts and counts', () => {
    const found = read(`
$ kubectl get --raw /api/v1/nodes/n1/proxy/metrics
# HELP go_goroutines Number of goroutines that currently exist.
# TYPE go_goroutines gauge
go_goroutines 318
go_info{version="go1.15.5"} 1
kubelet_running_containers{container_state="exited"} 18500
kubelet_cgroup_version 1
kubelet_runtime_operations_duration_seconds_sum{operation_type="exec_sync"} 132.25
rest_client_requests_total{code="200",host="10.0.0.1:443",method="GET"} 1.234e+06
kubelet_pleg_relist_duration_seconds_bucket{le="+Inf"} 88
kubernetes_feature_enabled{name="X",stage="BETA"} 1`);
    expect(found.metrics).toMatchObject([
      { name: 'go_goroutines', value: 318, scrape: 0, at: { file: 'post.txt', line: 4 } },
      { name: 'go_info' },
      { name: 'kubelet_running_containers', labels: { container_state: 'exited' } },
      { name: 'kubelet_cgroup_version' },
      { labels: { operation_type: 'exec_sync' }, value: 132.25 },
      { labels: { code: '200', host: '10.0.0.1:443', method: 'GET' }, value: 1234000 },
      { labels: { le: '+Inf' }, value: 88 },
    ]);
    expect(found.facts).toEqual({ goVersion: 'go1.15.5', cgroupVersion: 1 });
    expect(found.counted?.map(({ thing, value }) => [thing, value])).toEqual([
      ['goroutines', 318],
      ['containers-exited', 18500],
    ]);
  });

  it('tells scrapes apart, and what the kubelet used between them', () => {
    const found = read(`
process_cpu_seconds_total 100
kubelet_pleg_last_seen_seconds 1.7e+09
process_cpu_seconds_total 118
kubelet_pleg_last_seen_seconds 1.70000002e+09`);
    expect(found.metrics?.map(({ scrape }) => scrape)).toEqual([0, 0, 1, 1]);
    expect(found.kubeletCores).toMatchObject([{ seconds: 20, cores: 0.9 }]);
  });

  it("gives of cAdvisor's series how late housekeeping is, and throttling", () => {
    const found = read(`
container_last_seen{id="/"} 1.795422731e+09 1795422731034
container_last_seen{id="/kubepods"} 1.795422752e+09 1795422740000
container_cpu_usage_seconds_total{cpu="total",id="/kubepods"} 12.5 1795422740000
container_cpu_cfs_periods_total{id="/system.slice/kubelet.service"} 1000 1795422740000
container_cpu_cfs_throttled_periods_total{id="/system.slice/kubelet.service"} 730
container_cpu_cfs_throttled_seconds_total{id="/system.slice/kubelet.service"} 55.5
container_cpu_cfs_periods_total{id="/other"} 0
machine_cpu_cores 16`);
    expect(
      found.metrics?.map(({ name, labels, value }) => [name, labels['stat'], Math.round(value)]),
    ).toEqual([
      [HOUSEKEEPING_LAG, 'max', 21],
      [HOUSEKEEPING_LAG, 'median', 12],
    ]);
    expect(found.throttling).toMatchObject([
      {
        cgroup: '/system.slice/kubelet.service',
        periods: 1000,
        throttledPeriods: 730,
        throttledSeconds: 55.5,
      },
    ]);
    expect(found.facts).toEqual({ cpus: 16 });
  });

  it('reads what PromQL answered', () => {
    expect(
      read(
        'kubelet_running_pods{instance="10.0.0.7:10250", job="kubelet", node="n7"} => 250 @[1700000000.5]\nkubelet_node_name{node="n7"}   1',
      ).metrics,
    ).toMatchObject([{ labels: { node: 'n7', job: 'kubelet' }, value: 250 }, { value: 1 }]);
  });

  it.each([
    [
      "the kubelet's build",
      'kubernetes_build_info{git_version="v1.31.2",go_version="go1.22.8",platform="linux/arm64"} 1\nkubelet_running_pods 12',
      { kubeletVersion: 'v1.31.2', goVersion: 'go1.22.8', architecture: 'arm64', pods: 12 },
    ],
    ['the build of another job', 'kubernetes_build_info{git_version="v1.31.2",job="apiserver"} 1', {}],
    ['Go of a program that is no kubelet', 'go_info{version="go1.20"} 1\nkubeproxy_sync_total 7', {}],
    [
      'what cAdvisor says of the machine',
      'cadvisor_version_info{kernelVersion="5.15.0-9",osVersion="Ubuntu 22.04.1 LTS"} 1',
      { kernelVersion: '5.15.0-9', osImage: 'Ubuntu 22.04.1 LTS' },
    ],
  ])('tells facts: %s', (_, text, facts) => {
    expect(read(text).facts).toEqual(facts);
  });

  it('is none of prose, logs, other tools and cut lines', () => {
    const found = read(`
go 1.15
kubelet 12
process 1234 was killed
kubelet_runtime_operations_total{operation_type="exec
kubelet_runtime_operations_total{operation_type="exec_sync"} NaN
nginx_requests_total 12
runtime.findRunnable 12
kubelet_running_pods`);
    expect(found.metrics).toEqual([]);
  });
});
