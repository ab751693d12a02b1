/** Tells errors of the extension from those of VS Code itself, by what they name. */

/** Its id, by which stacks and addresses of its files have its folder, and the ids of what it contributes. */
const OF_EXTENSION = /node-triage\.node-triage|\bnodeTriage\b/;
/** Whatever happens in a webview: all of them are ours. */
const OF_WEBVIEW = /\/webview\/browser\/|vscode-webview|vscode-resource/;
/** The workbench's own scripts. */
const OF_WORKBENCH = /\/static\/out\/vs\/code\//;

/** A row of our trees that VS Code forgot because it was told to draw everything while it was drawing. */
const OF_OUR_ROWS = /No tree item with id '\d+\/(?:context|node|page):/;

/** With our words in them, and no fault. */
const NO_FAULT: readonly { readonly text: RegExp; readonly because: string }[] = [
  {
    text: /Unable to refresh tree view [\w.]+: Canceled/,
    because: 'a window that is reloaded or closed cancels what its views still ask for',
  },
  {
    text: /[\w ]+ of the kubelet on [\w-]+( \(node [\w-]+\))?: /,
    because: 'an error message to the user, which the workbench logs too; steps/refusals.ts asks for them',
  },
];

/** `text`: as the console or the log has it, with its stack and the address it comes from. */
export function isOfExtension(text: string): boolean {
  if (NO_FAULT.some(each => each.text.test(text))) return false;
  if ([OF_EXTENSION, OF_WEBVIEW, OF_OUR_ROWS].some(each => each.test(text))) return true;
  return text.startsWith('uncaught: ') && !OF_WORKBENCH.test(text);
}
