/**
 * Draws a flame graph: data in, calls on a 2D context out. No element, no events, no state between calls; a test reads
 * the calls on a recording context. Only rows and boxes in sight cost anything.
 */
import type { BoxIndex } from '../../src/profile/flameRows.js';
import type { FlameTheme } from '../theme.js';
import type { Labels } from './labels.js';
import { fillRowBoxes, RowBoxes } from './rowBoxes.js';
import { fillOfBox, howInlined, isLit, nameOfBox, type FlameMarks, type FlameSubject } from './subject.js';
import { ROW_HEIGHT, rowTop, visibleRows, type Viewport } from './viewport.js';

/** The part of a 2D context that is used. */
export type FlameContext = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'strokeStyle'
  | 'font'
  | 'lineWidth'
  | 'textBaseline'
  | 'fillRect'
  | 'strokeRect'
  | 'fillText'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'stroke'
  | 'setLineDash'
  | 'setTransform'
>;

export interface FlameScene {
  readonly subject: FlameSubject;
  readonly view: Viewport;
  readonly theme: FlameTheme;
  readonly labels: Labels;
  readonly marks: FlameMarks;
  /** Text of the box above all stacks. */
  readonly rootLabel: string;
  /** The box a ring is drawn around, thick where the keyboard is on the graph. */
  readonly selected: { readonly box: BoxIndex; readonly focused: boolean } | undefined;
}

/** CSS pixels. */
const TEXT_INSET = 4;
const NARROWEST_LABEL = 18;
const NARROWEST_DASH = 6;

const row = new RowBoxes();

/** What is drawn after all fills, so that neighbours do not cover it. */
interface Overlay {
  readonly texts: { readonly text: string; readonly x: number; readonly y: number; readonly lit: boolean }[];
  /** x, y, width of inlined boxes' edges; device pixels. */
  readonly dashes: number[];
  /** x, y, width of highlighted boxes; device pixels. */
  readonly outlined: number[];
  ring: readonly [x: number, y: number, width: number] | undefined;
}

export function drawFlame(ctx: FlameContext, scene: FlameScene): void {
  const { view, theme, subject } = scene;
  const { pixelRatio } = view;
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.fillStyle = theme.background;
  ctx.fillRect(0, 0, Math.round(view.width * pixelRatio), Math.round(view.height * pixelRatio));
  const overlay: Overlay = { texts: [], dashes: [], outlined: [], ring: undefined };
  if (subject.totals.extent[0]! > 0) {
    const { rowCount } = subject.layout.rows;
    const { first, last } = visibleRows(view, rowCount);
    for (let at = first; at <= last; at++) {
      fillRowBoxes(subject.layout, view, at, row);
      drawRow(ctx, scene, Math.round(rowTop(view, rowCount, at) * pixelRatio), overlay);
    }
  }
  drawDashes(ctx, scene, overlay);
  drawOutlines(ctx, scene, overlay);
  drawTexts(ctx, scene, overlay);
}

function drawRow(ctx: FlameContext, scene: FlameScene, y: number, overlay: Overlay): void {
  const { view, theme, selected } = scene;
  const height = Math.round(ROW_HEIGHT * view.pixelRatio) - 1;
  let fillStyle = '';
  for (let at = 0; at < row.count; at++) {
    const box = row.first[at]!;
    const x = row.left[at]!;
    // One device pixel between boxes; the narrowest keep what they have.
    const width = Math.max(row.right[at]! - x - 1, 1);
    if (selected !== undefined && selected.box >= box && selected.box <= row.last[at]!)
      overlay.ring = [x, y, width];
    if (row.merged[at] === 1) {
      if (fillStyle !== theme.neutral) ctx.fillStyle = fillStyle = theme.neutral;
      ctx.fillRect(x, y, row.right[at]! - x, height);
      continue;
    }
    const lit = isBoxLit(scene, box);
    const fill = fillOf(scene, box, lit);
    if (fill !== fillStyle) ctx.fillStyle = fillStyle = fill;
    ctx.fillRect(x, y, width, height);
    noteOverlay(scene, { box, x, y, width, lit }, overlay);
  }
  if (theme.border !== undefined) drawBorders(ctx, scene, y, height);
}

interface PlacedBox {
  readonly box: BoxIndex;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly lit: boolean;
}

function noteOverlay(scene: FlameScene, placed: PlacedBox, overlay: Overlay): void {
  const { subject, marks, view } = scene;
  const { box, x, y, width } = placed;
  const name = nameOfBox(subject, box);
  if (name !== undefined && name === marks.highlighted) overlay.outlined.push(x, y, width);
  if (box !== 0 && width >= NARROWEST_DASH * view.pixelRatio && howInlined(subject, box) !== 'no')
    overlay.dashes.push(x, y, width);
  const cssWidth = width / view.pixelRatio;
  if (cssWidth < NARROWEST_LABEL) return;
  const text = name === undefined ? scene.rootLabel : scene.labels.fit(name, cssWidth - 2 * TEXT_INSET);
  if (text === '') return;
  overlay.texts.push({
    text,
    x: x / view.pixelRatio + TEXT_INSET,
    y: y / view.pixelRatio + ROW_HEIGHT / 2,
    lit: placed.lit,
  });
}

function isBoxLit(scene: FlameScene, box: BoxIndex): boolean {
  const name = nameOfBox(scene.subject, box);
  // The root is no function: it is part of every search's picture and none's answer.
  return name === undefined
    ? scene.marks.matches === undefined && scene.marks.group === undefined
    : isLit(scene.subject, scene.marks, name);
}

function fillOf(scene: FlameScene, box: BoxIndex, lit: boolean): string {
  const { theme, subject } = scene;
  if (theme.border !== undefined) return lit ? theme.background : theme.neutral;
  const fill = fillOfBox(subject, box);
  return fill === undefined ? theme.neutral : (lit ? theme.fills : theme.dimFills)[fill]!;
}

/** High contrast: every box has a border, and its group's colour as a bar at its left, beside the text. */
function drawBorders(ctx: FlameContext, scene: FlameScene, y: number, height: number): void {
  const { theme, subject, view } = scene;
  const bar = Math.round(3 * view.pixelRatio);
  ctx.lineWidth = 1;
  ctx.strokeStyle = theme.border ?? theme.text;
  for (let at = 0; at < row.count; at++) {
    const width = row.right[at]! - row.left[at]!;
    if (width > 3) ctx.strokeRect(row.left[at]! + 0.5, y + 0.5, width - 1, height - 1);
  }
  for (let at = 0; at < row.count; at++) {
    const fill = row.merged[at] === 1 ? undefined : fillOfBox(subject, row.first[at]!);
    if (fill === undefined || row.right[at]! - row.left[at]! < 3 * bar) continue;
    ctx.fillStyle = theme.fills[fill]!;
    ctx.fillRect(row.left[at]! + 1, y + 1, bar, height - 2);
  }
}

/** An inlined function has no call of its own: the edge to its caller is dashed. */
function drawDashes(ctx: FlameContext, scene: FlameScene, overlay: Overlay): void {
  if (overlay.dashes.length === 0) return;
  const { view } = scene;
  const { pixelRatio } = view;
  const edge = view.orientation === 'icicle' ? 0.5 : Math.round(ROW_HEIGHT * pixelRatio) - 1.5;
  ctx.strokeStyle = scene.theme.inlineEdge;
  ctx.lineWidth = Math.max(1, Math.round(pixelRatio));
  ctx.setLineDash([3 * pixelRatio, 3 * pixelRatio]);
  ctx.beginPath();
  for (let at = 0; at < overlay.dashes.length; at += 3) {
    const x = overlay.dashes[at]!;
    const y = overlay.dashes[at + 1]! + edge;
    ctx.moveTo(x, y);
    ctx.lineTo(x + overlay.dashes[at + 2]!, y);
  }
  ctx.stroke();
  ctx.setLineDash([]);
}

function drawOutlines(ctx: FlameContext, scene: FlameScene, overlay: Overlay): void {
  const { view, theme, selected } = scene;
  const height = Math.round(ROW_HEIGHT * view.pixelRatio) - 1;
  const around = (x: number, y: number, width: number, line: number): void => {
    ctx.lineWidth = line;
    ctx.strokeRect(x + line / 2, y + line / 2, Math.max(width - line, 1), height - line);
  };
  ctx.strokeStyle = theme.highlight;
  for (let at = 0; at < overlay.outlined.length; at += 3)
    around(
      overlay.outlined[at]!,
      overlay.outlined[at + 1]!,
      overlay.outlined[at + 2]!,
      Math.ceil(view.pixelRatio),
    );
  if (overlay.ring === undefined) return;
  ctx.strokeStyle = theme.focus;
  around(...overlay.ring, Math.round((selected?.focused === true ? 3 : 2) * view.pixelRatio));
}

function drawTexts(ctx: FlameContext, scene: FlameScene, overlay: Overlay): void {
  const { view, theme } = scene;
  const indent = theme.border === undefined ? 0 : 3;
  ctx.setTransform(view.pixelRatio, 0, 0, view.pixelRatio, 0, 0);
  ctx.font = `${theme.fontSize}px ${theme.fontFamily}`;
  ctx.textBaseline = 'middle';
  for (const lit of [true, false]) {
    ctx.fillStyle = lit ? theme.text : theme.dimText;
    for (const label of overlay.texts)
      if (label.lit === lit) ctx.fillText(label.text, label.x + indent, label.y);
  }
}
