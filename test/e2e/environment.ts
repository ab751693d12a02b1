/** What a run of the steps works with; run.mjs starts all of it. Types only. */
import type { Page } from 'playwright-core';
import type { ReplayServer } from '../demo/replayServer.js';
import type { Workbench } from './workbench.js';

export interface Environment {
  readonly page: Page;
  /** Of the workbench, with the token and the folder. */
  readonly address: string;
  /** Of the workbench with another folder. */
  readonly addressOf: (folder: string) => string;
  /** The folder that `npm start` opens, as it opens it. */
  readonly demo: { readonly address: string; readonly settings: Readonly<Record<string, unknown>> };
  readonly replay: ReplayServer;
  readonly workspace: string;
  /** The capture folder setting. */
  readonly captures: string;
  /** Where the extension keeps what belongs to no workspace. */
  readonly globalStorage: string;
  /** Where pictures go. */
  readonly shots: string;
  /** Entries of the extension host's log so far, of every window. */
  readonly hostLog: () => Promise<readonly string[]>;
  /** Of the extension's own log. */
  readonly extensionLog: () => Promise<readonly string[]>;
  /** The most that an extension host has held, in bytes. */
  readonly peakMemory: () => Promise<number>;
  /** Ends the extension host by SIGKILL: nothing of the extension gets to run. */
  readonly killExtensionHost: () => Promise<void>;
  /** Settings on top of the run's own; the open window takes them over. */
  readonly setSettings: (settings: Readonly<Record<string, unknown>>) => Promise<void>;
}

/** What a step gets. */
export interface Stage extends Environment {
  readonly workbench: Workbench;
}

export interface Step {
  readonly title: string;
  readonly run: (stage: Stage) => Promise<void>;
}

/** Steps that build on each other, beginning with all editors closed. */
export interface StepGroup {
  readonly name: string;
  readonly steps: readonly Step[];
  /** The steps themselves make the editor report errors. */
  readonly mayReportErrors?: boolean;
}
