/**
 * Colours of the boxes from the colours of the user's theme: hues by group of code, as light or dark as the theme's text
 * needs to be read on them. Pure colour maths; reading the theme is theme.ts's.
 */

export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** WCAG 2: normal text. */
export const READABLE = 4.5;

const CSS_HEX = /^#([0-9a-f]{3,8})$/iu;
const CSS_RGB = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)(?:[\s,/]+([\d.]+)(%?))?\s*\)$/iu;

/** A CSS colour over a background (themes use transparency); undefined for what is no hex or rgb() colour. */
export function parseColor(css: string, under: Rgb): Rgb | undefined {
  const hex = CSS_HEX.exec(css.trim())?.[1];
  if (hex !== undefined) return parseHex(hex, under);
  const rgb = CSS_RGB.exec(css.trim());
  if (rgb === null) return undefined;
  const [r = 0, g = 0, b = 0] = rgb.slice(1, 4).map(Number);
  const alpha = rgb[4] === undefined ? 1 : Number(rgb[4]) / (rgb[5] === '%' ? 100 : 1);
  return mix(under, { r, g, b }, alpha);
}

function parseHex(hex: string, under: Rgb): Rgb | undefined {
  const long = hex.length <= 4 ? hex.replace(/./gu, '$&$&') : hex;
  if (long.length !== 6 && long.length !== 8) return undefined;
  const [r = 0, g = 0, b = 0, alpha = 255] = (long.match(/../gu) ?? []).map(pair =>
    Number.parseInt(pair, 16),
  );
  return mix(under, { r, g, b }, alpha / 255);
}

/** `share` of `over`, the rest of `under`. */
export function mix(under: Rgb, over: Rgb, share: number): Rgb {
  const channel = (a: number, b: number): number => Math.round(a + (b - a) * share);
  return { r: channel(under.r, over.r), g: channel(under.g, over.g), b: channel(under.b, over.b) };
}

export function toCss({ r, g, b }: Rgb): string {
  return `rgb(${r}, ${g}, ${b})`;
}

/** WCAG 2 relative luminance, 0…1. */
export function luminance({ r, g, b }: Rgb): number {
  const linear = (channel: number): number => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** WCAG 2 contrast, 1…21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Hue in degrees, saturation and lightness 0…1. */
export function fromHsl(hue: number, saturation: number, lightness: number): Rgb {
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return { r: channel(0), g: channel(8), b: channel(4) };
}

/** Moves a fill away from the text, towards black or white, until the text is readable on it. */
export function makeReadable(fill: Rgb, text: Rgb): Rgb {
  const far = luminance(text) > 0.4 ? { r: 0, g: 0, b: 0 } : { r: 255, g: 255, b: 255 };
  let moved = fill;
  for (let share = 0.05; share < 1 && contrast(moved, text) < READABLE; share += 0.05)
    moved = mix(fill, far, share);
  return contrast(moved, text) < READABLE ? far : moved;
}

/** Number of hues a group's colour is one of. */
export const HUE_COUNT = 16;
/** Shades of one hue: neighbours of one group are told apart without a border. */
export const SHADE_COUNT = 3;

/** Hues in an order in which neighbours are far apart; the last is grey, for what is known least. */
const HUES = [28, 205, 145, 275, 0, 175, 50, 235, 320, 95, 220, 12, 160, 300, 70, 340] as const;

/** Fills by hue * SHADE_COUNT + shade, followed by the shades of grey; `text` is readable on each. */
export function buildFills(text: Rgb): Rgb[] {
  const onDark = luminance(text) > 0.4;
  const shade = (hue: number, saturation: number, step: number): Rgb =>
    makeReadable(fromHsl(hue, saturation, onDark ? 0.36 - step * 0.035 : 0.76 + step * 0.035), text);
  const steps = Array.from({ length: SHADE_COUNT }, (_, step) => step);
  return [
    ...HUES.flatMap(hue => steps.map(step => shade(hue, onDark ? 0.42 : 0.62, step))),
    ...steps.map(step => shade(220, 0.06, step)),
  ];
}
