/**
 * Serves an editor's page to a browser outside of VS Code: the product's own HTML with its content policy, the
 * product's script, and a stand-in for the editor around it. For page tests, pictures and the bench.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { buildCallTree } from '../../../src/profile/callTree.js';
import type { Profile } from '../../../src/profile/model.js';
import { readProfile } from '../../../src/profile/readProfile.js';
import { summarizeProfile } from '../../../src/profile/summary.js';
import type { ReportOutcome } from '../../../src/protocol/reportMessages.js';
import type { CaptureFacts, LoadOutcome, PageBoot } from '../../../src/protocol/messages.js';
import { pageHtml } from '../../../src/protocol/pageHtml.js';
import { THEME_KINDS, themeSheet, type ThemeName } from './themes.js';
import { packOutcome } from './wireFormat.js';

export interface PageHarness {
  /** Address of the page for a case; `query` goes to harnessClient.ts (`delay`). */
  address(caseName: string, theme?: ThemeName, query?: string): string;
  close(): Promise<void>;
}

export interface HarnessOptions {
  /** Which page; that of profiles where nothing is said. */
  readonly page?: keyof typeof PAGES;
  /** What `profile/load` or `report/load` answers, by case. */
  readonly cases: ReadonlyMap<string, LoadOutcome | ReportOutcome>;
  readonly boot?: Partial<PageBoot>;
  /** Of the page, for its `lang`. */
  readonly language?: string;
}

/** What is bundled for a page, and its style sheets; paths from the checkout's folder. */
const PAGES = {
  profile: {
    script: 'webview/main.ts',
    client: 'test/support/page/harnessClient.ts',
    styles: ['webview/style.css'],
  },
  report: {
    script: 'webview/report/main.ts',
    client: 'test/support/page/reportClient.ts',
    styles: ['webview/style.css', 'webview/report/report.css'],
  },
} as const;

/** The outcome of loading a profile, as the host's worker makes it. */
export function outcomeOf(name: string, profile: Profile, capture?: CaptureFacts): LoadOutcome {
  const { strings, functions } = profile;
  const tables = { strings, functions, tree: buildCallTree(profile) };
  return { kind: 'profile', payload: { name, summary: summarizeProfile(profile), tables, capture } };
}

/** Decodes a file of any format we read, gzipped or not. */
export function profileOf(bytes: Uint8Array): Profile {
  return readProfile(bytes[0] === 0x1f && bytes[1] === 0x8b ? new Uint8Array(gunzipSync(bytes)) : bytes);
}

/** `root` is the checkout: what is bundled lies there. */
export async function startPageHarness(root: string, options: HarnessOptions): Promise<PageHarness> {
  const { script, client: clientScript, styles } = PAGES[options.page ?? 'profile'];
  const page = {
    bundle: true,
    format: 'esm',
    write: false,
    platform: 'browser',
    target: 'es2022',
    loader: { '.svg': 'text' },
  } as const;
  const bundle = async (file: string): Promise<string> => {
    const { outputFiles } = await build({ ...page, entryPoints: [path.join(root, file)] });
    return outputFiles[0]?.text ?? '';
  };
  const [product, client] = await Promise.all([bundle(script), bundle(clientScript)]);
  const sheets = await Promise.all(styles.map(bundle));
  const packed = new Map([...options.cases].map(([name, outcome]) => [name, packOutcome(outcome)]));
  const assets = new Map<string, { readonly type: string; readonly body: string | Uint8Array }>([
    ['/main.js', { type: 'text/javascript', body: product }],
    ['/client.js', { type: 'text/javascript', body: client }],
    ...sheets.map((body, at) => [`/style${at}.css`, { type: 'text/css', body }] as const),
  ]);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const answer = answerFor(url, assets, packed, options);
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': answer?.type ?? 'text/plain' });
    response.end(answer?.body);
  });
  const port = await listen(server);
  return {
    address: (caseName, theme = 'dark', query = '') =>
      `http://127.0.0.1:${port}/page?case=${encodeURIComponent(caseName)}&theme=${theme}${query && `&${query}`}`,
    close: () => new Promise(resolve => server.close(() => resolve())),
  };
}

function answerFor(
  url: URL,
  assets: ReadonlyMap<string, { readonly type: string; readonly body: string | Uint8Array }>,
  packed: ReadonlyMap<string, Uint8Array>,
  options: HarnessOptions,
): { readonly type: string; readonly body: string | Uint8Array } | undefined {
  const theme = (url.searchParams.get('theme') ?? 'dark') as ThemeName;
  if (url.pathname === '/page')
    return { type: 'text/html; charset=utf-8', body: harnessHtml(theme, options) };
  if (url.pathname === '/theme.css') return { type: 'text/css', body: themeSheet(theme) };
  if (url.pathname === '/outcome') {
    const body = packed.get(url.searchParams.get('case') ?? '');
    return body === undefined ? undefined : { type: 'application/octet-stream', body };
  }
  return assets.get(url.pathname);
}

/** The product's page with the theme as VS Code gives it; the stand-in needs to fetch, the product may not. */
function harnessHtml(theme: ThemeName, options: HarnessOptions): string {
  const nonce = randomUUID();
  const html = pageHtml({
    nonce,
    cspSource: "'self'",
    script: '/main.js',
    styles: PAGES[options.page ?? 'profile'].styles.map((_, at) => `/style${at}.css`),
    language: options.language ?? 'en',
    boot: { words: {}, orientation: 'icicle', ...options.boot },
  });
  return html
    .replace(/(http-equiv="Content-Security-Policy" content="[^"]*)"/, `$1; connect-src &#39;self&#39;"`)
    .replace('<link ', `<link rel="stylesheet" href="/theme.css?theme=${theme}">\n<link `)
    .replace('<body>', `<body class="${THEME_KINDS[theme]}" data-vscode-theme-kind="${THEME_KINDS[theme]}">`)
    .replace(
      '<script type="module"',
      `<script type="module" nonce="${nonce}" src="/client.js"></script>\n<script type="module"`,
    );
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
