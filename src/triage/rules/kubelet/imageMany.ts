/** Very many images: each listing of them, and the statistics of their file system, takes the runtime seconds. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { countFrom, present, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { lookForBurns } from './kubeletBurn.js';
import { blockedCallRival, diskRival } from './kubeletRivals.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const COLLECTION = /\bimages\.\(\*realImageGCManager\)\./u;
const LISTING = /\b(?:ListImages|ImageFsInfo|ImageList)\b/u;
const MANY_IMAGES = 500;
const SLOW_LIST_SECONDS = 1;
const FAILED =
  /(?:ListImages|ImageFsInfo|ImageFilesystem)\b.{0,300}(?:DeadlineExceeded|deadline exceeded|timed? ?out)|failed to get (?:the )?(?:image ?[fF]s|ImageFilesystem|imageFs) (?:stats|info|status)|[Ii]mage garbage collection failed|ImageGCFailed/u;
/** Said once at the start of each kubelet, before the first statistics are there. */
const AT_START =
  /unable to find data in (?:memory )?cache|Stats initialization may not have completed|invalid capacity 0 on image filesystem|no such image|missing image stats/u;

export const imageMany: Rule = {
  id: 'image-many',
  title: 'Very many images make each look at images slow',
  severity: 'low',
  requires: ['counts', 'cpu-profile', 'metrics', 'timed-reads', 'kubelet-log', 'events'],
  mechanism:
    'The kubelet lists all images each 30 s and for each garbage collection, and the runtime adds up the size of their snapshots. A thousand images make both busy for seconds, mostly the runtime.',
  confirm: 'crictl images -q | wc -l; time crictl imagefsinfo >/dev/null; time crictl images >/dev/null',
  mitigation: {
    text: 'Remove images that no container uses; they are pulled again when needed.',
    command: 'crictl rmi --prune',
    risk: 'low',
  },
  fix: 'imageMaximumGCAge, or a lower imageGCHighThresholdPercent; stats_collect_period of containerd 60 or more.',
  references: [
    thread('kubernetes/kubernetes', 50902),
    thread('k3s-io/k3s', 5121),
    thread('moby/moby', 47564),
  ],
  rivals: ['disk-io-throttle', 'cri-call-blocked', 'cri-grpc-message-limit'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const burn = lookForBurns(reading, [
    { pattern: COLLECTION, least: 0.05 },
    { pattern: LISTING, least: 0.04 },
  ]);
  const many = countFrom(reading, 'images', MANY_IMAGES);
  const slow = present(slowMetric(reading), slowCommand(evidence));
  const failed = failedLooks(reading);
  const isSure = many !== undefined && slow.length > 0;
  return judgeSigns(
    {
      burn,
      sure: isSure ? present(many, ...slow) : [],
      // What is slow or fails may be the disk: only the number makes it the images.
      hints: present(...(isSure ? [] : present(many, ...slow)), failed),
    },
    {
      what: 'Looking at images',
      rivals: rivals(evidence, reading),
      settle: sentence(
        'Count and time: crictl images -q | wc -l; time crictl imagefsinfo. Over 500 and over 1 s it is the images.',
      ),
      isDecisive: isSure,
      hintConfidence: many !== undefined && failed !== undefined ? 'medium' : 'low',
      ...(burn.kind === 'unseen'
        ? { without: clear('Nothing at hand shows many images or slow looks at them.') }
        : {}),
    },
  );
}

function failedLooks(reading: Reading): RuleEvidence | undefined {
  const isOnlyStart = reading.said(FAILED).every(({ text }) => AT_START.test(text));
  return isOnlyStart ? undefined : saidFrom(reading, FAILED, 1);
}

function slowMetric(reading: Reading): RuleEvidence | undefined {
  const mean = reading.metricMean('kubelet_runtime_operations_duration_seconds', {
    operation_type: 'list_images',
  });
  if (mean === undefined || mean < SLOW_LIST_SECONDS) return undefined;
  return observed(sentence('Listing the images takes {0} s on average', Number(mean.toPrecision(3))), {
    value: mean,
    unit: 'seconds',
    threshold: sentence('from {0} s on; usual is under 0.1 s', SLOW_LIST_SECONDS),
  });
}

function slowCommand({ timed }: NodeEvidence): RuleEvidence | undefined {
  const found = timed.find(
    ({ command, realSeconds }) =>
      /\b(?:crictl|docker|nerdctl|ctr)\b.{0,100}\b(?:images?|imagefsinfo|system df)\b/u.test(command) &&
      realSeconds >= SLOW_LIST_SECONDS,
  );
  if (found === undefined) return undefined;
  return observed(
    sentence('{0} took {1} s', found.command.slice(0, 120), Number(found.realSeconds.toPrecision(3))),
    {
      value: found.realSeconds,
      unit: 'seconds',
      threshold: sentence('from {0} s on', SLOW_LIST_SECONDS),
      place: found.at,
    },
  );
}

function rivals(evidence: NodeEvidence, reading: Reading): readonly RivalJudgement[] {
  return [
    diskRival(evidence),
    blockedCallRival({ kind: 'unseen' }),
    reading.said(/ResourceExhausted.{0,300}larger than max/u).length > 0
      ? open('cri-grpc-message-limit', 'The log says that an answer of the runtime was too large.')
      : refuted('cri-grpc-message-limit', 'Nothing says that an answer of the runtime was too large.'),
  ];
}
