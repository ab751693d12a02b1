/** Housekeeping of each container asks all file systems of the node for their size: devices times containers. */
import { sentence } from '../../../base/sentence.js';
import type { NodeEvidence } from '../../../material/model.js';
import { countFrom, present } from '../../observations.js';
import type { Reading } from '../../reading.js';
import type { Judgement, Rule } from '../../rule.js';
import { lookForBurn } from './kubeletBurn.js';
import { duWalkRival, housekeepingRival, memoryStatRival } from './kubeletRivals.js';
import { judgeSigns } from './signs.js';
import { thread } from './threadReference.js';

const FILE_SYSTEMS =
  /\bfs\.(?:\(\*RealFsInfo\)\.(?:GetFsInfoForPath|GetGlobalFsInfo)|getVfsStats|getDMStats|getZfstats|getDiskStatsMap)\b/u;
const MANY_DEVICES = 100;

export const cadvisorFsinfoManyDevices: Rule = {
  id: 'cadvisor-fsinfo-many-devices',
  title: 'cAdvisor asks every file system of the node for its size, for each container',
  severity: 'medium',
  requires: ['cpu-profile'],
  mechanism:
    'With docker cAdvisor asks, in the housekeeping of each container, all mounted devices for their size to find the one of the container. The cost is the number of devices times that of containers.',
  confirm: 'lsblk -n | wc -l; findmnt -rn -t ext4,xfs,btrfs,nfs,nfs4 | wc -l; crictl ps -q | wc -l',
  mitigation: {
    text: 'Fewer devices on the node: spread the pods with claims. A longer --housekeeping-interval halves it.',
    risk: 'low',
  },
  fix: 'None is known in cAdvisor (google/cadvisor#3082 is open). A CRI runtime instead of docker does not take this path.',
  references: [thread('google/cadvisor', 3082)],
  rivals: ['memcg-stat-v1-zombies', 'cadvisor-housekeeping-density', 'cadvisor-du-walk'],
  judge,
};

function judge(evidence: NodeEvidence, reading: Reading): Judgement {
  const burn = lookForBurn(reading, { pattern: FILE_SYSTEMS, least: 0.15 });
  return judgeSigns(
    {
      burn,
      sure: [],
      hints: burn.kind === 'hot' ? present(countFrom(reading, 'block-devices', MANY_DEVICES)) : [],
    },
    {
      what: 'Asking file systems for their size',
      rivals: [memoryStatRival(evidence, reading), housekeepingRival(reading), duWalkRival(reading)],
      settle: sentence('Count the devices: lsblk -n | wc -l.'),
      isDecisive: burn.kind === 'hot',
      explains: ['cadvisor-housekeeping-density'],
    },
  );
}
