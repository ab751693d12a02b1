/** What stays in memory of a node: fields no longer than real ones are, in memory of their own. */
import { NODE_TEXT } from '../../base/limits.js';
import type { ClusterNode } from '../clusterPorts.js';

/** The name stays whole, as a part of it would be another node's: readNode takes none that is too long. */
export function keepNode(node: ClusterNode): ClusterNode {
  return {
    ...node,
    uid: keepText(node.uid),
    readinessReason: keepOptional(node.readinessReason, NODE_TEXT.reason),
    roles: node.roles.slice(0, NODE_TEXT.roles).map(role => keepText(role)),
    kubeletVersion: keepText(node.kubeletVersion),
    kernelVersion: keepText(node.kernelVersion),
    osImage: keepText(node.osImage),
    containerRuntimeVersion: keepText(node.containerRuntimeVersion),
    architecture: keepText(node.architecture),
    operatingSystem: keepText(node.operatingSystem),
    internalIp: keepOptional(node.internalIp, NODE_TEXT.field),
    createdAt: keepOptional(node.createdAt, NODE_TEXT.field),
  };
}

function keepOptional(text: string | undefined, maxCharacters: number): string | undefined {
  return text === undefined ? undefined : keepText(text, maxCharacters);
}

/** V8's slice of a string keeps all of it; what went through bytes stands alone. */
function keepText(text: string, maxCharacters: number = NODE_TEXT.field): string {
  if (text.length <= maxCharacters) return text;
  return Buffer.from(`${text.slice(0, maxCharacters - 1)}…`).toString();
}
