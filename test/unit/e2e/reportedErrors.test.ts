/** Texts as a real window and a real extension host reported them; those of ours from errors planted for it. */
import { describe, expect, it } from 'vitest';
import { isOfExtension } from '../../e2e/reportedErrors.js';

const WORKBENCH = 'http://127.0.0.1:34009/stable-53c2f32/static/out/vs/code/browser/workbench/workbench.js';
const PAGE =
  'https://vscode-remote+127-002e0-002e0-002e1-003a34009.vscode-resource.vscode-cdn.net/tmp/extensions/node-triage.node-triage-0.1.0/dist/webview/main.js';

const OURS: Readonly<Record<string, string>> = {
  'an exception of the extension host, as the window says it': `[node-triage.node-triage]planted (${WORKBENCH})`,
  'an exception in the log of the extension host':
    '2026-11-24T19:52:02.719Z [E] Error: planted\n\tat Timeout._onTimeout (/tmp/extensions/node-triage.node-triage-0.1.0/dist/extension.cjs:387:870)',
  'a command that is not there': `%c  ERR color: #f33 command 'nodeTriage.gone' not found (${WORKBENCH})`,
  'a row that a redraw made VS Code forget':
    "2026-11-24T19:51:13.432Z [E] No tree item with id '1/context:demo' found.",
  'what a page writes on the console': `planted: said in the page (${PAGE})`,
  'an exception of a page': `uncaught: Error: planted\n    at ${PAGE}:12:34`,
  'an exception without a stack': 'uncaught: planted',
  'an address that a page must not load':
    "Connecting to 'https://example.invalid/' violates the following Content Security Policy directive: \"default-src 'none'\". (http://127.0.0.1:34009/static/out/vs/workbench/contrib/webview/browser/pre/index.html)",
};

const OTHERS: Readonly<Record<string, string>> = {
  'the gallery that is away':
    'Failed to load resource: net::ERR_NAME_NOT_RESOLVED (https://gallery.example/vscode/gallery/extensionquery)',
  'the settings file that VS Code tidies': `%c  ERR color: #f33 Error: Aborted onWillSaveTextDocument-event after 1750ms (${WORKBENCH})`,
  'the database that a reload closes': `%c  ERR color: #f33 oa: Unable to write file 'vscode-log:/20261124T193020/window.log' (Error: IndexedDB database 'vscode-web-db' is closed.) (${WORKBENCH})`,
  'an exception of the workbench': `uncaught: Error: Canceled\n    at x (${WORKBENCH}:1:2)`,
  'a folder of this run': `Unable to write file '/tmp/node-triage-vscode-x/data/User/settings.json' (${WORKBENCH})`,
  'a view whose window goes':
    '2026-11-24T19:51:29.577Z [E] Unable to refresh tree view nodeTriage.nodes: Canceled',
  'a message to the user': `Profiling the kubelet of worker-1: CPU profile of the kubelet on worker-1: forbidden; see nodeTriage.log (${WORKBENCH})`,
};

describe('errors of the extension', () => {
  it.each(Object.entries(OURS))('%s', (_, text) => {
    expect(isOfExtension(text)).toBe(true);
  });
});

describe('errors of VS Code itself', () => {
  it.each(Object.entries(OTHERS))('%s', (_, text) => {
    expect(isOfExtension(text)).toBe(false);
  });
});
