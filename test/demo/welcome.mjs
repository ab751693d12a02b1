// @ts-check
/** What makes the page of the demo's folder come up rendered, not as its text. Used by `npm start` and its test. */
import { workbenchUrl } from '../host/server.mjs';

/** VS Code's own way: it opens the README of a folder as a preview where no other editor is asked for. */
export const WELCOME_SETTINGS = {
  'workbench.startupEditor': 'readme',
  // For a user who closes it and clicks on the file.
  'workbench.editorAssociations': { 'README.md': 'vscode.markdown.preview.editor' },
};

/**
 * The folder alone: a file named in the address would come as its text, as the preview is not known yet when it is opened.
 * @param {Parameters<typeof workbenchUrl>[0]} server
 * @param {string} workspace
 */
export function welcomeUrl(server, workspace) {
  return workbenchUrl(server, workspace);
}
