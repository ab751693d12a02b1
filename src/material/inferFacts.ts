/**
 * What evidence tells of a node although no text says it: its memory, and the cgroup version, by the functions of its
 * kubelet, the files that were read and the age of its kernel. Only what excludes the other answer counts.
 */
import { StringReader } from '../profile/packedStrings.js';
import { isAtLeast, parseKernelRelease } from '../sources/kernel/kernelRelease.js';
import type { NodeEvidence, NodeFacts } from './model.js';

/** runc's readers of each version; a kubelet links both and calls one. */
const V1_FRAME = /\/cgroups\/fs\.\(\*\w+Group\)\.GetStats$/u;
const V2_FRAME = /\/cgroups\/fs2\./u;
/** Hierarchies of one controller each are version 1's; `unified` beside them is the hybrid layout, where memory is v1. */
const V1_PATH = /\/sys\/fs\/cgroup\/(?:memory|cpu|cpu,cpuacct|cpuacct|pids|blkio|freezer|systemd|devices)\//u;
const V2_PATH =
  /\/sys\/fs\/cgroup\/(?:kubepods|system|user|init)\.(?:slice|scope)\/|cgroup\.controllers|cgroup2fs/u;

/** The facts, with those that follow from the evidence where no text says otherwise. */
export function inferFacts(evidence: NodeEvidence): NodeFacts {
  const { facts } = evidence;
  return {
    ...facts,
    cgroupVersion: facts.cgroupVersion ?? inferCgroupVersion(evidence),
    memoryBytes: facts.memoryBytes ?? inferMemory(evidence),
  };
}

const MIB = 2 ** 20;

/** MemTotal, or what free and top say of it; a whole number of MiB is one that was rounded. */
function inferMemory({ memory }: NodeEvidence): number | undefined {
  return memory.find(({ total }) => total !== undefined && total % MIB !== 0)?.total;
}

function inferCgroupVersion(evidence: NodeEvidence): 1 | 2 | undefined {
  const texts = [...pathsOf(evidence), ...evidence.listed.map(({ name }) => name)];
  const isV1 = hasFrame(evidence, V1_FRAME) || texts.some(text => V1_PATH.test(text) || V1_FRAME.test(text));
  const isV2 = hasFrame(evidence, V2_FRAME) || texts.some(text => V2_PATH.test(text) || V2_FRAME.test(text));
  if (isV1 !== isV2) return isV1 ? 1 : 2;
  const version = parseKernelRelease(evidence.facts.kernelVersion ?? '')?.version;
  // cgroup v2 is in Linux since 4.5 (Documentation/admin-guide/cgroup-v2.rst).
  return version !== undefined && !isAtLeast(version, 4, 5) ? 1 : undefined;
}

function pathsOf(evidence: NodeEvidence): readonly string[] {
  return [
    ...evidence.timed.map(({ command }) => command),
    ...evidence.log.slice(0, 10_000).map(({ text }) => text),
    ...evidence.throttling.map(({ cgroup }) => cgroup ?? ''),
    ...evidence.calls.flatMap(({ log }) => log.calls.slice(0, 10_000).map(({ file }) => file?.path ?? '')),
  ];
}

function hasFrame({ profiles }: NodeEvidence, pattern: RegExp): boolean {
  return profiles.some(({ profile }) => {
    const names = new StringReader(profile.strings);
    return profile.functions.name.some(name => pattern.test(names.get(name)));
  });
}
