/** What the page says about a box, a function or a run of slivers: for details, tooltip, screen reader and clipboard. */
import type { BoxIndex } from '../../src/profile/flameRows.js';
import { formatCount } from '../../src/profile/format.js';
import type { NameIndex } from '../../src/profile/functionNames.js';
import type { FlameHit } from '../flame/hitTest.js';
import { howInlined, isFolded, nameOfBox, type FlameSubject } from '../flame/subject.js';
import type { Figures } from '../model/figures.js';
import { pathOfBox } from '../model/framePath.js';
import type { ProfileModel } from '../model/profileModel.js';
import type { Details } from './detailsPanel.js';
import { t } from '../words.js';

/** What all sentences are about: a profile, one of its types, and how its values are said. */
export interface Telling {
  readonly model: ProfileModel;
  readonly type: number;
  readonly figures: Figures;
}

export function describeBox(telling: Telling, subject: FlameSubject, box: BoxIndex): Details {
  const node = subject.layout.rows.node[box] ?? 0;
  const name = nameOfBox(subject, box);
  const { figures } = telling;
  const samples = sampleCounts(telling, subject);
  const own = {
    label: name === undefined ? t('All stacks') : t('This box'),
    total: figures.long(subject.totals.total[node] ?? 0, samples?.total[node]),
    self: figures.long(subject.self[node] ?? 0, samples?.self[node]),
  };
  if (name === undefined)
    return {
      name: t('All stacks'),
      place: t('Select a box or a row to see its numbers. Press ? for the keys.'),
      marks: [],
      rows: [own],
      hasStack: false,
      isFunction: false,
    };
  const inlined = box === 0 ? 'no' : howInlined(subject, box);
  const marks = { no: [], sometimes: [t('inlined in part')], always: [t('inlined')] }[inlined];
  const more = isFolded(subject, box) ? [t('more callers: press s')] : [];
  return {
    ...describeFunction(telling, name),
    marks: [...marks, ...more],
    rows: [own, functionRow(telling, name)],
    hasStack: box !== 0,
  };
}

export function describeFunction(telling: Telling, name: NameIndex): Details {
  return {
    name: telling.model.names.text(name),
    place: placeOf(telling.model, name),
    marks: [],
    rows: [functionRow(telling, name)],
    hasStack: false,
    isFunction: true,
  };
}

function functionRow({ model, type, figures }: Telling, name: NameIndex): Details['rows'][number] {
  const { flat, cum } = model.figures(type, name);
  const counts = model.countType === undefined ? undefined : model.figures(model.countType, name);
  return {
    label: t('All its occurrences'),
    total: figures.long(cum, counts?.cum),
    self: figures.long(flat, counts?.flat),
  };
}

/** Numbers of samples by node; undefined where the profile does not count, or for a sandwich's trees. */
function sampleCounts(
  { model }: Telling,
  subject: FlameSubject,
): { readonly total: Float64Array; readonly self: Float64Array } | undefined {
  const { countType } = model;
  if (countType === undefined || subject.tree !== model.payload.tables.tree) return undefined;
  const self = subject.tree.self[countType];
  return self === undefined ? undefined : { total: model.totals(countType).total, self };
}

/** `k8s.io/kubernetes/pkg/kubelet/pleg/generic.go:231 · kubelet` */
function placeOf({ names }: ProfileModel, name: NameIndex): string {
  const func = names.anyFunction(name);
  if (func === undefined) return '';
  const file = names.file(func);
  const line = names.startLine(func);
  const parts = [
    line > 0 && file !== '' ? `${file}:${line}` : file,
    names.module(func),
    names.addresses(func),
  ];
  return parts.filter(part => part !== '').join(' · ');
}

/** A few lines beside the pointer. */
export function tellHit({ figures }: Telling, subject: FlameSubject, hit: FlameHit): string[] {
  const { node } = subject.layout.rows;
  if (hit.kind === 'merged') return tellMerged(figures, subject, hit);
  const name = nameOfBox(subject, hit.box);
  const at = node[hit.box] ?? 0;
  const lines = [
    name === undefined ? t('All stacks') : subject.names.text(name),
    figures.short(subject.totals.total[at] ?? 0),
  ];
  if (name !== undefined) lines.push(...addressesOf(subject, name));
  const self = subject.self[at] ?? 0;
  if (self !== 0) lines.push(t('self {0}', figures.short(self)));
  if (hit.box !== 0 && howInlined(subject, hit.box) === 'always') lines.push(t('inlined'));
  if (isFolded(subject, hit.box)) lines.push(t('more callers: press s'));
  return lines;
}

/** Of a function without a symbol: one line, or none. */
function addressesOf({ names }: FlameSubject, name: NameIndex): string[] {
  const func = names.anyFunction(name);
  const addresses = func === undefined ? '' : names.addresses(func);
  return addresses === '' ? [] : [addresses];
}

function tellMerged(
  figures: Figures,
  { layout, totals }: FlameSubject,
  { first, last }: { readonly first: BoxIndex; readonly last: BoxIndex },
): string[] {
  let sum = 0;
  for (const node of layout.rows.node.subarray(first, last + 1)) sum += totals.total[node] ?? 0;
  const count = last - first + 1;
  return [
    count === 1 ? t('1 box too narrow to draw') : t('{0} boxes too narrow to draw', formatCount(count)),
    figures.short(sum),
    t('Click to zoom in'),
  ];
}

/** One sentence for a screen reader: name, total, share, self. */
export function tellBox(telling: Telling, subject: FlameSubject, box: BoxIndex): string {
  const { figures } = telling;
  const name = nameOfBox(subject, box);
  const node = subject.layout.rows.node[box] ?? 0;
  const parts = [
    name === undefined ? t('All stacks') : subject.names.text(name),
    figures.main(subject.totals.total[node] ?? 0),
    figures.share(subject.totals.total[node] ?? 0),
    t('self {0}', figures.main(subject.self[node] ?? 0)),
  ];
  if (box !== 0 && howInlined(subject, box) === 'always') parts.push(t('inlined'));
  if (isFolded(subject, box)) parts.push(t('more callers: press s'));
  return parts.join(', ');
}

/** A stack as text, innermost first, as Go prints them. */
export function stackText(subject: FlameSubject, box: BoxIndex): string {
  const path = pathOfBox(subject, box);
  if (subject.rootName !== undefined) path.unshift(subject.names.text(subject.rootName));
  return (subject.isBottomUp ? path : path.reverse()).join('\n');
}
