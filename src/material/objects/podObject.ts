/** A Pod of the API or of the kubelet's /pods: its probes by kind and period, what it mounts, how often it restarted. */
import { fieldAt, fieldOf, listOf, textOf, wholeOf } from '../../base/jsonFields.js';
import type { Place, PodFacts } from '../model.js';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
/** What the API sets where a probe says none (core/v1 Probe.periodSeconds). */
const DEFAULT_PERIOD = 10;
const MOST_CONTAINERS = 1_000;

export function isPodObject(value: unknown): boolean {
  return (
    Array.isArray(fieldAt(value, 'spec', 'containers')) && fieldAt(value, 'metadata', 'name') !== undefined
  );
}

/** Where it runs; undefined where it does not yet. */
export function nodeOfPod(pod: unknown): string | undefined {
  return textOf(fieldAt(pod, 'spec', 'nodeName'));
}

export function podFacts(pod: unknown, at: Place): PodFacts {
  const containers = listOf(fieldAt(pod, 'spec', 'containers')).slice(0, MOST_CONTAINERS);
  const probes = containers.flatMap(container => PROBES.flatMap(name => fieldOf(container, name) ?? []));
  const volumes = listOf(fieldAt(pod, 'spec', 'volumes'));
  const statuses = listOf(fieldAt(pod, 'status', 'containerStatuses'));
  return {
    at,
    namespace: textOf(fieldAt(pod, 'metadata', 'namespace')),
    name: textOf(fieldAt(pod, 'metadata', 'name')) ?? '',
    phase: textOf(fieldAt(pod, 'status', 'phase')),
    restarts:
      statuses.length === 0
        ? undefined
        : statuses.reduce<number>((sum, status) => sum + (wholeOf(fieldOf(status, 'restartCount')) ?? 0), 0),
    execProbes: probes
      .filter(probe => fieldOf(probe, 'exec') !== undefined)
      .map(probe => ({ periodSeconds: wholeOf(fieldOf(probe, 'periodSeconds'), 1e6) ?? DEFAULT_PERIOD })),
    httpProbes: probes.filter(probe => fieldOf(probe, 'httpGet') !== undefined).length,
    secretAndConfigMapVolumes: volumes.reduce<number>((sum, volume) => sum + watchedSources(volume), 0),
    claims: volumes.filter(
      volume =>
        fieldOf(volume, 'persistentVolumeClaim') !== undefined || fieldOf(volume, 'ephemeral') !== undefined,
    ).length,
  };
}

/** Secrets and ConfigMaps that the kubelet watches for a volume; a projected one may have several. */
function watchedSources(volume: unknown): number {
  const isWatched = (source: unknown): boolean =>
    fieldOf(source, 'secret') !== undefined || fieldOf(source, 'configMap') !== undefined;
  const projected = listOf(fieldAt(volume, 'projected', 'sources')).filter(isWatched).length;
  return projected + (isWatched(volume) ? 1 : 0);
}
