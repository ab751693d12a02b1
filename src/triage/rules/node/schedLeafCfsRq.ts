/** Load balancing that walks all CPU cgroups, leaked ones too. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { conclude } from '../../conclude.js';
import { burnsFrom, functionFrom, kernelFix, lacksFix } from '../../kernelObservations.js';
import { countFrom, percent } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, open, skipped, type Judgement, type Rule } from '../../rule.js';

const BALANCE = /^(?:update_blocked_averages|__update_blocked_fair|update_cfs_rq_h_load)/u;
const SHARE = 0.03;
/** It runs with interrupts off, at each idle balance. */
const PASS_SECONDS = 0.001;
const MANY_CGROUPS = 5000;

export const schedLeafCfsRq: Rule = {
  id: 'sched-leaf-cfs-rq',
  title: 'The scheduler walks thousands of CPU cgroups when it balances load',
  severity: 'medium',
  requires: ['cpu-profile', 'kernel-functions'],
  mechanism:
    'On older kernels CPU cgroups without work stay on the list that update_blocked_averages walks on every CPU that goes idle. With thousands of leaked ones each pass takes milliseconds, which is system and softirq time of no process.',
  confirm:
    'perf top -e cpu-clock | grep update_blocked_averages; awk \'$1=="cpu"{print $3}\' /proc/cgroups; find /sys/fs/cgroup/cpu -type d | wc -l',
  mitigation: { text: 'Remove leaked cgroups, or drain the node and reboot it.', risk: 'medium' },
  fix: 'Linux 5.1; the fix of 4.13 was taken back in 4.20 and in updates of older series.',
  references: [
    {
      text: 'sched/fair: Fix O(nr_cgroups) in load balance path',
      url: 'https://edge.launchpad.net/~mimi0213kimo/+archive/ubuntu/cfs-rq-clean',
    },
  ],
  rivals: ['systemd-slice-leak', 'ipvs-estimation-timer', 'node-cpu-starved'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const fix = kernelFix(reading, 'leaf-cfs-rq');
  const share = burnsFrom(reading, BALANCE, SHARE);
  const long = functionFrom(evidence, BALANCE, PASS_SECONDS);
  // A newer kernel on a machine with many CPUs spends as much without any cgroup that leaked.
  const isNew = fix?.state === 'fixed';
  const many = countFrom(reading, 'cgroup-directories', MANY_CGROUPS);
  const found = conclude({
    decisive: isNew ? [] : [long, many === undefined ? undefined : share],
    hints: isNew ? [long, share] : [many === undefined ? share : undefined],
    enoughHints: isNew ? 2 : 1,
    context: [many, lacksFix(fix)],
    settle: sentence('Count CPU cgroups: find /sys/fs/cgroup/cpu -type d | wc -l'),
    rivals: [
      open('systemd-slice-leak', 'Leaked scopes may be what is walked: count run-*.scope.'),
      open('ipvs-estimation-timer', 'That is softirq time, too: perf shows estimation_timer there.'),
      open('node-cpu-starved', 'A CPU that is never idle balances seldom.'),
    ],
  });
  if (found !== undefined) return found;
  const seen = reading.cpuShare(BALANCE);
  return seen === undefined
    ? skipped('Needs what the kernel spends CPU on: perf top.')
    : clear('Load balancing is {0} % of the CPU profile.', percent(seen.share));
}
