/**
 * What stands around the text of a Hot Frames document: code lenses above each function, folding, outline, hover. Links
 * that need the disk are looked for when a lens comes into sight.
 */
import * as vscode from 'vscode';
import type { FrameLinks, KernelLink } from '../../sources/frame/frame.js';
import { shortenFrameName } from '../../profile/frameName.js';
import { COMMANDS, FRAMES_SCHEME } from '../../words/ids.js';
import { kernelText, linkText, linkTooltip, shortKernelText } from '../../words/sources/linkText.js';
import type { LocalSources } from './localSources.js';
import { localText, type OpenTarget } from './openSource.js';
import { reasonText } from '../../words/sources/reasonText.js';
import { costFormat, type FrameBlock } from '../../words/sources/hotFramesText.js';
import type { HotFramesDocuments, ShownFrames } from './hotFramesDocuments.js';
import { t } from '../shell/l10n.js';
import { outsideText } from '../../base/outsideText.js';
import { type Lens, type LensText, registerLenses } from '../shell/codeLenses.js';
import { type HoverText, MarkdownText, registerHovers } from '../shell/markdown.js';

const SELECTOR: vscode.DocumentSelector = { scheme: FRAMES_SCHEME };

type LensKind = 'source' | 'vendored' | 'kernel' | 'flame' | 'permalink';

interface FrameLens {
  readonly kind: LensKind;
  readonly block: FrameBlock;
  readonly shown: ShownFrames;
}

export function registerHotFramesLenses(
  documents: HotFramesDocuments,
  local: LocalSources,
): vscode.Disposable {
  return vscode.Disposable.from(
    registerLenses(SELECTOR, {
      onDidChange: local.onDidChange,
      lensesOf: document => lensesOf(documents.shownIn(document), local),
    }),
    vscode.languages.registerFoldingRangeProvider(SELECTOR, {
      provideFoldingRanges: document =>
        documents.shownIn(document)?.blocks.map(({ first, last }) => new vscode.FoldingRange(first, last)),
    }),
    vscode.languages.registerDocumentSymbolProvider(SELECTOR, {
      provideDocumentSymbols: document => symbolsOf(document, documents.shownIn(document)),
    }),
    registerHovers(SELECTOR, (document, position) => hoverOf(documents.shownIn(document), position)),
  );
}

function lensesOf(shown: ShownFrames | undefined, local: LocalSources): readonly Lens[] {
  if (shown === undefined) return [];
  return shown.blocks.flatMap(block =>
    kindsOf(shown.sourced.links(block.row)).map(kind => ({
      line: block.first,
      text: () => textOf({ kind, block, shown }, local),
    })),
  );
}

/** A lens that is offered must have something to say when it is resolved. */
function kindsOf({ source, vendored, kernel }: FrameLinks): readonly LensKind[] {
  const kinds: LensKind[] = ['source'];
  if (vendored !== undefined && vendored.url !== source?.url) kinds.push('vendored');
  if (kernel !== undefined && kernel.url !== source?.url) kinds.push('kernel');
  kinds.push('flame');
  if (source !== undefined) kinds.push('permalink');
  return kinds;
}

async function textOf({ kind, block: { row }, shown }: FrameLens, local: LocalSources): Promise<LensText> {
  const links = shown.sourced.links(row);
  const { source, vendored, kernel } = links;
  if (kind === 'source') return sourceText(row, links, local);
  if (kind === 'vendored' && vendored !== undefined)
    return openingText(t('vendored: {0}', linkText(vendored, t)), linkTooltip(vendored, t), {
      kind: 'web',
      url: vendored.url,
    });
  if (kind === 'kernel' && kernel !== undefined) return kernelLensText(kernel, local);
  if (kind === 'permalink' && source !== undefined)
    return {
      command: COMMANDS.copyPermalink,
      title: t('Copy Permalink'),
      tooltip: source.url,
      arguments: [source.url],
    };
  return {
    command: COMMANDS.showInFlameGraph,
    title: t('Show in Flame Graph'),
    arguments: [shown.profile.toString(), row.name],
  };
}

async function sourceText(row: FrameBlock['row'], links: FrameLinks, local: LocalSources): Promise<LensText> {
  const found = await local.find(row, links);
  if (found !== undefined)
    return openingText(localText(found, links.source && linkText(links.source, t), t), found.file, {
      kind: 'local',
      source: found,
    });
  const { source, reasons } = links;
  if (source === undefined)
    return { title: t('no source: {0}', reasons.map(reason => reasonText(reason, t)).join(' ')) };
  return openingText(linkText(source, t), linkTooltip(source, t), { kind: 'web', url: source.url });
}

async function kernelLensText(kernel: KernelLink, local: LocalSources): Promise<LensText> {
  const found = await local.findKernel(kernel);
  const text = shortKernelText(kernel, t);
  return found === undefined
    ? openingText(text, linkTooltip(kernel, t), { kind: 'web', url: kernel.url })
    : openingText(localText(found, text, t), found.file, { kind: 'local', source: found });
}

function openingText(title: string, tooltip: string, target: OpenTarget): LensText {
  return { command: COMMANDS.openSource, title, tooltip, arguments: [target] };
}

function symbolsOf(
  document: vscode.TextDocument,
  shown: ShownFrames | undefined,
): vscode.DocumentSymbol[] | undefined {
  if (shown === undefined) return undefined;
  const cost = costFormat(shown.sourced.hot, t);
  return shown.blocks.map(({ row, first, last }) => {
    const name = outsideText(shortenFrameName(row.name)[row.name.includes('/') ? 1 : 0] ?? row.name);
    const whole = new vscode.Range(document.lineAt(first).range.start, document.lineAt(last).range.end);
    const head = document.lineAt(first).range;
    // VS Code takes no symbol without a name.
    return new vscode.DocumentSymbol(name || '…', cost(row.flat), vscode.SymbolKind.Function, whole, head);
  });
}

/** All links of the function whose block the pointer is in, with what keeps them from being exact. */
function hoverOf(shown: ShownFrames | undefined, position: vscode.Position): HoverText | undefined {
  const block = shown?.blocks.find(({ first, last }) => position.line >= first && position.line <= last);
  if (shown === undefined || block === undefined) return undefined;
  const { source, vendored, published, kernel, reasons } = shown.sourced.links(block.row);
  const markdown = new MarkdownText().text(block.row.name);
  for (const link of [source, vendored, published])
    if (link !== undefined) markdown.paragraph().link(linkText(link, t), link.url);
  if (kernel !== undefined) markdown.paragraph().link(kernelText(kernel, t), kernel.url);
  for (const sentence of new Set(
    [...reasons, ...(kernel?.reasons ?? [])].map(reason => reasonText(reason, t)),
  ))
    markdown.paragraph().text(sentence);
  return { text: markdown, range: new vscode.Range(block.first, 0, block.last, 0) };
}
