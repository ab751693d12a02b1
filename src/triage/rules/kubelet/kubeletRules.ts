/** Causes in the kubelet's own work. */
import type { Rule } from '../../rule.js';
import { apiserverConnectionStuck } from './apiserverConnectionStuck.js';
import { cadvisorDuWalk } from './cadvisorDuWalk.js';
import { cadvisorFsinfoManyDevices } from './cadvisorFsinfoManyDevices.js';
import { cadvisorHousekeepingDensity } from './cadvisorHousekeepingDensity.js';
import { devicePluginSlow } from './devicePluginSlow.js';
import { execProbes } from './execProbes.js';
import { goGcBound } from './goGcBound.js';
import { goroutineLeak } from './goroutineLeak.js';
import { goTimerSpin } from './goTimerSpin.js';
import { imageMany } from './imageMany.js';
import { inotifyExhaustion } from './inotifyExhaustion.js';
import { kmsgOomWatcher } from './kmsgOomWatcher.js';
import { kubeletClientThrottling } from './kubeletClientThrottling.js';
import { lockContention } from './lockContention.js';
import { metricsScrapeHeavy } from './metricsScrapeHeavy.js';
import { mountinfoParse } from './mountinfoParse.js';
import { networkStatsPerCgroup } from './networkStatsPerCgroup.js';
import { orphanedPodDirs } from './orphanedPodDirs.js';
import { plegEventChannelFull } from './plegEventChannelFull.js';
import { plegRelist } from './plegRelist.js';
import { proxyEndpointsChurn } from './proxyEndpointsChurn.js';
import { secretConfigmapWatches } from './secretConfigmapWatches.js';
import { systemdDbusStorm } from './systemdDbusStorm.js';

export const KUBELET_RULES: readonly Rule[] = [
  plegRelist,
  plegEventChannelFull,
  cadvisorHousekeepingDensity,
  cadvisorDuWalk,
  cadvisorFsinfoManyDevices,
  mountinfoParse,
  inotifyExhaustion,
  execProbes,
  orphanedPodDirs,
  systemdDbusStorm,
  secretConfigmapWatches,
  kubeletClientThrottling,
  apiserverConnectionStuck,
  goGcBound,
  goTimerSpin,
  goroutineLeak,
  lockContention,
  metricsScrapeHeavy,
  kmsgOomWatcher,
  imageMany,
  networkStatsPerCgroup,
  devicePluginSlow,
  proxyEndpointsChurn,
];
