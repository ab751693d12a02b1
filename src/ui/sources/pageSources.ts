/**
 * The links the page shows for a function, and opening one of them. The page names functions; it never sends addresses.
 * Without `vscode` of its own: it opens editors and browsers through openSource.ts.
 */
import type { HotFunction } from '../../profile/hotFunctions.js';
import type { ShownSource, ShownSources, SourceTarget } from '../../protocol/messages.js';
import type { FrameLinks, SourceLink } from '../../sources/frame/frame.js';
import type { CaptureDocument } from '../panel/captureDocument.js';
import { kernelText, linkText, linkTooltip } from '../../words/sources/linkText.js';
import type { LocalSources } from './localSources.js';
import { localText, openSource, type OpenTarget } from './openSource.js';
import type { ProfileSources } from '../../checkouts/profileSources.js';
import { reasonText } from '../../words/sources/reasonText.js';
import { t } from '../shell/l10n.js';

export interface FunctionRef {
  readonly name: string;
  readonly file: string;
}

export interface PageSources {
  /** Rejects with TriageError where the file cannot be read any more. */
  list(document: CaptureDocument, ref: FunctionRef): Promise<ShownSources>;
  /** False where there is no such link, or it was declined. */
  open(document: CaptureDocument, ref: FunctionRef, target: SourceTarget): Promise<boolean>;
}

interface Choice extends ShownSource {
  readonly opens: OpenTarget;
}

export function createPageSources(profiles: ProfileSources, local: LocalSources): PageSources {
  const choicesOf = async (document: CaptureDocument, { name, file }: FunctionRef) => {
    const sourced = await profiles.load(document);
    const row = sourced.find(name, file);
    if (row === undefined) return { choices: [], reason: '' };
    const links = sourced.links(row);
    const reason = links.source === undefined ? links.reasons.map(each => reasonText(each, t)).join(' ') : '';
    return {
      choices: [
        ...(await localChoice(row, links, local)),
        ...webChoices(links),
        ...(await localKernelChoice(links, local)),
      ],
      reason,
    };
  };
  return {
    async list(document, ref) {
      const { choices, reason } = await choicesOf(document, ref);
      return { links: choices.map(({ target, label, detail }) => ({ target, label, detail })), reason };
    },
    async open(document, ref, target) {
      const { choices } = await choicesOf(document, ref);
      // The best link is asked for by a key, without knowing which one that is.
      const chosen = target === 'best' ? choices[0] : choices.find(choice => choice.target === target);
      return chosen === undefined ? false : openSource(chosen.opens);
    },
  };
}

async function localChoice(
  row: HotFunction,
  links: FrameLinks,
  local: LocalSources,
): Promise<readonly Choice[]> {
  const source = await local.find(row, links);
  if (source === undefined) return [];
  const label = localText(source, undefined, t);
  return [{ target: 'local', label, detail: source.file, opens: { kind: 'local', source } }];
}

async function localKernelChoice(
  { source, kernel }: FrameLinks,
  local: LocalSources,
): Promise<readonly Choice[]> {
  // A kernel frame's own source was looked for as such.
  if (kernel === undefined || source?.kind === 'identifier') return [];
  const found = await local.findKernel(kernel);
  if (found === undefined) return [];
  const label = localText(found, kernel.symbol, t);
  return [{ target: 'localKernel', label, detail: found.file, opens: { kind: 'local', source: found } }];
}

function webChoices({ source, vendored, published, kernel }: FrameLinks): readonly Choice[] {
  const choices: Choice[] = [];
  const add = (target: SourceTarget, label: string, link: Pick<SourceLink, 'url' | 'reasons'>): void => {
    if (choices.some(({ opens }) => opens.kind === 'web' && opens.url === link.url)) return;
    choices.push({ target, label, detail: linkTooltip(link, t), opens: { kind: 'web', url: link.url } });
  };
  if (source !== undefined) add('source', linkText(source, t), source);
  if (vendored !== undefined) add('vendored', t('vendored: {0}', linkText(vendored, t)), vendored);
  if (published !== undefined) add('published', linkText(published, t), published);
  if (kernel !== undefined) add('kernel', kernelText(kernel, t), kernel);
  return choices;
}
