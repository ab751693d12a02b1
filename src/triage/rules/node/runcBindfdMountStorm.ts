/** Before 1.1.15 each start of runc init mounts runc's own binary: three changes of the mount table for each exec probe. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import type { Reading, Said } from '../../reading.js';
import { countFrom, present, quotedFrom } from '../../observations.js';
import { clear, notApplicable, observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence, Suspicion } from '../../rule.js';
import { spanOf, timesOf } from './told.js';

const SELF = /^\/proc\/self\/exe$/u;
const RUNC_FILE = /\/runc\.[A-Za-z0-9]{6}$/u;
/** `run-containerd-runc-k8s.io-ID-runc.4yGzla.mount: Succeeded.`; systemd 245 and newer say "Deactivated successfully". */
const UNIT = /\brunc\.[A-Za-z0-9]{6}\.mount: (?:Succeeded|Deactivated|Consumed)/u;
const INIT = /^\[?(?:\/\S{0,60}\/)?(?:systemd|init)(?:\s|$)/u;
const INIT_CORES = 0.5;
const CHANGES_PER_SECOND = 5;
const UNITS_PER_SECOND = 1;
const PROBES_PER_SECOND = 1;
const CALLS_OF_ONE_INIT = 3;

export const runcBindfdMountStorm: Rule = {
  id: 'runc-bindfd-mount-storm',
  title: 'Each exec probe makes runc mount its own binary, and systemd reads the mount table anew',
  severity: 'medium',
  requires: ['mounts', 'systemd-log', 'processes', 'pods'],
  mechanism:
    'Against CVE-2019-5736 runc init bind-mounts /proc/self/exe read-only and takes it away again: two mounts and an umount in the mount namespace of the host for every start and every exec. systemd, udisks and the kubelet are woken by each change and read the whole table, which grows with the number of containers.',
  confirm:
    "runc --version | head -1; journalctl -t systemd --since -1min --no-pager | grep -cE 'runc\\.[A-Za-z0-9]{6}\\.mount'; top -b -n 2 -d 5 -p 1 | tail -1",
  mitigation: {
    text: 'Longer periods for exec probes, or http, tcp and grpc probes in their place; systemd from 248 on limits the rate of its reads.',
    risk: 'low',
  },
  fix: 'runc 1.1.15 or 1.2.0, which no longer bind-mount (opencontainers/runc#3931, with runc-dmz or memfd).',
  references: [
    {
      text: 'opencontainers/runc#2532: too many mount and umount calls',
      url: 'https://github.com/opencontainers/runc/issues/2532',
    },
    {
      text: 'opencontainers/runc#3925: systemd at 50 % with 150 pods',
      url: 'https://github.com/opencontainers/runc/issues/3925',
    },
    { text: 'systemd/systemd#37642', url: 'https://github.com/systemd/systemd/issues/37642' },
  ],
  rivals: ['exec-probes', 'mountinfo-parse', 'systemd-dbus-storm', 'systemd-slice-leak'],
  judge,
};

interface Signs {
  /** The mount itself was seen: nothing else makes it. */
  readonly mount: RuleEvidence | undefined;
  readonly units: readonly Said[];
  /** It comes often enough to matter. */
  readonly rate: RuleEvidence | undefined;
  readonly init: RuleEvidence | undefined;
  readonly probes: RuleEvidence | undefined;
}

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  if (reading.runcAtLeast(1, 1, 15) === true && mountFrom(evidence) === undefined)
    return notApplicable('runc {0} no longer mounts its binary.', evidence.facts.runcVersion ?? '');
  const signs = signsOf(evidence, reading);
  const isSeen = signs.mount !== undefined || signs.units.length > 0;
  const isOld = reading.runcAtLeast(1, 1, 15) === false;
  const isMuch = signs.rate !== undefined || signs.init !== undefined;
  if (!isMuch || !(isSeen || (isOld && signs.probes !== undefined))) return withoutSigns(isSeen);
  const suspicion = suspect(signs, isSeen, isOld, evidence);
  if (isSeen) return { kind: 'found', ...suspicion };
  return {
    kind: 'uncertain',
    settle: sentence(
      "journalctl -t systemd --since -1min | grep -cE 'runc\\.[A-Za-z0-9]{6}\\.mount' counts them.",
    ),
    ...suspicion,
  };
}

function withoutSigns(isSeen: boolean): Judgement {
  return isSeen
    ? clear('runc mounts its binary, and too seldom to matter; systemd is not busy.')
    : clear(
        'No mount of runc by its own hand was seen, and systemd is not busy with old runc and exec probes.',
      );
}

function signsOf(evidence: NodeEvidence, reading: Reading): Signs {
  const units = reading.said(UNIT, 'systemd');
  return {
    mount: mountFrom(evidence),
    units,
    rate: countFrom(reading, 'mount-changes-per-second', CHANGES_PER_SECOND) ?? rateFrom(units),
    init: initFrom(reading),
    probes: probesFrom(evidence),
  };
}

function mountFrom({ mountChanges }: NodeEvidence): RuleEvidence | undefined {
  const own = mountChanges.filter(
    ({ source, target }) =>
      (SELF.test(source ?? '') && RUNC_FILE.test(target ?? '')) || RUNC_FILE.test(target ?? ''),
  );
  const [first] = own;
  if (first === undefined || own.length < CALLS_OF_ONE_INIT) return undefined;
  return observed(
    sentence(
      '{0} of {1} changes of mounts are of runc’s own binary: {2}',
      own.length,
      mountChanges.length,
      first.target ?? '',
    ),
    {
      value: own.length,
      unit: 'count',
      threshold: sentence('each start of runc init makes 3'),
      place: first.at,
    },
  );
}

function rateFrom(units: readonly Said[]): RuleEvidence | undefined {
  const span = spanOf(units);
  if (span === undefined || span <= 0) return undefined;
  const rate = timesOf(units) / span;
  if (rate < UNITS_PER_SECOND) return undefined;
  return observed(sentence('systemd tells {0} such mounts a second', Number(rate.toPrecision(3))), {
    value: rate,
    unit: 'perSecond',
    threshold: sentence('from {0} a second on', UNITS_PER_SECOND),
    place: units[0]?.at,
  });
}

function initFrom(reading: Reading): RuleEvidence | undefined {
  const [init] = reading.processes(INIT).filter(({ pid }) => pid === undefined || pid === 1);
  if (init?.cores === undefined || init.cores < INIT_CORES) return undefined;
  return observed(sentence('systemd (PID 1) uses {0} cores', Number(init.cores.toPrecision(3))), {
    value: init.cores,
    unit: 'cores',
    threshold: sentence('from {0} cores on; it has next to nothing to do', INIT_CORES),
    place: init.at,
  });
}

function probesFrom({ pods }: NodeEvidence): RuleEvidence | undefined {
  const rate = pods
    .flatMap(({ execProbes }) => execProbes)
    .reduce((sum, { periodSeconds }) => sum + (periodSeconds > 0 ? 1 / periodSeconds : 0), 0);
  if (rate < PROBES_PER_SECOND) return undefined;
  return observed(sentence('Exec probes run {0} times a second', Number(rate.toPrecision(3))), {
    value: rate,
    unit: 'perSecond',
    threshold: sentence('from {0} a second on', PROBES_PER_SECOND),
    place: pods.find(({ execProbes }) => execProbes.length > 0)?.at,
  });
}

function suspect(signs: Signs, isSeen: boolean, isOld: boolean, evidence: NodeEvidence): Suspicion {
  const { mount, units, rate, init, probes } = signs;
  const version = isOld
    ? observed(sentence('runc {0} is older than 1.1.15', evidence.facts.runcVersion ?? ''))
    : undefined;
  const isBoth = rate !== undefined && init !== undefined;
  return {
    confidence: !isSeen ? 'low' : isBoth || mount !== undefined ? 'high' : 'medium',
    evidence: present(mount, quotedFrom(units), rate, init, probes, version),
    rivals: rivals(isSeen),
    explains: ['systemd-dbus-storm', 'mountinfo-parse', 'exec-probes'],
    isDecisive: isSeen,
  };
}

function rivals(isSeen: boolean): readonly RivalJudgement[] {
  return [
    open('exec-probes', 'The probes are what starts runc: fewer of them help either way.'),
    isSeen
      ? refuted(
          'mountinfo-parse',
          'The mount table changes all the time: its length alone would not wake systemd.',
        )
      : open('mountinfo-parse', 'wc -l /proc/1/mountinfo counts the mounts.'),
    isSeen
      ? refuted('systemd-dbus-storm', 'The mounts of runc themselves were seen.')
      : open('systemd-dbus-storm', 'busctl monitor, or a profile with dbus functions, would tell.'),
  ];
}
