import { describe, expect, it } from 'vitest';
import { contrast, parseColor, READABLE, type Rgb } from '../../../webview/flame/palette.js';
import { buildTheme, type ThemeKind } from '../../../webview/theme.js';
import { themeVariable } from '../../support/page/themes.js';

const WHITE: Rgb = { r: 255, g: 255, b: 255 };
const rgb = (css: string): Rgb => parseColor(css, WHITE)!;

/** Backgrounds and texts of themes people use, and some that are hard to read. */
const ODD_THEMES: readonly (readonly [kind: ThemeKind, background: string, text: string])[] = [
  ['dark', '#002b36', '#839496'],
  ['dark', '#282a36', '#f8f8f2'],
  ['dark', '#1e1e1e', '#555555'],
  ['light', '#fdf6e3', '#657b83'],
  ['light', '#ffffff', '#bbbbbb'],
  ['light', '#f5f5f5', '#333333'],
];

describe('buildTheme', () => {
  it.each(['light', 'dark', 'hc-dark', 'hc-light'] as const)('%s: text is readable on every fill', kind => {
    const theme = buildTheme(kind, themeVariable(kind));
    expect(theme.fills).toHaveLength(51);
    // In high contrast the text stands on the background and the colours beside it.
    const under =
      theme.border === undefined ? [...theme.fills, theme.neutral] : [theme.background, theme.neutral];
    for (const fill of under) expect(contrast(rgb(fill), rgb(theme.text))).toBeGreaterThanOrEqual(READABLE);
  });

  it.each(ODD_THEMES)('%s %s with text %s: still readable, dimmed too', (kind, background, text) => {
    const theme = buildTheme(kind, name =>
      name === '--vscode-editor-background' ? background : name === '--vscode-editor-foreground' ? text : '',
    );
    for (const fill of theme.fills)
      expect(contrast(rgb(fill), rgb(theme.text))).toBeGreaterThanOrEqual(READABLE);
    for (const fill of theme.dimFills)
      expect(contrast(rgb(fill), rgb(theme.dimText))).toBeGreaterThanOrEqual(READABLE);
    expect(contrast(rgb(theme.focus), rgb(theme.background))).toBeGreaterThanOrEqual(3);
  });

  it('has borders in high contrast alone', () => {
    expect(buildTheme('dark', themeVariable('dark')).border).toBeUndefined();
    expect(buildTheme('hc-dark', themeVariable('hc-dark')).border).toBe('rgb(111, 195, 223)');
  });

  it('can do without any variable', () => {
    expect(buildTheme('light', () => '')).toMatchObject({
      background: 'rgb(255, 255, 255)',
      text: 'rgb(0, 0, 0)',
    });
  });
});

describe('parseColor', () => {
  it.each([
    ['#fff', { r: 255, g: 255, b: 255 }],
    ['#1f1f1f', { r: 31, g: 31, b: 31 }],
    ['#00000080', { r: 127, g: 127, b: 127 }],
    ['rgb(1, 2, 3)', { r: 1, g: 2, b: 3 }],
    ['rgba(0, 0, 0, 0.5)', { r: 128, g: 128, b: 128 }],
    ['rgb(0 0 0 / 50%)', { r: 128, g: 128, b: 128 }],
    ['tomato', undefined],
    ['#12345', undefined],
    ['', undefined],
  ])('%s over white', (css, color) => {
    expect(parseColor(css, WHITE)).toEqual(color);
  });
});
