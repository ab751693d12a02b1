/** What leaves the editor of a triage: forms that are what they say, and no name of the cluster where that was asked for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runInspect } from '../../../src/cli/runInspect.js';
import { collectMaterial } from '../../../src/material/collect.js';
import { exportTriage, TRIAGE_FORMATS } from '../../../src/report/triageExport/exportTriage.js';
import { redactJson } from '../../../src/report/triageExport/redactJson.js';
import { clusterNames } from '../../../src/report/triageExport/clusterNames.js';
import { Redactor } from '../../../src/report/triageExport/redactor.js';
import { reportTriage } from '../../../src/report/triageReport.js';
import { judge } from '../../../src/triage/judge.js';
import { RULES } from '../../../src/triage/ruleTable.js';
import { triageJson } from '../../../src/triage/triageJson.js';

interface Names {
  readonly node: string;
  readonly pod: string;
  readonly namespace: string;
  readonly image: string;
  readonly address: string;
}

/** A node in trouble whose names are everywhere that evidence has them. */
function sick({ node, pod, namespace, image, address }: Names) {
  const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });
  const log = (message: string): string => `E1127 10:00:00.123456     812 kubelet.go:2448] ${message}`;
  const evidence = collectMaterial([
    file('capture.json', JSON.stringify({ node: { name: node, kernelVersion: '4.4.227' } })),
    file(
      `../2026-11-27T10-00-00Z-${node}-threads/kubelet.log`,
      [
        log(`"PLEG is not healthy: pleg was last seen active 3m11s ago; threshold is 3m0s" node="${node}"`),
        log(
          `"Error syncing pod" pod="${namespace}/${pod}" err="failed to pull ${image}: dial tcp ${address}:443: i/o timeout"`,
        ),
        '',
      ].join('\n'),
    ),
    file(
      'events.json',
      JSON.stringify({
        kind: 'EventList',
        items: [
          {
            kind: 'Event',
            involvedObject: { kind: 'Pod', name: pod, namespace },
            reason: 'FailedCreatePodSandBox',
            message: `Failed to create pod sandbox for ${pod}_${namespace}: context deadline exceeded`,
            type: 'Warning',
            count: 40,
          },
        ],
      }),
    ),
    file(
      'pods.json',
      JSON.stringify({
        kind: 'PodList',
        items: [{ metadata: { name: pod, namespace }, spec: { nodeName: node, containers: [] }, status: {} }],
      }),
    ),
    file(
      'times.txt',
      '# time cat /sys/fs/cgroup/memory/memory.stat\n\nreal\t0m9.061s\nuser\t0m0.000s\nsys\t0m9.058s\n',
    ),
    file(`notes-${node}.txt`, 'The sea was calm.\n'),
    file(`shot-${pod}-1.txt`, 'The sky was blue.\n'),
  ]);
  return { evidence, triage: judge(evidence, RULES) };
}

const NAMES: Names = {
  node: 'ip-10-2-3-4.eu-west-1.compute.internal',
  pod: 'billing-worker-7c9f8-x2x4z',
  namespace: 'payments',
  image: 'registry.corp.example.com/payments/billing:1.4.2',
  address: '10.77.3.9',
};

function allForms(names: Names, isRedacted: boolean): readonly string[] {
  const { evidence, triage } = sick(names);
  const report = reportTriage({ steps: [] }, evidence, triage);
  const json = triageJson(evidence, triage);
  return [
    ...TRIAGE_FORMATS.map(format => exportTriage(report, { format, isRedacted, version: '1.2.3' })),
    JSON.stringify(isRedacted ? redactJson(json, clusterNames(evidence)) : json),
  ];
}

describe('a redacted export', () => {
  it('holds no name of the cluster in any form, and says the same for the same', () => {
    const open = allForms(NAMES, false).join('\n');
    for (const name of [NAMES.node, NAMES.pod]) expect(open).toContain(name);
    for (const text of allForms(NAMES, true))
      for (const name of Object.values(NAMES)) expect(text).not.toContain(name);
  });

  it('holds none whatever the names are', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{2,8}-[a-z0-9]{4,12}$/u);
    const names = fc.record({
      node: label.map(name => `n${name}`),
      pod: label.map(name => `p${name}`),
      namespace: label.map(name => `s${name}`),
      image: label.map(name => `registry.example.com/team/${name}:v1`),
      address: fc
        .tuple(fc.integer({ min: 11, max: 240 }), fc.integer({ min: 10, max: 250 }))
        .map(([a, b]) => `${a}.${b}.77.99`),
    });
    fc.assert(
      fc.property(names, made => {
        for (const text of allForms(made, true))
          for (const name of Object.values(made)) expect(text.toLowerCase()).not.toContain(name);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['worker-1 told worker-1', 'node-1 told node-1'],
    ['2026-11-27T10-00-00Z-worker-1-threads/x.txt', '2026-11-27T10-00-00Z-node-1-threads/x.txt'],
    ['worker-10 is another', 'worker-10 is another'],
    ['web-0.shop.svc and default/web-0', 'pod-1.namespace-1.svc and default/pod-1'],
    ['dial tcp 10.0.0.1:443, [fe80::1ff:fe23:4567:890a]', 'dial tcp address-1:443, [address-2]'],
    ['kubelet v1.32.5, runc 1.1.12, 4.18.0-176', 'kubelet v1.32.5, runc 1.1.12, 4.18.0-176'],
    ['corp.example.com/team/agent.(*Loop).Run has 20 %', 'function-1 has 20 %'],
    [
      'github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats',
      'github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats',
    ],
    ['pod0c3a1f52-7d1b-4f6e-9d53-2f1a0b9c8d7e.slice', 'podid-1.slice'],
    ['kubepods-pod_0c3a1f52_7d1b_4f6e_9d53_2f1a0b9c8d7e.slice', 'kubepods-pod_id-1.slice'],
    [
      'cri-containerd-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.scope',
      'cri-containerd-id-1.scope',
    ],
    ['at db.prod.example.com', 'at host-1'],
    ['notes-web-0.txt of worker-1-2', 'notes-web-0.txt of node-1-2'],
  ])('%s', (text, redacted) => {
    const names = { nodes: ['worker-1'], pods: ['web-0'], namespaces: ['shop', 'default'] };
    expect(new Redactor(names).text(text)).toBe(redacted);
  });
});

describe('HTML', () => {
  it('runs nothing and fetches nothing, whatever a name is', () => {
    const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
    const { evidence, triage } = sick({ ...NAMES, node: evil, pod: evil });
    const report = reportTriage(
      { steps: [{ step: evil, outcome: 'failed', file: evil, reason: evil }] },
      evidence,
      triage,
    );
    const html = exportTriage(report, { format: 'html', isRedacted: false, version: undefined });
    const tags = html.match(/<[a-z!][^>]*>/giu) ?? [];
    expect(tags.length).toBeGreaterThan(50);
    expect(tags.filter(tag => /^<(?:script|img|iframe|link|object)|\s(?:on\w+|src)=/iu.test(tag))).toEqual(
      [],
    );
    expect(html).toContain("default-src 'none'");
    for (const [, url] of html.matchAll(/href="([^"]*)"/gu)) expect(url).toMatch(/^https:\/\//u);
  });
});

describe('SARIF', () => {
  it('names each rule once, and each result by its place', () => {
    const { evidence, triage } = sick(NAMES);
    const report = reportTriage({ steps: [] }, evidence, triage);
    const sarif = JSON.parse(
      exportTriage(report, { format: 'sarif', isRedacted: false, version: '1.2.3' }),
    ) as {
      readonly version: string;
      readonly runs: readonly {
        readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
        readonly results: readonly {
          readonly ruleId: string;
          readonly ruleIndex: number;
          readonly kind: string;
          readonly level: string;
          readonly message: { readonly text: string };
        }[];
      }[];
    };
    const [run] = sarif.runs;
    const rules = run?.tool.driver.rules ?? [];
    expect(sarif.version).toBe('2.1.0');
    expect(new Set(rules.map(({ id }) => id)).size).toBe(RULES.length);
    for (const { ruleId, ruleIndex, kind, level, message } of run?.results ?? []) {
      expect(rules[ruleIndex]?.id).toBe(ruleId);
      expect(['fail', 'open', 'pass', 'review', 'notApplicable']).toContain(kind);
      expect(level === 'none').toBe(kind !== 'fail');
      expect(message.text).not.toBe('');
    }
    expect(run?.results[0]).toMatchObject({ ruleId: 'memcg-stat-v1-zombies', kind: 'fail', level: 'error' });
  });
});

describe('inspect', () => {
  it('says which formats there are', () => {
    const { output, exitCode } = runInspect(['--triage', '.', '--format', 'pdf']);
    expect(exitCode).toBe(2);
    expect(output).toMatchObject({ error: { code: 'usage' } });
  });
});
