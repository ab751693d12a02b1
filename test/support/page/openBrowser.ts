/** The browser of the tests (test/host/browser.mjs), with a type. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';

interface BrowserModule {
  readonly launchBrowser: () => Promise<Browser>;
}

/** By path of the working folder, the checkout: this file is bundled to elsewhere. */
export async function openBrowser(): Promise<Browser> {
  const file = path.resolve('test/host/browser.mjs');
  const { launchBrowser } = (await import(pathToFileURL(file).href)) as BrowserModule;
  return launchBrowser();
}
