/** One watch for each Secret and ConfigMap that a pod of the node uses. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { present, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { clear, notApplicable, observed, open, refuted } from '../../rule.js';
import type { Judgement, RivalJudgement, Rule, RuleEvidence } from '../../rule.js';
import { joinGroups } from './goroutineGroups.js';
import { lookForBurns } from './kubeletBurn.js';
import { garbageRival } from './kubeletRivals.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const REFLECTOR = /\bcache\.\(\*Reflector\)\.(?:ListAndWatch|[wW]atch|[lL]ist)\w{0,40}\b/u;
const OBJECT_CACHE = /\bmanager\.\(\*(?:objectCache|objectCacheItem)\)\.\w/u;
const MANY_REFLECTORS = 200;
const MANY_VOLUMES = 300;
const MANY_WATCHERS = 10_000;
const NOT_SYNCED =
  /couldn't propagate object cache: timed out waiting for the condition|failed to sync (?:secret|configmap) cache: timed out waiting for the condition/u;
const WATCH_ENDED =
  /object-\\?"[^"]{1,253}\\?"\/\\?"[^"]{1,253}\\?".{0,400}(?:Failed to watch|watch of \*v1\.(?:Secret|ConfigMap)|Failed to list \*v1\.(?:Secret|ConfigMap))/u;

export const secretConfigmapWatches: Rule = {
  id: 'secret-configmap-watches',
  title: 'The kubelet holds a watch for each Secret and ConfigMap of its pods',
  severity: 'medium',
  requires: ['cpu-profile', 'goroutines', 'pods', 'kubelet-log', 'events', 'metrics'],
  mechanism:
    'With configMapAndSecretChangeDetectionStrategy Watch (the default) each object has a reflector of its own: a watch, some goroutines, and a new list after each break. Hundreds of objects on a node cost CPU and memory there, thousands of watches in all burden the API server.',
  confirm:
    'kubectl get --raw "/api/v1/nodes/NODE/proxy/debug/pprof/goroutine?debug=2" | grep -c "cache.(\\*Reflector)"; kubectl get --raw /metrics | grep apiserver_registered_watchers',
  mitigation: {
    text: 'immutable: true on Secrets and ConfigMaps that do not change ends their watches; the strategy Cache polls instead, so that changes come later.',
    risk: 'low',
  },
  fix: 'Kubernetes 1.21 (kubernetes#99393) ends watches of objects that only make environment variables.',
  references: [
    thread('kubernetes/kubernetes', 74412),
    thread('kubernetes/kubernetes', 90725),
    thread('kubernetes/kubernetes', 99393),
    thread('kubernetes/kubernetes', 75260),
  ],
  rivals: ['kubelet-client-throttling', 'apiserver-connection-stuck', 'go-gc-bound', 'goroutine-leak'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const burn = lookForBurns(reading, [
    { pattern: OBJECT_CACHE, least: 0.05 },
    { pattern: REFLECTOR, least: 0.12 },
  ]);
  const other = otherStrategy(reading);
  if (other !== undefined && burn.kind !== 'hot') return other;
  const reflectors = manyReflectors(evidence);
  const watchers = manyWatchers(reading);
  const volumes = manyVolumes(evidence);
  const unsynced = saidFrom(reading, NOT_SYNCED, 3, 'kubelet');
  // Any kubelet says so once after its start, and wherever the API server is slow.
  const isSure = (reflectors ?? watchers) !== undefined && unsynced !== undefined;
  const signs = present(
    reflectors,
    watchers,
    unsynced,
    saidFrom(reading, WATCH_ENDED, 50, 'kubelet'),
    volumes,
  );
  return judgeSigns(
    { burn, sure: isSure ? signs : [], hints: isSure ? [] : signs },
    {
      what: 'Watching Secrets and ConfigMaps',
      rivals: rivals(reading, burn.kind === 'hot'),
      settle: sentence(
        'Count reflectors in a dump of goroutines (/debug/pprof/goroutine?debug=2), and take a CPU profile: do they cost anything?',
      ),
      isDecisive: burn.kind === 'hot' && reflectors !== undefined,
      hintConfidence: (reflectors ?? watchers) !== undefined ? 'medium' : 'low',
      ...(signs.length === 0 && burn.kind === 'unseen'
        ? { without: clear('Nothing at hand shows many watches of Secrets and ConfigMaps.') }
        : {}),
    },
  );
}

function otherStrategy(reading: Reading): Judgement | undefined {
  const strategy = reading.setting('configMapAndSecretChangeDetectionStrategy');
  return strategy === undefined || strategy === 'Watch'
    ? undefined
    : notApplicable('configMapAndSecretChangeDetectionStrategy is {0}: objects are not watched.', strategy);
}

function manyReflectors(evidence: NodeEvidence): RuleEvidence | undefined {
  const groups = joinGroups(evidence, ({ frames }) => frames.some(frame => REFLECTOR.test(frame)));
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const [first] = groups;
  if (first === undefined || count < MANY_REFLECTORS) return undefined;
  return observed(sentence('{0} goroutines list or watch objects', count), {
    value: count,
    unit: 'count',
    threshold: sentence('from {0} on; some ten are usual', MANY_REFLECTORS),
    place: first.at,
  });
}

function manyWatchers(reading: Reading): RuleEvidence | undefined {
  const count = ['Secret', 'ConfigMap'].reduce(
    (sum, kind) => sum + (reading.metricSum('apiserver_registered_watchers', { kind }) ?? 0),
    0,
  );
  if (count < MANY_WATCHERS) return undefined;
  return observed(sentence('The API server has {0} watches of Secrets and ConfigMaps', count), {
    value: count,
    unit: 'count',
    threshold: sentence('from {0} on', MANY_WATCHERS),
  });
}

function manyVolumes({ pods }: NodeEvidence): RuleEvidence | undefined {
  const count = pods.reduce((sum, pod) => sum + pod.secretAndConfigMapVolumes, 0);
  const [first] = pods;
  if (first === undefined || count < MANY_VOLUMES) return undefined;
  return observed(sentence('The pods of the node have {0} volumes of Secrets and ConfigMaps', count), {
    value: count,
    unit: 'count',
    threshold: sentence('from {0} on', MANY_VOLUMES),
    place: first.at,
  });
}

function rivals(reading: Reading, isHot: boolean): readonly RivalJudgement[] {
  return [
    open(
      'kubelet-client-throttling',
      'The log would say "client-side throttling" or "Throttling request took".',
    ),
    isHot
      ? refuted('apiserver-connection-stuck', 'Watch events are being decoded: the connection lives.')
      : open(
          'apiserver-connection-stuck',
          'The log would say "use of closed network connection" for leases, too.',
        ),
    garbageRival(reading),
    open('goroutine-leak', 'Watches come and go with pods; a leak grows while pods do not.'),
  ];
}
