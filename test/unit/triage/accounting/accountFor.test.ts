import { readdirSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readEvidence } from '../../../../src/evidence/readEvidence.js';
import { readProfile } from '../../../../src/profile/readProfile.js';
import { accountFor, type CpuAccount } from '../../../../src/triage/accounting/accountFor.js';
import { attribute } from '../../../../src/triage/accounting/attribute.js';
import { SUBSYSTEM_IDS, SUBSYSTEMS } from '../../../../src/triage/accounting/subsystems.js';
import { Reading } from '../../../../src/triage/reading.js';
import { FIXTURES, readFixture } from '../../../support/fixtures.js';
import { cpuProfile, HERE, nodeEvidence, type GivenEvidence } from '../../../support/nodeEvidence.js';
import { processRow } from '../../../support/nodeRows.js';

const account = (given: GivenEvidence): CpuAccount => {
  const evidence = nodeEvidence(given);
  return accountFor(evidence, new Reading(evidence));
};
const inflated = (file: string) => new Uint8Array(gunzipSync(readFixture(file)));
const recorded = (file: string) => ({
  ...readEvidence(inflated(`profiles/${file}`), 'profile'),
  at: { file, line: undefined },
});
const shareOf = ({ subsystems }: CpuAccount, name: string): number =>
  subsystems.find(({ id }) => id === name)?.share ?? 0;

const KUBELET = 'k8s.io/kubernetes/pkg/kubelet';
const CADVISOR = 'github.com/google/cadvisor/manager.(*containerData).housekeeping';
const GET_STATS = 'github.com/opencontainers/runc/libcontainer/cgroups/fs.(*MemoryGroup).GetStats';

const PROFILES = readdirSync(path.join(FIXTURES, 'profiles')).filter(file =>
  /^cpu-.*30s\.pb\.gz$/u.test(file),
);

describe.each(PROFILES)('of the recorded %s', file => {
  it('every sample is in exactly one subsystem', () => {
    const { subsystems, shownCores } = account({ profiles: [recorded(file)] });
    expect(subsystems.length).toBeGreaterThan(2);
    expect(subsystems.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10);
    expect(subsystems.reduce((sum, { value = NaN }) => sum + value, 0)).toBeCloseTo(shownCores ?? NaN, 10);
  });

  it('nanoseconds are neither lost nor made', () => {
    const profile = readProfile(inflated(`profiles/${file}`));
    let total = 0;
    for (let sample = 0; sample < profile.samples.count; sample++)
      total += profile.samples.values[sample * profile.sampleTypes.length + 1] ?? 0;
    expect([...attribute(profile, 1).values()].reduce((sum, value) => sum + value, 0)).toBe(total);
  });

  it('little has no name', () => {
    expect(shareOf(account({ profiles: [recorded(file)] }), 'other')).toBeLessThan(0.1);
  });
});

describe('attribution', () => {
  it('finds reads of cgroups, not housekeeping, on the node with dead memory cgroups', () => {
    const found = account({ profiles: [recorded('cpu-memcg-zombies-30s.pb.gz')] });
    expect(found.subsystems[0]).toMatchObject({ id: 'cgroup-reads', name: 'Reading cgroups' });
    expect(shareOf(found, 'cgroup-reads')).toBeGreaterThan(0.5);
    expect(shareOf(found, 'gc')).toBeGreaterThan(0);
    expect(shareOf(found, 'scheduler')).toBeGreaterThan(0);
  });

  it.each([
    [
      'the nearest part that is known',
      `${CADVISOR};${GET_STATS};os.(*File).Read;syscall.Syscall`,
      'cgroup-reads',
    ],
    ['housekeeping where it works itself', `${CADVISOR};reflect.DeepEqual`, 'housekeeping'],
    [
      'a call of the PLEG as one of the runtime',
      `${KUBELET}/pleg.(*GenericPLEG).relist;${KUBELET}/kuberuntime.(*kubeGenericRuntimeManager).GetPods;google.golang.org/grpc.(*ClientConn).Invoke`,
      'cri',
    ],
    ['the PLEG where it compares', `${KUBELET}/pleg.(*GenericPLEG).relist;runtime.mapassign`, 'pleg'],
    [
      'collection wherever it is',
      `${CADVISOR};${GET_STATS};runtime.mallocgc;runtime.gcAssistAlloc;runtime.gcDrainN`,
      'gc',
    ],
    ['allocation as the work it is for', `${CADVISOR};${GET_STATS};runtime.mallocgc`, 'cgroup-reads'],
    [
      'a wake as the work it is for',
      `${KUBELET}/prober.(*worker).run;runtime.goready;runtime.wakep;runtime.futex`,
      'probes',
    ],
    [
      'the scheduler alone',
      'runtime.mcall;runtime.park_m;runtime.schedule;runtime.findRunnable;runtime.netpoll;internal/runtime/syscall/linux.EpollWait',
      'scheduler',
    ],
    ['a system call without an owner', 'main.x;os.Open;syscall.openat;syscall.Syscall6', 'system-calls'],
    [
      'names of vendored packages',
      `k8s.io/kubernetes/vendor/${CADVISOR};k8s.io/kubernetes/vendor/${GET_STATS}`,
      'cgroup-reads',
    ],
    [
      'cAdvisor with lib in its path',
      'github.com/google/cadvisor/lib/container/common.getSpecInternal;os.Stat',
      'cgroup-reads',
    ],
    [
      'decoding of a watch',
      'k8s.io/client-go/tools/cache.(*Reflector).ListAndWatch;encoding/json.Unmarshal',
      'encoding',
    ],
    ['a watch', 'k8s.io/client-go/tools/cache.(*Reflector).ListAndWatch;sync.(*Mutex).Lock', 'client-go'],
    [
      'a scrape',
      'net/http.(*conn).serve;github.com/prometheus/client_golang/prometheus.(*Registry).Gather',
      'http-server',
    ],
    ['the summary', `${KUBELET}/server/stats.(*summaryProviderImpl).Get;sort.Sort`, 'pod-stats'],
    ['eviction', `${KUBELET}/eviction.(*managerImpl).synchronize;runtime.memmove`, 'eviction'],
    ['volumes', `${KUBELET}/volumemanager/reconciler.(*reconciler).Run;reflect.DeepEqual`, 'volumes'],
    ['the log', `${KUBELET}.(*Kubelet).syncLoop;k8s.io/klog/v2.(*loggingT).output`, 'logging'],
    ['the rest of the kubelet', `${KUBELET}.(*Kubelet).syncLoop;sort.Sort`, 'pod-workers'],
    ['what nothing knows', 'main.main;example.com/x.y', 'other'],
  ])('counts %s', (_, stack, id) => {
    const found = account({ profiles: [cpuProfile({ [stack]: 0.5, [`${KUBELET}.known`]: 0.5 })] });
    const expected = id === 'pod-workers' ? 1 : 0.5;
    expect(shareOf(found, id)).toBeCloseTo(expected, 10);
  });

  it('has a row with words for every subsystem, each once', () => {
    expect(SUBSYSTEMS.map(({ id }) => id).sort()).toEqual([...SUBSYSTEM_IDS].sort());
    for (const { name, about } of SUBSYSTEMS) expect([name, about].join('')).not.toBe('');
  });
});

describe('accountFor', () => {
  const profile = cpuProfile({ [`${CADVISOR};${GET_STATS}`]: 3.0, [`${KUBELET}.x`]: 0.6 });
  const record = (cores: number, file = 'record.json') => ({ at: { ...HERE, file }, cores, seconds: 30 });

  it('sets what the process used against what the profile shows', () => {
    const found = account({ profiles: [profile], kubeletCores: [record(4.5)] });
    expect(found).toMatchObject({ cores: 4.5, userCores: undefined, systemCores: undefined });
    expect(found.shownCores).toBeCloseTo(3.6, 6);
    expect(found.hiddenCores).toBeCloseTo(0.9, 6);
    expect(found.subsystems[0]).toMatchObject({
      id: 'cgroup-reads',
      value: expect.closeTo(3.0, 6) as number,
    });
  });

  it('takes user and system of pidstat where its sum is alike, not where it is of another moment', () => {
    const kubelet = (userCores: number, systemCores: number) =>
      processRow('kubelet', { tool: 'pidstat', cores: userCores + systemCores, userCores, systemCores });
    const alike = { profiles: [profile], kubeletCores: [record(4.5, profile.at.file)] };
    expect(account({ ...alike, processes: [kubelet(1.5, 2.7)] })).toMatchObject({
      cores: 4.5,
      userCores: 1.5,
      systemCores: 2.7,
    });
    expect(account({ ...alike, processes: [kubelet(0.1, 0.2)] })).toMatchObject({
      cores: 4.5,
      userCores: undefined,
      systemCores: undefined,
    });
  });

  it('takes ps, which averages over a life, only where there is nothing else', () => {
    const ps = processRow('/usr/bin/kubelet', { tool: 'ps', cores: 9 });
    const top = processRow('kubelet', { tool: 'top', cores: 2 });
    expect(account({ processes: [ps, top] })).toMatchObject({ cores: 2 });
    expect(account({ processes: [ps] })).toMatchObject({ cores: 9 });
  });

  it('reads user and system from samples of threads', () => {
    const file = 'pod/jobs/threads/files/threads.samples.txt.gz';
    const threads = readEvidence(inflated(file), 'threads');
    if (threads.kind !== 'threads') throw new Error('no samples');
    const {
      cores = NaN,
      userCores = NaN,
      systemCores = NaN,
    } = account({ threads: [{ ...threads, at: HERE }] });
    expect(cores).toBeGreaterThan(0);
    expect(userCores + systemCores).toBeCloseTo(cores, 10);
  });

  it('leaves unknown what nothing tells, and never 0', () => {
    expect(account({})).toEqual({
      cores: undefined,
      userCores: undefined,
      systemCores: undefined,
      place: undefined,
      shownCores: undefined,
      hiddenCores: undefined,
      subsystems: [],
      profilePlace: undefined,
    });
    expect(account({ profiles: [profile] })).toMatchObject({ cores: undefined, hiddenCores: undefined });
  });

  it('hides nothing where the profile shows a little more, and says nothing where it is of another moment', () => {
    expect(account({ profiles: [profile], kubeletCores: [record(3.5)] })).toMatchObject({ hiddenCores: 0 });
    expect(account({ profiles: [profile], kubeletCores: [record(0.4)] })).toMatchObject({
      hiddenCores: undefined,
    });
  });

  it('sets out no heap, no empty profile and no other program', () => {
    const others = [
      recorded('heap-30pods.pb.gz'),
      recorded('cpu-empty-1s.pb.gz'),
      cpuProfile({ 'main.main;x.y': 1 }),
    ];
    for (const other of others) expect(account({ profiles: [other] }).subsystems).toEqual([]);
  });
});
