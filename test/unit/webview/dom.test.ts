/** The one file that makes elements of a page refuses what loads, leads somewhere or runs. */
import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { element, setAttributes } from '../../../webview/ui/dom.js';

const { document } = new JSDOM('').window;
Object.assign(globalThis, { document });

describe('setAttributes', () => {
  it.each([
    'href',
    'src',
    'srcdoc',
    'style',
    'action',
    'formaction',
    'onclick',
    'onerror',
    'xlink:href',
    'HREF',
    'is',
  ])('refuses %s', name => {
    expect(() => setAttributes(document.createElement('div'), { [name]: 'javascript:alert(1)' })).toThrow(
      name,
    );
  });

  it('sets what says and marks', () => {
    const made = element('td', {
      class: 'name',
      title: '<b>',
      'aria-label': 'x',
      hidden: true,
      id: undefined,
    });
    expect(made.outerHTML).toBe('<td class="name" title="&lt;b&gt;" aria-label="x" hidden=""></td>');
  });
});

describe('element', () => {
  it('takes children for text', () => {
    const made = element('span', {}, '<img src=x onerror=alert(1)>', element('b', {}, 'javascript:alert(1)'));
    expect(made.children).toHaveLength(1);
    expect(made.textContent).toBe('<img src=x onerror=alert(1)>javascript:alert(1)');
  });
});
