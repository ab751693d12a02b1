/**
 * Whether a kernel has the fix of the slow memory.stat: the series 205b20cc5a99..42a300353577 ("memory.stat cost &
 * correctness"), in Linux 5.2 and, backported, in RHEL 8's kernel-4.18.0-176 (BZ 1795049). A release string alone decides
 * as far as it can; a measured read time always wins over it.
 */

export type KernelFix = 'fixed' | 'not-fixed' | 'unknown';

/** First upstream release with the series. */
const FIXED_IN = { major: 5, minor: 2 } as const;
/** First build of RHEL 8's 4.18.0 with it, and the build whose z-streams may have it or not. */
const RHEL8_FIXED_BUILD = 176;
const RHEL8_UNCLEAR_BUILD = 147;

interface Family {
  /** Who built the kernel: told in the finding. */
  readonly name: string;
  readonly pattern: RegExp;
  readonly judge: (release: string, match: RegExpExecArray) => KernelFix;
}

/** In order: the first that matches decides. elrepo and UEK carry `.el7` too, hence they stand before Red Hat. */
const FAMILIES: readonly Family[] = [
  { name: 'ELRepo', pattern: /\.elrepo\b/, judge: byUpstream },
  { name: 'Oracle UEK', pattern: /el\d+uek/, judge: byUpstream },
  { name: 'RHEL 7', pattern: /^3\.10\.0-\d.*\.el7/, judge: () => 'not-fixed' },
  {
    name: 'RHEL 8',
    pattern: /^4\.18\.0-(\d+(?:\.\d+)*)\.el8/,
    judge: (_, match) => byRhel8Build(match[1] ?? ''),
  },
  { name: 'RHEL 9 or newer', pattern: /^(?:5\.14\.0|6\.\d+\.0)-\d.*\.el(?:9|10)/, judge: () => 'fixed' },
  { name: 'Amazon Linux', pattern: /\.amzn(?:2|2023)\b/, judge: byUpstream },
  {
    name: 'Ubuntu',
    pattern: /-(?:aws|azure|gcp|gke|gkeop|oracle|kvm|generic|lowlatency|raspi|ibm)$/,
    judge: byUpstream,
  },
  { name: 'Debian', pattern: /-(?:cloud-)?(?:amd64|arm64|686|686-pae|rt-amd64)$/, judge: byUpstream },
  {
    name: 'SUSE',
    pattern: /-(?:default|azure|preempt|kernel-default)$/,
    // SUSE backports without a rule that its release string would show.
    judge: release => (byUpstream(release) === 'fixed' ? 'fixed' : 'unknown'),
  },
  { name: 'upstream', pattern: /^\d+\.\d+/, judge: byUpstream },
];

/** Of a release that no family matches. */
export const UNKNOWN_FAMILY = 'unknown';

export interface KernelFixFinding {
  readonly fix: KernelFix;
  /** Whose kernel it is taken for. */
  readonly family: string;
}

/** @param release as `uname -r` and node.status.nodeInfo.kernelVersion give it. */
export function memoryStatFix(release: string): KernelFixFinding {
  for (const family of FAMILIES) {
    const match = family.pattern.exec(release);
    if (match !== null) return { fix: family.judge(release, match), family: family.name };
  }
  return { fix: 'unknown', family: UNKNOWN_FAMILY };
}

/** Major and minor decide; the third number is a patch level or, for Debian and Ubuntu, an ABI. */
function byUpstream(release: string): KernelFix {
  const match = /^(\d+)\.(\d+)/.exec(release);
  if (match === null) return 'unknown';
  const major = Number(match[1]);
  const isNew = major > FIXED_IN.major || (major === FIXED_IN.major && Number(match[2]) >= FIXED_IN.minor);
  return isNew ? 'fixed' : 'not-fixed';
}

function byRhel8Build(build: string): KernelFix {
  const [first = '', ...zStream] = build.split('.');
  if (Number(first) >= RHEL8_FIXED_BUILD) return 'fixed';
  return Number(first) === RHEL8_UNCLEAR_BUILD && zStream.length > 0 ? 'unknown' : 'not-fixed';
}
