/**
 * What the node itself says of its state: types only. parseFacts.ts makes it of the file that factsScript.ts writes. What a
 * section does not say is undefined, and {@link NodeFactsReading.missing} says why a section is not there.
 */
import type { Sentence } from '../base/sentence.js';

/** Sections of the file, by what they are called there. */
export const FACT_SECTIONS = [
  'pressure',
  'load',
  'cpu',
  'memory',
  'vmstat',
  'disks',
  'filesystems',
  'mounts',
  'processes',
  'commands',
  'blocked',
  'inotify',
  'network',
  'iptables',
  'softirqs',
  'cgroups',
  'slabs',
  'bpf',
  'versions',
  'kernel-log',
  'journal',
] as const;
export type FactSectionName = (typeof FACT_SECTIONS)[number];

/** Why a section says nothing, or not all. */
export const MISSING_REASONS = ['none', 'right', 'tool', 'time', 'empty'] as const;
export type MissingReason = (typeof MISSING_REASONS)[number];

export interface MissingSection {
  readonly section: FactSectionName;
  readonly why: MissingReason;
}

/** A line of a pressure file; shares from 0 to 1. */
export interface PressureFact {
  /** Path below the root of cgroups (`kubepods.slice`); undefined: the node. */
  readonly cgroup: string | undefined;
  readonly resource: 'cpu' | 'memory' | 'io';
  readonly kind: 'some' | 'full';
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  /** In the file, from 1; of all such fields below. */
  readonly line: number;
}

/** Shares of all CPUs between the two looks, from 0 to 1. */
export interface CpuFact {
  readonly user: number;
  readonly system: number;
  readonly idle: number;
  readonly ioWait: number;
  readonly irq: number;
  readonly softIrq: number;
  readonly steal: number;
  readonly runnable: number | undefined;
  readonly blocked: number | undefined;
  readonly forksPerSecond: number | undefined;
  readonly switchesPerSecond: number | undefined;
  readonly line: number;
}

/** A device between the two looks. */
export interface DiskFact {
  readonly device: string;
  readonly readsPerSecond: number;
  readonly writesPerSecond: number;
  readonly readBytesPerSecond: number;
  readonly writeBytesPerSecond: number;
  /** Seconds that a request took; undefined where there was none. */
  readonly readWaitSeconds: number | undefined;
  readonly writeWaitSeconds: number | undefined;
  /** Requests under way in the second look. */
  readonly inFlight: number;
  /** Under way on average. */
  readonly queue: number;
  /** 0 to 1. */
  readonly busyShare: number;
  /** Where it is mounted, as far as that was listed. */
  readonly mounts: readonly string[];
  readonly line: number;
}

export interface ProcessFact {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** Its arguments, for tools of the node alone. */
  readonly command: string | undefined;
  /** Name of its parent, where that is in the list. */
  readonly parentName: string | undefined;
  readonly state: string;
  readonly threads: number;
  readonly userCores: number;
  readonly systemCores: number;
  readonly majorFaultsPerSecond: number;
  readonly residentBytes: number;
  readonly ageSeconds: number | undefined;
  readonly line: number;
}

/** All processes of one name. */
export interface NamedProcesses {
  readonly name: string;
  readonly count: number;
  readonly cores: number;
}

export interface BlockedTask {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  /** What it sleeps in. */
  readonly waitsIn: string | undefined;
  /** Functions of its stack, innermost first. */
  readonly frames: readonly string[];
  /** Looks that found it asleep. */
  readonly looks: number;
  /** It slept at least so long without a break; 0: seen once. */
  readonly seconds: number;
  readonly line: number;
}

export interface InotifyFact {
  readonly pid: number;
  readonly uid: number;
  readonly name: string;
  readonly instances: number;
  readonly watches: number;
  readonly line: number;
}

export interface InotifyUser {
  readonly uid: number;
  readonly instances: number;
  readonly watches: number;
}

/** Part of the tree of cgroups, by its first folder. */
export interface CgroupPart {
  readonly name: string;
  readonly directories: number;
  /** Those without a process in them or below. */
  readonly empty: number;
  readonly scopes: number;
  readonly slices: number;
  readonly line: number;
}

export interface SlabFact {
  readonly cache: string;
  readonly objects: number;
  readonly bytes: number;
}

export interface SoftirqFact {
  readonly kind: string;
  readonly perSecond: number;
  /** Since the node's start. */
  readonly count: number;
  readonly line: number;
}

/** A number that a file of the node gives, and its line. */
export interface Counter {
  readonly value: number;
  readonly line: number;
}

export interface NodeFactsReading {
  readonly kernelRelease: string | undefined;
  readonly machine: string | undefined;
  readonly cpus: number | undefined;
  /** Between the first look and the last. */
  readonly seconds: number | undefined;
  readonly uptimeSeconds: number | undefined;
  readonly missing: readonly MissingSection[];
  /** Sections that were cut at their limit. */
  readonly cut: readonly FactSectionName[];
  readonly pressure: readonly PressureFact[];
  readonly cpu: CpuFact | undefined;
  readonly loadAverage: Counter | undefined;
  /** Tasks of the node, and how many numbers for them there are. */
  readonly tasks: number | undefined;
  readonly pidMax: Counter | undefined;
  readonly openFiles: Counter | undefined;
  readonly openFilesMax: number | undefined;
  readonly dentries: Counter | undefined;
  readonly dentriesUnused: number | undefined;
  /** /proc/meminfo by name, in bytes. */
  readonly memory: ReadonlyMap<string, Counter>;
  /** What grew in /proc/vmstat, a second. */
  readonly vmstat: ReadonlyMap<string, number>;
  readonly disks: readonly DiskFact[];
  /** The same of each interval between two looks, in their order: a device that stands still does so in all. */
  readonly diskIntervals: readonly DiskFact[];
  readonly mounts: MountFacts | undefined;
  readonly processes: readonly ProcessFact[];
  readonly processCount: number | undefined;
  readonly states: ReadonlyMap<string, number>;
  readonly named: readonly NamedProcesses[];
  /** Undefined where nothing looked. */
  readonly blocked: readonly BlockedTask[] | undefined;
  readonly inotify: InotifyFacts | undefined;
  /** `conntrack-entries` and its like. */
  readonly network: ReadonlyMap<NetworkCount, Counter>;
  readonly softirqs: readonly SoftirqFact[];
  readonly cgroups: CgroupFacts | undefined;
  readonly slabs: readonly SlabFact[];
  readonly bpfLimit: Counter | undefined;
  readonly bpfUsed: Counter | undefined;
  readonly versions: ReadonlyMap<'systemd' | 'runc' | 'iptables', string>;
  /** Lines of logs with their places. */
  readonly kernelLog: readonly LoggedLine[];
  readonly journal: readonly LoggedLine[];
  readonly costSeconds: number | undefined;
  readonly warnings: readonly Sentence[];
}

export type NetworkCount = 'conntrack-entries' | 'conntrack-limit' | 'ipvs-services' | 'ipvs-destinations';

export interface MountFacts {
  readonly total: Counter;
  readonly types: readonly { readonly type: string; readonly count: number }[];
  /** Between the two looks; undefined where there was one. */
  readonly added: number | undefined;
  readonly removed: number | undefined;
  readonly changesPerSecond: Counter | undefined;
  /** Some of those that came. */
  readonly examples: readonly string[];
}

export interface InotifyFacts {
  readonly maxInstances: Counter | undefined;
  readonly maxWatches: Counter | undefined;
  readonly users: readonly (InotifyUser & { readonly line: number })[];
  readonly processes: readonly InotifyFact[];
}

export interface CgroupFacts {
  readonly layout: 'v1' | 'v2' | undefined;
  /** By controller, as /proc/cgroups counts them: dead ones among them. */
  readonly byController: readonly { readonly controller: string; readonly cgroups: Counter }[];
  /** Of the root, where the node has cgroup.stat. */
  readonly descendants: Counter | undefined;
  readonly dying: Counter | undefined;
  readonly parts: readonly CgroupPart[];
  readonly directories: Counter | undefined;
  readonly empty: Counter | undefined;
  readonly scopes: Counter | undefined;
  readonly slices: Counter | undefined;
}

export interface LoggedLine {
  readonly text: string;
  readonly line: number;
}
