/** The question about a kubeconfig of the workspace in words: which program with which arguments, which files, for whom. */
import { plainLine } from '../base/plainLine.js';
import type { CredentialUse } from '../cluster/clusterPorts.js';
import { doubtWords } from './serverDoubtText.js';
import type { Translate } from './translate.js';

/** A dialog of more lines has its buttons below the screen. */
const SHOWN_ARGUMENTS = 12;
const SHOWN_FILES = 8;
const SHOWN_CHARACTERS = 160;

/** `detail` has a line each; what is too long to show is said to be longer. */
export function writeCredentialUse(
  use: CredentialUse,
  t: Translate,
): { readonly message: string; readonly detail: string } {
  const { program, files } = use;
  return {
    message:
      program === undefined
        ? t('May the kubeconfig of this workspace log in with files of yours?')
        : t('May the kubeconfig of this workspace run a program to log in?'),
    detail: [
      ...(program === undefined ? [] : writeProgram(program, t)),
      ...listLines(t('Files outside its folder:'), files, SHOWN_FILES, t),
      t('Kubeconfig: {0}', short(use.kubeconfig, t)),
      t('Context: {0}', short(use.context, t)),
      t('The credential goes to: {0}', short(use.server, t)) + doubtOf(use, t),
      '',
      t('Your yes is remembered for exactly this. Any change asks again.'),
    ].join('\n'),
  };
}

function doubtOf({ serverDoubt }: CredentialUse, t: Translate): string {
  return serverDoubt === undefined ? '' : ` (⚠ ${doubtWords(serverDoubt, t)})`;
}

function writeProgram(program: NonNullable<CredentialUse['program']>, t: Translate): readonly string[] {
  const variables = program.variables.slice(0, SHOWN_ARGUMENTS).map(name => short(name, t));
  const more = program.variables.length - variables.length;
  return [
    t('Program: {0}', short(program.path, t)),
    ...listLines(t('Arguments:'), program.args, SHOWN_ARGUMENTS, t),
    ...(variables.length === 0
      ? []
      : [t('Environment variables it is given: {0}', [...variables, ...moreOf(more, t)].join(', '))]),
  ];
}

/** One in each line, indented: where an argument ends cannot be misread. */
function listLines(title: string, items: readonly string[], most: number, t: Translate): readonly string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, most).map(item => short(item, t));
  return [title, ...[...shown, ...moreOf(items.length - shown.length, t)].map(line => `    ${line}`)];
}

function moreOf(count: number, t: Translate): readonly string[] {
  return count > 0 ? [t('and {0} more, not shown here', count)] : [];
}

function short(text: string, t: Translate): string {
  const line = plainLine(text, SHOWN_CHARACTERS);
  const hidden = text.length - SHOWN_CHARACTERS;
  return hidden > 0 ? t('{0} ({1} characters more, not shown here)', line, hidden) : line;
}
