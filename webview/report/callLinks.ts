/** Links from the names of calls and kernel functions. The host opens them; the page sends names. */
import type { ReportLink } from '../../src/protocol/reportMessages.js';
import { element } from '../ui/dom.js';
import type { ViewHost } from './reportView.js';

/** Names of calls that have a page: `syscall_600` is a number that no table knows. */
export const NAMED = /^(?!syscall_\d)[a-z][a-z_0-9]*$/;

/** `title` says where it leads. */
export function linkButton(
  text: string,
  title: string,
  link: ReportLink,
  host: Pick<ViewHost, 'openLink'>,
): HTMLElement {
  const button = element('button', { type: 'button', class: 'link', title }, text);
  button.addEventListener('click', () => host.openLink(link));
  return button;
}
