/** Events about a node, made by us: what was done to it stands where those look who ask why it changed. */
import { TriageError } from '../../base/errors.js';
import { ANSWER_BYTES } from '../../base/limits.js';
import { plainLine } from '../../base/plainLine.js';
import { randomHex } from '../../base/randomHex.js';
import type { NodeEvents, NodeNotice } from '../clusterPorts.js';
import type { ApiDoor } from '../http/apiDoor.js';
import { parseObject } from '../http/jsonAnswer.js';
import { isObjectName } from '../http/objectName.js';

/** Of Events about what has no namespace (client-go, tools/record, makeEvent). */
const NAMESPACE = 'default';
const COMPONENT = 'node-triage';
/** Of Kubernetes, for `note` (validation of events.k8s.io). */
const MOST_CHARACTERS = 1024;

export class ApiNodeEvents implements NodeEvents {
  constructor(private readonly door: Pick<ApiDoor, 'read'>) {}

  async record(node: string, { reason, message }: NodeNotice, signal: AbortSignal): Promise<string> {
    if (!isObjectName(node)) throw new TriageError('internal', 'An Event is made about a node that exists.');
    const at = new Date().toISOString().replace(/\.\d+Z$/u, 'Z');
    const name = `${node}.${randomHex(8)}`;
    const request = {
      method: 'POST',
      act: 'create',
      path: `/api/v1/namespaces/${NAMESPACE}/events`,
      what: 'an Event about the node',
      node,
      isRepeatable: false,
      accept: 'application/json',
      body: {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace: NAMESPACE },
        // The uid is the node's name, as the kubelet has it: kubectl describe looks for both.
        involvedObject: { kind: 'Node', name: node, uid: node },
        type: 'Normal',
        reason,
        message: plainLine(message, MOST_CHARACTERS),
        source: { component: COMPONENT },
        firstTimestamp: at,
        lastTimestamp: at,
        count: 1,
      },
    } as const;
    parseObject(await this.door.read(request, { maxBytes: ANSWER_BYTES.object }, signal), 'Event', request);
    return name;
  }
}
