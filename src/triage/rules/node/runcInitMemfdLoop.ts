/** runc init that copies itself again and again, as the kernel of RHEL 7 cannot seal the copy. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { CallRecord } from '../../../strace/callRecord.js';
import { conclude } from '../../conclude.js';
import { callsFrom, processesFrom } from '../../kernelObservations.js';
import { saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, skipped, type Judgement, type Rule, type RuleEvidence } from '../../rule.js';

const SEALS = /F_GET_SEALS\)?\s{0,20}=\s{0,20}-1 EINVAL/u;
const RUNC_INIT = /\brunc(?::\[\d[^\]]{0,40}\])? init\b/u;
/** Times that no single start makes. */
const TIMES = 3;
const CORES = 0.8;

export const runcInitMemfdLoop: Rule = {
  id: 'runc-init-memfd-loop',
  title: 'runc init copies itself into memory again and again',
  severity: 'high',
  requires: ['system-calls', 'processes', 'runtime-log'],
  mechanism:
    'Since the fix of CVE-2019-5736 runc init copies its own binary into a sealed memfd and starts from there. Kernels of RHEL 7 answer EINVAL to F_GET_SEALS, runc takes the copy for none and makes another: a core for each container that starts, and none that gets up.',
  confirm:
    "ps -eo pcpu,etimes,args | grep '[r]unc init'; timeout 3 strace -f -p PID_OF_RUNC_INIT 2>&1 | grep -E 'memfd_create|F_GET_SEALS|sendfile'; runc --version; uname -r",
  mitigation: {
    text: 'Kill the runc init processes that are older than a minute; their containers are started anew.',
    risk: 'low',
  },
  fix: 'runc 1.0.0-rc7 or a runtime package that has it; a kernel newer than 3.10.',
  references: [
    { text: 'opencontainers/runc#1988', url: 'https://github.com/opencontainers/runc/issues/1988' },
    { text: 'opencontainers/runc#1984', url: 'https://github.com/opencontainers/runc/pull/1984' },
    { text: 'containerd/containerd#3027', url: 'https://github.com/containerd/containerd/issues/3027' },
  ],
  rivals: ['kmem-accounting-el7', 'runc-bindfd-mount-storm', 'exec-probes'],
  judge,
};

const called =
  (...names: readonly string[]) =>
  ({ syscall }: CallRecord): boolean =>
    names.includes(syscall);

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const el7 = kernelOfEl7(evidence);
  const loop = loopEvidence(evidence, el7 !== undefined);
  const found = conclude({
    decisive: [...loop, saidFrom(reading, SEALS, TIMES)],
    hints: [
      loop.length > 0 ? undefined : callsFrom(evidence, COPIES, 2),
      saidFrom(reading, SEALS, TIMES) === undefined ? saidFrom(reading, SEALS, 1) : undefined,
      processesFrom(reading, RUNC_INIT, CORES),
    ],
    enoughHints: 2,
    context: [el7],
    settle: sentence('Trace one: timeout 3 strace -f -p $(pgrep -f "runc init" | head -1)'),
    explains: ['cri-call-blocked', 'pleg-relist', 'node-cpu-starved'],
    rivals: [
      open('kmem-accounting-el7', 'There starts fail with "cannot allocate memory", they do not spin.'),
      open('runc-bindfd-mount-storm', 'There runc ends, and the mount table changes three times each start.'),
      open('exec-probes', 'Probes start many short runc processes: these here are old.'),
    ],
  });
  if (found !== undefined) return found;
  return evidence.calls.length > 0
    ? clear('The trace shows no process that copies itself again and again.')
    : skipped('Needs a trace of runc init, or its age and CPU (ps).');
}

const COPIES = { name: 'memfd_create', matches: called('memfd_create') };
const REFUSED = {
  name: 'fcntl that failed with EINVAL',
  matches: ({ syscall, result }: CallRecord) => syscall === 'fcntl' && result === 'EINVAL',
};

/** A start asks for the seals of the binary itself once and is refused, makes one copy, and asks no more. */
function loopEvidence(evidence: NodeEvidence, isEl7: boolean): readonly RuleEvidence[] {
  const copies = callsFrom(evidence, COPIES, isEl7 ? 2 : TIMES);
  const refused = callsFrom(evidence, REFUSED, isEl7 ? 1 : TIMES);
  return copies === undefined || refused === undefined ? [] : [copies, refused];
}

function kernelOfEl7({ facts }: NodeEvidence): RuleEvidence | undefined {
  const release = facts.kernelVersion;
  return release !== undefined && /^3\.10\.0-.{0,80}\.el7/u.test(release)
    ? observed(sentence('Kernel {0} has memfd_create without all of its seals', release))
    : undefined;
}
