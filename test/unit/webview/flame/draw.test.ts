import { describe, expect, it } from 'vitest';
import type { Profile } from '../../../../src/profile/model.js';
import { drawFlame, type FlameScene } from '../../../../webview/flame/draw.js';
import { Labels } from '../../../../webview/flame/labels.js';
import { NO_MARKS, type FlameSubject } from '../../../../webview/flame/subject.js';
import type { Viewport } from '../../../../webview/flame/viewport.js';
import { buildTheme } from '../../../../webview/theme.js';
import { boxOf, subjectOf } from '../../../support/flameSubject.js';
import { themeVariable } from '../../../support/page/themes.js';
import { profileFromStacks } from '../../../support/profileFromStacks.js';
import { RecordingCanvas } from '../../../support/recordingCanvas.js';

const view: Viewport = {
  width: 400,
  height: 100,
  pixelRatio: 1,
  left: 0,
  right: 1,
  scrollTop: 0,
  orientation: 'icicle',
};
const theme = buildTheme('dark', themeVariable('dark'));

function draw(
  profile: Profile,
  change: (subject: FlameSubject) => Partial<FlameScene> = () => ({}),
): RecordingCanvas {
  const subject = subjectOf(profile);
  const canvas = new RecordingCanvas();
  drawFlame(canvas, {
    subject,
    view,
    theme,
    // Ten pixels a character.
    labels: new Labels(subject.names, text => text.length * 10),
    marks: NO_MARKS,
    rootLabel: 'all · 4',
    selected: undefined,
    ...change(subject),
  });
  return canvas;
}

const nameOf = (subject: FlameSubject, text: string): number =>
  [...subject.names.distinct].find(name => subject.names.text(name) === text)!;

const profile = profileFromStacks(
  `
  main.run     main.run               gc
  main.parse   strings.Index[inline]    `,
  { weights: [2, 1, 1] },
);

describe('drawFlame', () => {
  it('clears, then fills each box in its place with a gap to the next', () => {
    const { fills } = draw(profile);
    expect(fills[0]).toMatchObject({ x: 0, y: 0, width: 400, height: 100, style: theme.background });
    expect(fills.slice(1).map(({ x, y, width, height }) => [x, y, width, height])).toEqual([
      [0, 0, 399, 19],
      [0, 20, 299, 19],
      [300, 20, 99, 19],
      [0, 40, 199, 19],
      [200, 40, 99, 19],
    ]);
  });

  it('fills a box as its function, or as itself', () => {
    const stylesOf = (change: (subject: FlameSubject) => Partial<FlameScene>): readonly string[] =>
      draw(profile, change)
        .fills.slice(2)
        .map(({ style }) => style);
    const byNode = stylesOf(subject => ({
      subject: {
        ...subject,
        fills: { by: 'node', fill: Uint8Array.from(subject.tree.parent, (_, node) => node) },
      },
    }));
    expect(new Set(byNode).size).toBe(4);
    const byName = stylesOf(subject => ({
      subject: { ...subject, fills: { by: 'name', fill: new Uint8Array(subject.names.limit).fill(7) } },
    }));
    expect(new Set(byName)).toEqual(new Set([theme.fills[7]]));
  });

  it('writes the longest form of a name that fits', () => {
    expect(draw(profile).texts.map(({ text }) => text)).toEqual([
      'all · 4',
      'main.run',
      'gc',
      'main.parse',
      'Index',
    ]);
  });

  it('draws nothing of rows out of sight', () => {
    const deep = profileFromStacks(Array.from({ length: 5000 }, (_, depth) => `f${depth}`).join('\n'));
    const { fills, texts } = draw(deep, () => ({ view: { ...view, scrollTop: 4000 } }));
    expect(fills).toHaveLength(1 + 5);
    expect(texts.map(({ text }) => text)).toEqual(['f199', 'f200', 'f201', 'f202', 'f203']);
  });

  it('dashes the edge between an inlined function and its caller, below in an icicle', () => {
    expect(draw(profile).lines).toEqual([{ x: 200, y: 40.5, toX: 299, dash: [3, 3] }]);
    const flame = draw(profile, () => ({ view: { ...view, orientation: 'flame' } }));
    expect(flame.lines.map(({ y }) => y)).toEqual([58.5]);
  });

  it('takes the colour from what a search does not match, and keeps it where it does', () => {
    const { fills, texts } = draw(profile, subject => {
      const matches = new Uint8Array(subject.names.limit);
      matches[nameOf(subject, 'gc')] = 1;
      return { marks: { ...NO_MARKS, matches } };
    });
    const plain = draw(profile).fills;
    expect(fills[3]!.style).toBe(plain[3]!.style);
    expect(fills[2]!.style).not.toBe(plain[2]!.style);
    expect(texts.find(({ text }) => text === 'gc')?.style).toBe(theme.text);
    expect(texts.find(({ text }) => text === 'main.run')?.style).toBe(theme.dimText);
  });

  it('outlines all boxes of the highlighted function and rings the selected one', () => {
    const twice = profileFromStacks(`
      a   b
      gc  gc`);
    const { strokes } = draw(twice, subject => ({
      marks: { ...NO_MARKS, highlighted: nameOf(subject, 'gc') },
      selected: { box: boxOf(subject, 'gc'), focused: true },
    }));
    expect(strokes.map(({ x, lineWidth, style }) => [Math.floor(x), lineWidth, style])).toEqual([
      [0, 1, theme.highlight],
      [200, 1, theme.highlight],
      [1, 3, theme.focus],
    ]);
  });

  it('draws what is too narrow as one neutral box', () => {
    const many = profileFromStacks(['big', ...Array.from({ length: 50 }, (_, at) => `f${at}`)].join('  '), {
      weights: [950, ...Array.from({ length: 50 }, () => 1)],
    });
    const inRow = draw(many).fills.filter(({ y }) => y === 20);
    expect(inRow.map(({ x, width, style }) => [x, width, style === theme.neutral])).toEqual([
      [0, 379, false],
      [380, 20, true],
    ]);
  });

  it('gives high contrast borders, and colour only beside the text', () => {
    const contrast = buildTheme('hc-dark', themeVariable('hc-dark'));
    const { fills, strokes } = draw(profile, () => ({ theme: contrast }));
    expect(strokes).toHaveLength(5);
    expect(strokes.every(({ style }) => style === contrast.border)).toBe(true);
    const coloured = fills.filter(({ style }) => contrast.fills.includes(style));
    expect(coloured.every(({ width }) => width === 3)).toBe(true);
    expect(coloured).toHaveLength(4);
  });

  it('draws at the resolution of the screen', () => {
    const { fills, texts } = draw(profile, () => ({ view: { ...view, pixelRatio: 2 } }));
    expect(fills[3]).toMatchObject({ x: 600, y: 40, width: 199, height: 39 });
    // Texts are placed in CSS pixels: the transform scales them.
    expect(texts.find(({ text }) => text === 'gc')).toMatchObject({ x: 304, y: 30 });
  });

  it('clears and draws nothing where there is no value', () => {
    expect(draw(profileFromStacks('')).fills).toHaveLength(1);
  });
});
