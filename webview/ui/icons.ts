/**
 * VS Code's own icons (codicons) as elements of a page. Of each icon only its paths come into the bundle: no font, and
 * nothing that the page's policy has to allow.
 */
import arrowDown from '@vscode/codicons/src/icons/arrow-down.svg';
import arrowSwap from '@vscode/codicons/src/icons/arrow-swap.svg';
import arrowUp from '@vscode/codicons/src/icons/arrow-up.svg';
import check from '@vscode/codicons/src/icons/check.svg';
import close from '@vscode/codicons/src/icons/close.svg';
import exportIcon from '@vscode/codicons/src/icons/export.svg';
import info from '@vscode/codicons/src/icons/info.svg';
import question from '@vscode/codicons/src/icons/question.svg';
import table from '@vscode/codicons/src/icons/table.svg';
import typeHierarchySuper from '@vscode/codicons/src/icons/type-hierarchy-super.svg';
import warning from '@vscode/codicons/src/icons/warning.svg';
import zoomOut from '@vscode/codicons/src/icons/zoom-out.svg';
import { svgElement } from './dom.js';

const ICONS = {
  up: arrowUp,
  down: arrowDown,
  close,
  check,
  warning,
  flip: arrowSwap,
  reset: zoomOut,
  table,
  bottomUp: typeHierarchySuper,
  export: exportIcon,
  help: question,
  info,
} as const;

export type IconName = keyof typeof ICONS;

/** Hidden from screen readers: the button around it has the words. */
export function icon(name: IconName): SVGElement {
  const paths = [...ICONS[name].matchAll(/\sd="([^"]+)"/g)].map(([, d]) => svgElement('path', { d }));
  const attributes = {
    viewBox: '0 0 16 16',
    width: 16,
    height: 16,
    fill: 'currentColor',
    'aria-hidden': 'true',
  };
  return svgElement('svg', attributes, ...paths);
}
