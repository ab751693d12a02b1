/** What of a node goes into a capture's record: its name, and the versions that decide how the capture is read. */
import type { ClusterNode } from '../cluster/clusterPorts.js';
import type { CapturedNode } from './captureRecord.js';

/** `goVersion`: of the kubelet, where its metrics told it. */
export function capturedNode(node: ClusterNode, goVersion?: string): CapturedNode {
  const { name, kubeletVersion, kernelVersion, osImage, containerRuntimeVersion } = node;
  const { architecture, operatingSystem } = node;
  return {
    name,
    kubeletVersion,
    kernelVersion,
    osImage,
    containerRuntimeVersion,
    architecture,
    operatingSystem,
    goVersion,
  };
}
