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
