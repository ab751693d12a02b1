/**
 * Objects of the API and the kubelet's answers anywhere in a text, as JSON or YAML: Node, Event, Pod, lists of them, what
 * /configz and /stats/summary say, `kubectl version -o json`. Tells what each is by its shape, as posts leave `kind` out;
 * what an object says is its own file's.
 */
import { fieldAt, fieldOf, listOf, textOf } from '../../base/jsonFields.js';
import type { Found, MaterialText, NodeEvidence, Place, TextReader } from '../model.js';
import { findJsonDocuments } from '../text/jsonDocuments.js';
import { findYamlDocuments } from '../text/yamlDocuments.js';
import { addFacts, factsOfSeveral, type NodeRow, type PartialFacts } from './nodeFacts.js';
import { readEventObject } from './eventObject.js';
import { configurationIn, settingsOf } from './kubeletSettings.js';
import { conditionsOfNode, factsOfNode, isNodeObject } from './nodeObject.js';
import { isPodObject, nodeOfPod, podFacts } from './podObject.js';
import { isStatsSummary, readStatsSummary } from './statsSummary.js';

export const kubernetesObjectsReader: TextReader = {
  name: 'objects of Kubernetes',
  read: readKubernetesObjects,
};

const MOST = 100_000;
/** A list of lists is nothing that was met. */
const DEEPEST = 3;

function readKubernetesObjects({ file, lines }: MaterialText): Found {
  const objects = new Objects();
  for (const { value, line, isCut } of [...findJsonDocuments(lines), ...findYamlDocuments(lines)])
    objects.addDocument(value, { file, line }, isCut);
  return objects.finish();
}

type Writable<K extends keyof NodeEvidence> = NodeEvidence[K] extends readonly (infer T)[] ? T[] : never;

class Objects {
  readonly #facts: PartialFacts = {};
  /** Of the API server, which may be newer than the node. */
  readonly #serverFacts: PartialFacts = {};
  readonly #events: Writable<'events'> = [];
  readonly #conditions: Writable<'conditions'> = [];
  readonly #pods: Writable<'pods'> = [];
  readonly #settings: Writable<'settings'> = [];
  readonly #more: Found[] = [];
  readonly #nodesOfPods = new Set<string>();
  #podsAt: Place | undefined;
  #isCut = false;
  /** Pods are missing: those there are no count. */
  #hasCutPods = false;
  readonly #nodes: NodeRow[] = [];

  addDocument(value: unknown, at: Place, isCut: boolean): void {
    this.#isCut = isCut;
    this.#add(value, at, 0);
  }

  #add(value: unknown, at: Place, depth: number): void {
    const items = fieldOf(value, 'items');
    const list = Array.isArray(value) ? listOf(value) : listOf(items);
    if (depth < DEEPEST) for (const item of list.slice(0, MOST)) this.#add(item, at, depth + 1);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    this.#addOne(value, at);
  }

  finish(): Found {
    const counted = this.#countPods();
    const facts: PartialFacts = {};
    addFacts(facts, factsOfSeveral(this.#nodes));
    addFacts(facts, this.#facts);
    for (const found of this.#more) addFacts(facts, found.facts ?? {});
    addFacts(facts, this.#serverFacts);
    return {
      facts,
      events: this.#events,
      conditions: this.#conditions,
      pods: this.#pods,
      settings: this.#settings,
      pressure: this.#more.flatMap(({ pressure }) => pressure ?? []),
      memory: this.#more.flatMap(({ memory }) => memory ?? []),
      kubeletCores: this.#more.flatMap(({ kubeletCores }) => kubeletCores ?? []),
      counted: [...counted, ...this.#more.flatMap(more => more.counted ?? [])],
    };
  }

  #addOne(value: object, at: Place): void {
    const event = readEventObject(value, at);
    if (event !== undefined) {
      if (this.#events.length < MOST) this.#events.push(event);
      return;
    }
    if (isPodObject(value)) {
      this.#addPod(value, at);
      return;
    }
    if (isStatsSummary(value)) {
      if (this.#more.length < MOST) this.#more.push(readStatsSummary(value, at, this.#isCut));
      return;
    }
    const conditions = conditionsOfNode(value, at);
    if (isNodeObject(value) && this.#nodes.length < MOST)
      this.#nodes.push({
        isReady: !conditions.some(({ type, isBad }) => type === 'Ready' && isBad),
        facts: factsOfNode(value),
      });
    if (this.#conditions.length < MOST) this.#conditions.push(...conditions);
    this.#addSettings(value, at);
    const server = fieldOf(value, 'serverVersion');
    addFacts(this.#serverFacts, {
      kubeletVersion: textOf(fieldOf(server, 'gitVersion')),
      goVersion: textOf(fieldOf(server, 'goVersion')),
    });
  }

  #addPod(pod: object, at: Place): void {
    if (this.#pods.length >= MOST) return;
    this.#pods.push(podFacts(pod, at));
    this.#nodesOfPods.add(nodeOfPod(pod) ?? '');
    this.#podsAt ??= at;
    this.#hasCutPods ||= this.#isCut;
  }

  #addSettings(value: object, at: Place): void {
    const configuration = configurationIn(value);
    if (configuration === undefined || this.#settings.length >= MOST) return;
    this.#settings.push(...settingsOf(configuration, at));
    const driver = textOf(fieldAt(configuration, 'cgroupDriver'));
    if (driver === 'systemd' || driver === 'cgroupfs') addFacts(this.#facts, { cgroupDriver: driver });
  }

  /** All pods of one node are that node's; those of several are a cluster's. */
  #countPods(): NonNullable<Found['counted']> {
    const at = this.#podsAt;
    const isOneNode = this.#nodesOfPods.size === 1 && !this.#nodesOfPods.has('');
    if (at === undefined || this.#hasCutPods || this.#pods.length < 2 || !isOneNode) return [];
    const pods = this.#pods.filter(({ phase }) => phase !== 'Succeeded' && phase !== 'Failed');
    const claims = pods.reduce((sum, pod) => sum + pod.claims, 0);
    addFacts(this.#facts, { pods: pods.length });
    return [
      { at, thing: 'pods', value: pods.length, note: undefined },
      { at, thing: 'claims', value: claims, note: undefined },
    ];
  }
}
