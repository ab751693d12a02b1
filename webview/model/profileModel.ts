/** A loaded profile and what is derived from it, each when it is first asked for and once. No elements, no messages. */
import { buildBottomUp } from '../../src/profile/bottomUp.js';
import { buildFlameRows } from '../../src/profile/flameRows.js';
import { buildSandwich } from '../../src/profile/flameSandwich.js';
import { placeFlameBoxes } from '../../src/profile/flameTiming.js';
import { sumFlameTotals, type FlameTotals } from '../../src/profile/flameTotals.js';
import { buildFlatTable, type FlatTable } from '../../src/profile/flatTable.js';
import { FunctionNames, type NameIndex } from '../../src/profile/functionNames.js';
import type { CallTree, SampleType } from '../../src/profile/model.js';
import type { ProfilePayload } from '../../src/protocol/messages.js';
import type { FlameSubject } from '../flame/subject.js';
import { buildCodeGroups, sumGroups, type CodeGroups, type GroupShare } from './codeGroups.js';

export interface FunctionFigures {
  readonly flat: number;
  readonly cum: number;
}

export class ProfileModel {
  readonly payload: ProfilePayload;
  readonly names: FunctionNames;
  /** Index of the type that counts samples; undefined where the profile has none. */
  readonly countType: number | undefined;
  readonly #subjects = new Map<number, FlameSubject>();
  readonly #bottomUps = new Map<number, FlameSubject>();
  readonly #totals = new Map<number, FlameTotals>();
  readonly #tables = new Map<number, FlatTable>();
  readonly #figures = new Map<number, Map<NameIndex, FunctionFigures>>();
  #groups: CodeGroups | undefined;

  constructor(payload: ProfilePayload) {
    this.payload = payload;
    this.names = new FunctionNames(payload.tables);
    const at = payload.summary.sampleTypes.findIndex(
      ({ type, unit }) => type === 'samples' && unit === 'count',
    );
    this.countType = at === -1 ? undefined : at;
  }

  get groups(): CodeGroups {
    return (this.#groups ??= buildCodeGroups(this.names));
  }

  /** How often the profiler looked: the sum of the counts, else the number of records. */
  get sampleCount(): number {
    const { totals, sampleCount } = this.payload.summary;
    return (this.countType === undefined ? undefined : totals[this.countType]) ?? sampleCount;
  }

  sampleType(type: number): SampleType {
    return this.payload.summary.sampleTypes[type] ?? { type: '', unit: '' };
  }

  subject(type: number): FlameSubject {
    return remember(this.#subjects, type, () =>
      this.#layOut(this.payload.tables.tree, this.totals(type), type),
    );
  }

  /** All stacks from their ends: functions by what they used themselves, below them their callers. */
  bottomUp(type: number): FlameSubject {
    return remember(this.#bottomUps, type, () => {
      const { tree, folded } = buildBottomUp(this.payload.tables.tree, type);
      const totals = sumFlameTotals(tree, type);
      // What a box used itself is all of it where stacks end, and nothing where it only called.
      const self = totals.total.map((total, node) => (tree.parent[node] === 0 ? total : 0));
      return { ...this.#layOut(tree, totals, type), self, isBottomUp: true, folded };
    });
  }

  totals(type: number): FlameTotals {
    return remember(this.#totals, type, () => sumFlameTotals(this.payload.tables.tree, type));
  }

  table(type: number): FlatTable {
    return remember(this.#tables, type, () =>
      buildFlatTable(this.payload.tables.tree, this.payload.tables.functions, type),
    );
  }

  /** Of all occurrences of a function; zeroes where it has no value of this type. */
  figures(type: number, name: NameIndex): FunctionFigures {
    const byName = remember(this.#figures, type, () => {
      const { name: names, flat, cum } = this.table(type);
      return new Map(names.map((of, row) => [of, { flat: flat[row] ?? 0, cum: cum[row] ?? 0 }]));
    });
    return byName.get(name) ?? { flat: 0, cum: 0 };
  }

  groupShares(type: number): GroupShare[] {
    return sumGroups(this.groups, this.table(type));
  }

  sandwich(
    type: number,
    name: NameIndex,
  ): { readonly callers: FlameSubject; readonly callees: FlameSubject } {
    const { callers, callees } = buildSandwich(this.payload.tables.tree, this.names, name);
    return {
      callers: {
        ...this.#layOut(callers, sumFlameTotals(callers, type), type),
        rootName: name,
        isBottomUp: true,
      },
      callees: { ...this.#layOut(callees, sumFlameTotals(callees, type), type), rootName: name },
    };
  }

  #layOut(tree: CallTree, totals: FlameTotals, type: number): FlameSubject {
    const { rank, ofFunction } = this.names;
    const rows = buildFlameRows(tree, totals.extent, func => rank[ofFunction[func] ?? 0] ?? 0);
    return {
      tree,
      names: this.names,
      totals,
      self: tree.self[type] ?? new Float64Array(tree.nodeCount),
      layout: { rows, timing: placeFlameBoxes(rows, totals.extent) },
      rootName: undefined,
      isBottomUp: false,
      folded: undefined,
      fills: { by: 'name', fill: this.groups.fillOfName },
      groupOfName: this.groups.ofName,
    };
  }
}

function remember<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}
