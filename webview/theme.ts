/**
 * The user's theme as colours a canvas can use. Only VS Code's CSS variables are read; where one is missing (a theme
 * need not set them all) its neighbour in meaning is taken. Listens for theme changes, which arrive as attributes of the
 * body.
 */
import { buildFills, contrast, mix, parseColor, READABLE, toCss, type Rgb } from './flame/palette.js';

export type ThemeKind = 'light' | 'dark' | 'hc-light' | 'hc-dark';

/** CSS colours and fonts; `text` is readable on every fill. */
export interface FlameTheme {
  readonly kind: ThemeKind;
  readonly background: string;
  readonly text: string;
  /** By hue * SHADE_COUNT + shade, then greys: see palette.ts. In high contrast: colours of the marks, not of fills. */
  readonly fills: readonly string[];
  /** The same for boxes that a search or the legend leaves aside. */
  readonly dimFills: readonly string[];
  /** Text on those. */
  readonly dimText: string;
  /** What stands for many boxes too narrow to draw, and the box above all stacks. */
  readonly neutral: string;
  /** Outline of each box where the theme wants borders; undefined elsewhere. */
  readonly border: string | undefined;
  /** Dashes of inlined boxes. */
  readonly inlineEdge: string;
  readonly focus: string;
  /** Outline of boxes of the highlighted function. */
  readonly highlight: string;
  readonly fontFamily: string;
  /** CSS pixels. */
  readonly fontSize: number;
}

const BLACK: Rgb = { r: 0, g: 0, b: 0 };
const WHITE: Rgb = { r: 255, g: 255, b: 255 };
/** Share of the background in a dimmed fill. */
const DIMMED = 0.72;

const KINDS: Readonly<Record<string, ThemeKind>> = {
  'vscode-light': 'light',
  'vscode-dark': 'dark',
  'vscode-high-contrast': 'hc-dark',
  'vscode-high-contrast-light': 'hc-light',
};

/** `variable` answers the value of a CSS custom property, empty where it is not set. */
export function buildTheme(kind: ThemeKind, variable: (name: string) => string): FlameTheme {
  const isDark = kind === 'dark' || kind === 'hc-dark';
  const { background, text, border, focus } = readColors(kind, isDark, variable);
  // In high contrast the colours are bars on the background, elsewhere they lie below the text.
  const fills = buildFills(border === undefined ? text : background);
  const dimmed = fills.map(fill => mix(fill, background, DIMMED));
  return {
    kind,
    background: toCss(background),
    text: toCss(text),
    fills: fills.map(toCss),
    dimFills: dimmed.map(toCss),
    dimText: toCss(border === undefined ? dimTextOn(dimmed, text, background) : text),
    neutral: toCss(mix(background, text, isDark ? 0.18 : 0.14)),
    border: border === undefined ? undefined : toCss(border),
    inlineEdge: toCss(mix(text, background, border === undefined ? 0.4 : 0)),
    focus: toCss(contrast(focus, background) >= 3 ? focus : text),
    highlight: toCss(text),
    fontFamily: variable('--vscode-font-family') || 'sans-serif',
    fontSize: 12,
  };
}

interface ThemeColors {
  readonly background: Rgb;
  readonly text: Rgb;
  readonly border: Rgb | undefined;
  readonly focus: Rgb;
}

function readColors(kind: ThemeKind, isDark: boolean, variable: (name: string) => string): ThemeColors {
  const page = isDark ? BLACK : WHITE;
  const ink = isDark ? WHITE : BLACK;
  const color = (fallback: Rgb, ...names: string[]): Rgb => {
    for (const name of names) {
      const parsed = parseColor(variable(name), page);
      if (parsed !== undefined) return parsed;
    }
    return fallback;
  };
  const background = color(page, '--vscode-editor-background');
  const foreground = color(ink, '--vscode-editor-foreground', '--vscode-foreground');
  // A theme with weak text would leave no room for colour below it.
  const text = contrast(foreground, background) >= 7 ? foreground : ink;
  return {
    background,
    text,
    border: kind.startsWith('hc') ? color(text, '--vscode-contrastBorder') : undefined,
    focus: color(text, '--vscode-focusBorder', '--vscode-contrastActiveBorder'),
  };
}

/** As faint as can still be read on all of the dimmed fills. */
function dimTextOn(fills: readonly Rgb[], text: Rgb, background: Rgb): Rgb {
  for (let share = 0.4; share > 0; share -= 0.05) {
    const faint = mix(text, background, share);
    if (fills.every(fill => contrast(fill, faint) >= READABLE)) return faint;
  }
  return text;
}

export function readTheme(document: Document): FlameTheme {
  const { body, documentElement } = document;
  const attribute = body.dataset['vscodeThemeKind'] ?? '';
  const style = document.defaultView?.getComputedStyle(documentElement);
  const kind = KINDS[attribute] ?? (body.classList.contains('vscode-light') ? 'light' : 'dark');
  return buildTheme(kind, name => style?.getPropertyValue(name).trim() ?? '');
}

/** Calls back after each change of theme; returns what stops it. */
export function watchTheme(document: Document, onChange: (theme: FlameTheme) => void): () => void {
  const observer = new MutationObserver(() => onChange(readTheme(document)));
  observer.observe(document.body, {
    attributeFilter: ['class', 'data-vscode-theme-kind', 'data-vscode-theme-id'],
  });
  // The variables themselves are set on the root element.
  observer.observe(document.documentElement, { attributeFilter: ['style', 'class'] });
  return () => observer.disconnect();
}
