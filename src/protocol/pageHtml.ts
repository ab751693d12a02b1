/** The shell of an editor's page, with a strict content policy. Everything in it is drawn by a script of webview/. */
import type { PageBoot } from './messages.js';
import type { ReportBoot } from './reportMessages.js';

export interface PageParts {
  /** New and random for each page: 128 bits or more; see {@link NONCE}. */
  readonly nonce: string;
  /** Webview.cspSource. */
  readonly cspSource: string;
  /** Webview URIs. */
  readonly script: string;
  readonly styles: readonly string[];
  /** BCP 47, of the editor's language. */
  readonly language: string;
  readonly boot: PageBoot | ReportBoot;
}

/**
 * Of an empty style element: the toolkit (fast-foundation's design tokens) makes one and fills it by insertRule, which
 * the policy does not concern.
 */
const EMPTY_STYLE = `'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='`;

/** A base64-value of the policy's grammar (CSP3, 2.3.1), long enough that it cannot be guessed. */
const NONCE = /^[\w+/-]{22,}={0,2}$/;

/**
 * No script runs but ours (by nonce), nothing is fetched from anywhere: `connect-src` and `frame-src` stay at 'none'.
 * Throws where the nonce is none: a slip of ours.
 */
export function pageHtml(parts: PageParts): string {
  const { nonce, cspSource, script, styles, language } = parts;
  if (!NONCE.test(nonce)) throw new Error('the nonce is too short, or not base64');
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} ${EMPTY_STYLE}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${styles.map(style => `<link rel="stylesheet" href="${escapeHtml(style)}">`).join('\n')}
<title>Node Triage</title>
</head>
<body>
<div id="app"></div>
<script type="application/json" id="boot" nonce="${nonce}">${escapeJson(parts.boot)}</script>
<script type="module" nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>
`;
}

/** Inside a script element only `<` can end the text (and begin a comment). */
function escapeJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
