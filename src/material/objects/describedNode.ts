/**
 * What `kubectl describe node` and `kubectl get nodes` print of a node: conditions, system info, capacity, number of pods.
 * Their Events are eventTables.ts's. Of several nodes the facts are those of the one that is not ready, or what all share.
 */
import type { Counted, Found, MaterialText, NodeCondition, Place, TextReader } from '../model.js';
import { quantityOf } from '../text/durations.js';
import { unquoted } from '../text/quotedLine.js';
import { conditionStatus, isBadCondition } from './conditionPolarity.js';
import { addFacts, factsOfSeveral, type NodeRow, type PartialFacts } from './nodeFacts.js';

export const describedNodeReader: TextReader = { name: 'kubectl describe node', read: readDescribedNode };

const MOST_CONDITIONS = 10_000;
const LONGEST_MESSAGE = 4_096;

function readDescribedNode({ file, lines }: MaterialText): Found {
  const text = new DescribedText(file);
  for (const [index, line] of lines.entries()) text.read(unquoted(line), index + 1);
  return text.finish();
}

const CONDITION = /^([A-Z][A-Za-z]{2,60})[ \t]+(True|False|Unknown)[ \t]+/u;
/** `Mon, 03 Jun 2019 13:54:18 +0000` */
const DATE = /^(?:\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}|<none>|<unknown>)[ \t]*/u;
const REASON = /^([A-Z]\w{2,80})(?:[ \t]+|$)/u;
const FIELD =
  /^(Name|Kernel Version|OS Image|Container Runtime Version|Kubelet Version|Architecture):[ \t]{1,60}(\S.{0,200})$/u;
const CAPACITY = /^(cpu|memory):[ \t]{1,60}(\d\S{0,20})$/u;
const PODS_TOTAL = /^Non-terminated Pods:\s{0,40}\((\d{1,6}) in total\)/u;

class DescribedText {
  readonly #conditions: NodeCondition[] = [];
  readonly #counted: Counted[] = [];
  readonly #facts: PartialFacts = {};
  readonly #rows: NodeRow[] = [];
  #section = '';
  #name: { readonly text: string; readonly line: number } | undefined;

  constructor(private readonly file: string) {}

  read(line: string, lineNumber: number): void {
    const at = { file: this.file, line: lineNumber };
    const section = /^(\w+):$/u.exec(line);
    if (section !== null) this.#section = section[1] ?? '';
    this.#readCondition(line, at);
    this.#readField(line, at);
    const row = parseNodeRow(line);
    if (row === undefined || this.#conditions.length >= MOST_CONDITIONS) return;
    this.#rows.push(row);
    const status = row.isReady ? 'True' : 'False';
    this.#conditions.push({
      at,
      type: 'Ready',
      status,
      reason: undefined,
      message: undefined,
      isBad: !row.isReady,
    });
  }

  finish(): Found {
    addFacts(this.#facts, factsOfSeveral(this.#rows));
    return { facts: this.#facts, conditions: this.#conditions, counted: this.#counted };
  }

  #readCondition(line: string, at: Place): void {
    const match = CONDITION.exec(line);
    const status = conditionStatus(match?.[2]);
    if (match === null || status === undefined || this.#conditions.length >= MOST_CONDITIONS) return;
    const [whole, type = ''] = match;
    const dated = line.slice(whole.length);
    const rest = dated.replace(DATE, '').replace(DATE, '');
    // A pod's conditions have no dates.
    if (rest === dated) return;
    const reason = REASON.exec(rest);
    const message = rest.slice(reason?.[0].length ?? 0).slice(0, LONGEST_MESSAGE);
    this.#conditions.push({
      at,
      type,
      status,
      reason: reason?.[1],
      message: message === '' ? undefined : message,
      isBad: isBadCondition(type, status),
    });
  }

  #readField(line: string, at: Place): void {
    const field = FIELD.exec(line);
    if (field !== null) this.#addField(field[1] ?? '', (field[2] ?? '').trim(), at);
    if (/^Roles?:/u.test(line) && this.#name !== undefined && (at.line ?? 0) - this.#name.line <= 3)
      addFacts(this.#facts, { nodeName: this.#name.text });
    if (this.#section === 'Capacity') this.#readCapacity(line);
    const pods = PODS_TOTAL.exec(line);
    if (pods === null) return;
    const value = Number(pods[1]);
    addFacts(this.#facts, { pods: value });
    this.#counted.push({ at, thing: 'pods', value, note: 'kubectl describe node' });
  }

  #readCapacity(line: string): void {
    const capacity = CAPACITY.exec(line);
    const quantity = quantityOf(capacity?.[2] ?? '');
    if (capacity !== null)
      addFacts(this.#facts, capacity[1] === 'cpu' ? { cpus: quantity } : { memoryBytes: quantity });
  }

  #addField(name: string, value: string, at: Place): void {
    switch (name) {
      case 'Name':
        this.#name = { text: value, line: at.line ?? 0 };
        return;
      case 'Kernel Version':
        addFacts(this.#facts, { kernelVersion: value });
        return;
      case 'OS Image':
        addFacts(this.#facts, { osImage: value });
        return;
      case 'Container Runtime Version':
        addFacts(this.#facts, { containerRuntimeVersion: value });
        return;
      case 'Kubelet Version':
        addFacts(this.#facts, { kubeletVersion: value });
        return;
      default:
        addFacts(this.#facts, { architecture: value });
    }
  }
}

/** `NAME STATUS ROLES AGE VERSION`, before 1.6 without ROLES. */
const NODE_ROW =
  /^([a-z0-9][\w.-]{0,252})[ \t]+((?:Not)?Ready|Unknown)(?:,[\w,]{1,60})?[ \t]+(?:[\w<>,-]{1,200}[ \t]+)?\d[\dsmhdwy]{1,12}[ \t]+(v\d{1,2}\.\d{1,3}\.\S{1,60})(?=[ \t]|$)/u;
/** `INTERNAL-IP EXTERNAL-IP OS-IMAGE KERNEL-VERSION CONTAINER-RUNTIME`. */
const WIDE_BEGIN = /^[ \t]+(?:[\d.:a-fx]{2,45}|<none>)[ \t]+(?:[\d.:a-fx]{2,45}|<none>)[ \t]+/u;
const WIDE_END = /^(.{2,80}?)[ \t]+(\d{1,2}\.\d{1,3}[.\w+~-]{0,60})[ \t]+([a-z-]{3,20}:\/\/\S{1,60})$/u;

function parseNodeRow(line: string): NodeRow | undefined {
  const match = NODE_ROW.exec(line);
  if (match === null) return undefined;
  const [whole, nodeName, status, kubeletVersion] = match;
  const tail = line.slice(whole.length);
  const wide = WIDE_END.exec(tail.replace(WIDE_BEGIN, '').slice(0, 250));
  return {
    isReady: status === 'Ready',
    facts: {
      nodeName,
      kubeletVersion,
      osImage: wide?.[1],
      kernelVersion: wide?.[2],
      containerRuntimeVersion: wide?.[3],
    },
  };
}
