/**
 * Elements made in one expression. Text is always text: nothing here parses HTML, so no name of a profile can, and no
 * attribute of these pages loads, leads somewhere or runs. A lint rule keeps other ways to markup away from all pages.
 */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** `true` sets an empty attribute, `undefined` and `false` none. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** What may be set: names that say, place or mark something. Links of these pages are buttons that ask the host. */
const ATTRIBUTE =
  /^(?:aria-[a-z]+|data-[a-z-]+|appearance|class|colspan|cx|cy|d|dominant-baseline|fill|fill-rule|for|height|hidden|id|label|maxlength|name|open|placeholder|points|popover|preserveAspectRatio|r|role|rowspan|rx|ry|scope|selected|spellcheck|start|stroke|stroke-width|tabindex|text-anchor|title|transform|type|value|viewBox|width|x|x1|x2|y|y1|y2)$/u;

/** Throws where an attribute is none of {@link ATTRIBUTE}: a slip of ours. */
export function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!ATTRIBUTE.test(name)) throw new Error(`${name} is no attribute that a page may set`);
    if (value === undefined || value === false) target.removeAttribute(name);
    else target.setAttribute(name, value === true ? '' : String(value));
  }
}

const SVG = 'http://www.w3.org/2000/svg';

/** Paths on a 16 × 16 grid, in the text's colour. */
const ICONS = {
  up: 'M8 4.5 13 10l-1 1-4-4.4L4 11l-1-1z',
  down: 'M8 11.5 3 6l1-1 4 4.4L12 5l1 1z',
  close: 'm8 7 3.5-3.5 1 1L9 8l3.5 3.5-1 1L8 9l-3.5 3.5-1-1L7 8 3.5 4.5l1-1z',
  check: 'm6.5 10.600 6.300-6.300 1 1-7.300 7.300L2.200 8.300l1-1z',
  warning: 'M8 1 15.5 14.5H.5zM7.2 6v4.2h1.6V6zm0 5.3v1.6h1.6v-1.6z',
  flip: 'M4.5 1 8 4.8l-1 1L5.2 4v8.5H3.8V4L2 5.800l-1-1zM11.500 15 8 11.200l1-1 1.800 1.800V3.500h1.400V12L14 10.200l1 1z',
  reset:
    'M2 2h4.500v1.400H4.400L7 6 6 7 3.400 4.400v2.100H2zm12 12H9.500v-1.400h2.100L9 10l1-1 2.600 2.600V9.500H14z',
  table:
    'M1.500 2.500h13v11h-13zm1.300 1.300v2h10.400v-2zm0 3.200v2.200h4.500V7zm5.800 0v2.200h4.600V7zm-5.800 3.500v1.700h4.500v-1.700zm5.800 0v1.700h4.600v-1.700z',
  bottomUp: 'M1.500 2.500h6v2.500h-6zm7 0h6v2.500h-6zm-7 4.300h9v2.500h-9zm0 4.200h13v2.500h-13z',
  export:
    'M7.300 1.500h1.400v6.300l2.300-2.300 1 1L8 10.500 4 6.500l1-1 2.300 2.300zM2 10h1.400v3.100h9.200V10H14v4.500H2z',
  help: 'M8 1.200a6.800 6.800 0 1 1 0 13.600A6.800 6.800 0 0 1 8 1.200m0 1.300a5.500 5.500 0 1 0 0 11A5.500 5.500 0 0 0 8 2.500M7.300 11h1.400v1.400H7.300zM8 3.800c1.500 0 2.600 1 2.600 2.300 0 1-.5 1.500-1.100 2-.6.4-.8.7-.8 1.300v.5H7.300v-.600c0-1.100.6-1.600 1.200-2.100.5-.3.7-.6.7-1.100 0-.6-.5-1-1.200-1s-1.200.5-1.200 1.200H5.400c0-1.500 1.100-2.500 2.600-2.500',
} as const;

export type IconName = keyof typeof ICONS;

/** Elements of a picture; attributes as for {@link element}. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** Hidden from screen readers: the button around it has the words. */
export function icon(name: IconName): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  setAttributes(svg, {
    viewBox: '0 0 16 16',
    width: 16,
    height: 16,
    fill: 'currentColor',
    'aria-hidden': 'true',
  });
  return svg;
}
