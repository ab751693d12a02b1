/** A proxy in the same process (k3s, hyperkube) or kube-proxy itself works through all endpoints at each update. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { present, saidFrom } from '../../observations.js';
import type { Reading } from '../../reading.js';
import { open, type Judgement, type RivalJudgement, type Rule } from '../../rule.js';
import { lookForBurn } from './kubeletBurn.js';
import { garbageRival, shareRival } from './kubeletRivals.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const ENDPOINTS =
  /\b(?:proxy|config|iptables|ipvs|userspace|winkernel|nftables)\.\(\*\w{1,60}\)\.(?:OnEndpoint\w{0,40}|onEndpoint\w{0,40}|handle\w{0,10}Endpoint\w{0,40}|EndpointSliceUpdate|EndpointUpdate)\b|\bproxy\.\(\*(?:EndpointsChangeTracker|EndpointChangeTracker|EndpointSliceCache|EndpointsMap)\)\.\w/u;
const SYNC = /\.\(\*Proxier\)\.syncProxyRules\b|\biptables\.\(\*runner\)\./u;

export const proxyEndpointsChurn: Rule = {
  id: 'proxy-endpoints-churn',
  title: 'Updates of endpoints keep the proxy in the process busy',
  severity: 'medium',
  requires: ['cpu-profile'],
  mechanism:
    'Each update of an Endpoints object, also one that only renews a leader lock, makes the proxy compare all endpoints of it anew. In k3s, rke2 and hyperkube the proxy is part of the process that is taken for the kubelet.',
  confirm:
    'timeout 60 kubectl get endpoints -A --watch-only --no-headers | awk \'{print $1"/"$2}\' | sort | uniq -c | sort -rn | head',
  mitigation: {
    text: 'Leader election by Leases instead of Endpoints (resourceLock), fewer updates of large services; EndpointSlices.',
    risk: 'low',
  },
  fix: 'Newer releases keep leader locks in Leases and watch EndpointSlices. Controllers of your own may still write Endpoints.',
  references: [
    thread('kubernetes/kubernetes', 26637),
    thread('kubernetes/kubernetes', 23812),
    thread('kubernetes/kubernetes', 96504),
    thread('k3s-io/k3s', 2278),
  ],
  rivals: ['iptables-util', 'secret-configmap-watches', 'go-gc-bound'],
  judge,
};

function judge(_evidence: NodeEvidence, reading: Reading): Judgement {
  const burn = lookForBurn(reading, { pattern: ENDPOINTS, least: 0.2 });
  const updates = saidFrom(reading, /\bEndpoints? ?\S{0,80} (?:updated|changed)|OnEndpointsUpdate/u, 50);
  return judgeSigns(
    { burn, sure: [], hints: burn.kind === 'hot' ? present(updates) : [] },
    {
      what: 'Working through endpoints',
      rivals: rivals(reading),
      settle: sentence('Watch them for a minute: kubectl get endpoints -A --watch-only.'),
      isDecisive: burn.kind === 'hot',
    },
  );
}

function rivals(reading: Reading): readonly RivalJudgement[] {
  return [
    shareRival(reading, 'iptables-util', { pattern: SYNC, least: 0.1, what: 'Writing the rules' }),
    open('secret-configmap-watches', 'Watch events of Secrets would be decoded in a Reflector.'),
    garbageRival(reading),
  ];
}
