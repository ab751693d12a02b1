/** A search in a profile, and the walk through its matches in the order they stand in: row by row, left to right. */
import type { BoxIndex } from '../../src/profile/flameRows.js';
import {
  matchNames,
  parseQuery,
  sumMatched,
  type MatchedNames,
  type Query,
} from '../../src/profile/search.js';
import { nameOfBox, type FlameSubject } from '../flame/subject.js';
import type { ProfileModel } from './profileModel.js';

export class SearchState {
  readonly query: Query;
  /** Undefined without a valid query. */
  readonly matched: MatchedNames | undefined;
  readonly #model: ProfileModel;
  #boxes: { readonly subject: FlameSubject; readonly list: Uint32Array } | undefined;

  constructor(model: ProfileModel, text: string) {
    this.#model = model;
    this.query = parseQuery(text);
    this.matched = this.query.kind === 'query' ? matchNames(this.query.matches, model.names) : undefined;
  }

  /** Value under the matches, none counted twice. */
  sum(type: number): number {
    if (this.matched === undefined) return 0;
    const { tree } = this.#model.payload.tables;
    return sumMatched(tree, this.#model.names, this.matched.flags, this.#model.totals(type).total);
  }

  /** Matching boxes, in order. */
  boxes(subject: FlameSubject): Uint32Array {
    const { matched } = this;
    if (matched === undefined) return new Uint32Array(0);
    if (this.#boxes?.subject !== subject) {
      const list: BoxIndex[] = [];
      for (let box = 1; box < subject.layout.rows.boxCount; box++) {
        const name = nameOfBox(subject, box);
        if (name !== undefined && matched.flags[name] === 1) list.push(box);
      }
      this.#boxes = { subject, list: Uint32Array.from(list) };
    }
    return this.#boxes.list;
  }

  /** Place in `boxes` of the match before or after a box, around the end; undefined where nothing matches. */
  step(subject: FlameSubject, from: BoxIndex | undefined, step: 1 | -1): number | undefined {
    const list = this.boxes(subject);
    if (list.length === 0) return undefined;
    if (from === undefined) return step === 1 ? 0 : list.length - 1;
    const after = list.findIndex(box => box > from);
    if (step === 1) return after === -1 ? 0 : after;
    const before = list.findLastIndex(box => box < from);
    return before === -1 ? list.length - 1 : before;
  }
}
