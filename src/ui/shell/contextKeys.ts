/** Sets the keys of `when` clauses, each only when its value changes, and clears them at the end. */
import * as vscode from 'vscode';
import { CONTEXT_KEYS } from '../../words/ids.js';

export type ContextKeyName = keyof typeof CONTEXT_KEYS;

export interface ContextKeys {
  set(name: ContextKeyName, value: string | boolean): void;
  dispose(): void;
}

export function createContextKeys(): ContextKeys {
  const values = new Map<ContextKeyName, string | boolean>();
  const put = (name: ContextKeyName, value: string | boolean | undefined): void =>
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS[name], value);
  return {
    set(name, value) {
      if (values.get(name) === value) return;
      values.set(name, value);
      put(name, value);
    },
    dispose() {
      for (const name of values.keys()) put(name, undefined);
    },
  };
}
