import { createHash } from 'node:crypto';
import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { pageHtml, type PageParts } from '../../../src/protocol/pageHtml.js';

const PARTS: PageParts = {
  nonce: '5f0c2b9a-8d5e-4a54-9d53-0c6d2b9f7a11',
  cspSource: 'https://*.vscode-cdn.net',
  script: 'https://file.vscode-cdn.net/a%20b/dist/webview/main.js',
  styles: ['style.css', 'report.css'].map(name => `https://file.vscode-cdn.net/a%20b/dist/webview/${name}`),
  language: 'zh-cn',
  boot: { words: {}, orientation: 'icicle' },
};

function page(change: Partial<PageParts> = {}): Document {
  return new JSDOM(pageHtml({ ...PARTS, ...change })).window.document;
}

/** Directive → sources. */
function policyOf(document: Document): Readonly<Record<string, readonly string[]>> {
  const text = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content');
  const directives = (text ?? '').split('; ').map(directive => directive.split(' '));
  return Object.fromEntries(directives.map(([name = '', ...sources]) => [name, sources] as const));
}

describe('pageHtml', () => {
  it('lets run what carries this page’s nonce, and nothing else', () => {
    const document = page();
    const policy = policyOf(document);
    const script = document.querySelector('script[type="module"]');
    expect(policy['default-src']).toEqual(["'none'"]);
    expect(policy['script-src']).toEqual([`'nonce-${script?.getAttribute('nonce') ?? ''}'`]);
    expect(policy['connect-src']).toBeUndefined(); // falls back to default-src: nothing is fetched
    expect(script?.getAttribute('src')).toBe(PARTS.script);
    expect(script?.getAttribute('nonce')).toBe(PARTS.nonce);
  });

  it('refuses a nonce that can be guessed, or that would end the policy', () => {
    for (const nonce of ['', 'short', `${PARTS.nonce}' 'unsafe-inline`])
      expect(() => page({ nonce })).toThrow();
  });

  it('takes styles from the extension, and inline ones only if empty', () => {
    const empty = createHash('sha256').update('').digest('base64');
    expect(policyOf(page())['style-src']).toEqual([PARTS.cspSource, `'sha256-${empty}'`]);
  });

  it('has what the page looks for', () => {
    const document = page();
    expect(document.documentElement.lang).toBe('zh-cn');
    expect(document.querySelector('div#app')).not.toBeNull();
    const links = [...document.querySelectorAll('link[rel="stylesheet"]')];
    expect(links.map(link => link.getAttribute('href'))).toEqual(PARTS.styles);
  });

  it('carries words that would end a script, and gives them back', () => {
    const boot = {
      words: { '</script><script>alert(1)</script>': '<!--<script>' },
      orientation: 'flame',
    } as const;
    const document = page({ boot });
    expect(document.querySelectorAll('script')).toHaveLength(2);
    expect(JSON.parse(document.getElementById('boot')?.textContent ?? '')).toEqual(boot);
  });

  it('escapes what stands in attributes', () => {
    expect(
      page({ script: `x" onload='<&` }).querySelector('script[type="module"]')?.getAttribute('src'),
    ).toBe(`x" onload='<&`);
  });
});
