/** How a row of the Captures view looks: words, icon, tooltip, what a click does. Makes tree items only. */
import path from 'node:path';
import * as vscode from 'vscode';
import { isReportFile, type StoredCapture } from '../../capture/captureFolder.js';
import { translateIssue } from '../../capture/captureIssues.js';
import type { CaptureCase, NodeCases } from '../../capture/captureCases.js';
import type { CaptureRecord } from '../../capture/captureRecord.js';
import { describeForUser } from '../shell/errorMessages.js';
import { CAPTURE_ITEM, type CaptureItem, type CommandId, COMMANDS, ITEM } from '../../words/ids.js';
import { profileTitle } from '../../words/profileNames.js';
import type { ActiveCapture } from './runningCaptures.js';
import { captureFactLines, captureShows, stateText, timeText } from '../../words/captureText.js';
import { t } from '../shell/l10n.js';
import { MarkdownText } from '../shell/markdown.js';
import { treeRow, type TreeRow } from '../shell/treeRows.js';

/** A node with captures, and below it its cases. */
export interface NodeRow {
  readonly kind: 'node';
  readonly group: NodeCases;
  readonly isFiltered: boolean;
}

/** What was captured of a node around one moment. */
export interface CaseRow {
  readonly kind: 'case';
  readonly group: NodeCases;
  readonly of: CaptureCase;
  /** The newest of its node is open, others are not. */
  readonly isOpen: boolean;
  /** Below a filter all are open, whatever was folded before. */
  readonly isFiltered: boolean;
}

/** One row. Commands get it as their argument. */
export type CaptureRow =
  | NodeRow
  | CaseRow
  | {
      readonly kind: 'stored';
      readonly stored: StoredCapture;
      /** Where it is captured by this window. */
      readonly running: ActiveCapture | undefined;
      /** The case that it stands below: its day is said there. */
      readonly below?: CaseRow | undefined;
    }
  /** Nothing is on the disk yet. */
  | { readonly kind: 'starting'; readonly running: ActiveCapture }
  /** The folder cannot be read, it has more than is shown, or nothing of it passes the filter. */
  | { readonly kind: 'notice'; readonly text: string; readonly command?: CommandId };

const KINDS: ReadonlySet<unknown> = new Set<CaptureRow['kind']>([
  'node',
  'case',
  'stored',
  'starting',
  'notice',
]);

/** True for arguments that the view gives to commands. */
export function isCaptureRow(value: unknown): value is CaptureRow {
  return typeof value === 'object' && value !== null && 'kind' in value && KINDS.has(value.kind);
}

/** The captures that rows stand for, each once: those of a node or a case are all that are in it. */
export function storedOf(rows: readonly CaptureRow[]): readonly StoredCapture[] {
  const found = new Map<string, StoredCapture>();
  const add = (stored: StoredCapture): void => void found.set(stored.folder, stored);
  for (const row of rows)
    if (row.kind === 'stored') add(row.stored);
    else if (row.kind === 'case') row.of.captures.forEach(add);
    else if (row.kind === 'node') for (const each of row.group.cases) each.captures.forEach(add);
  return [...found.values()];
}

export function captureRowItem(row: CaptureRow, nowMs: number): TreeRow {
  switch (row.kind) {
    case 'notice':
      return noticeItem(row.text, row.command);
    case 'starting':
      return startingItem(row.running);
    case 'node':
      return nodeItem(row);
    case 'case':
      return caseItem(row, nowMs);
    case 'stored':
      return row.stored.kind === 'invalid'
        ? invalidItem(row.stored, row)
        : storedItem(row.stored, row, row.below === undefined ? nowMs : Date.parse(row.below.of.startedAt));
  }
}

function nodeItem({ group: { node, context, cases }, isFiltered }: NodeRow): TreeRow {
  const title = node === '' ? t('No node named') : node;
  const count = cases.reduce((sum, { captures }) => sum + captures.length, 0);
  const captures = count === 1 ? t('1 capture') : t('{0} captures', count);
  const description = [context, captures].filter(part => part !== undefined).join(' · ');
  return treeRow(
    { label: title, description, spoken: t('Captures of {0}, {1}', title, description) },
    {
      id: `node ${JSON.stringify([context ?? null, node, isFiltered])}`,
      iconPath: new vscode.ThemeIcon('server'),
      contextValue: ITEM.captureNode,
    },
    vscode.TreeItemCollapsibleState.Expanded,
  );
}

function caseItem({ group, of, isOpen, isFiltered }: CaseRow, nowMs: number): TreeRow {
  const time = timeText(of.startedAt, nowMs);
  const kinds = [...new Set(of.captures.map(({ record }) => profileTitle(record.profile, t)))];
  const label = of.title ?? time;
  const description = [...(of.title === undefined ? [] : [time]), kinds.join(', ')].join(' · ');
  return treeRow(
    { label, description, spoken: t('Case {0} of {1}, {2}', label, group.node, description) },
    {
      // The editor remembers by it what was folded: a filter's rows are others.
      id: `case ${JSON.stringify([group.context ?? null, group.node, of.id, isFiltered])}`,
      iconPath: new vscode.ThemeIcon('folder'),
      contextValue: ITEM.captureCase,
    },
    isOpen || isFiltered
      ? vscode.TreeItemCollapsibleState.Expanded
      : vscode.TreeItemCollapsibleState.Collapsed,
  );
}

/** `node1 · CPU profile`, or the name a person gave it. */
export function captureTitle(record: CaptureRecord): string {
  if (record.title !== undefined) return record.title;
  const profile = profileTitle(record.profile, t);
  return record.node.name === '' ? profile : `${record.node.name} · ${profile}`;
}

function noticeItem(text: string, command: CommandId | undefined): TreeRow {
  const look = { contextValue: ITEM.notice, iconPath: new vscode.ThemeIcon('warning') };
  return treeRow(
    { label: text, tooltip: [text] },
    command === undefined ? look : { ...look, command: { title: text, command } },
  );
}

function startingItem(running: ActiveCapture): TreeRow {
  const title = `${running.ref.node.name} · ${profileTitle(running.profile, t)}`;
  return treeRow(
    {
      label: title,
      description: t('{0} s left', running.secondsLeft),
      tooltip: [t('The first slice is being captured; there is nothing to open yet.')],
      spoken: t('{0}, capturing, {1} seconds left', title, running.secondsLeft),
    },
    { iconPath: new vscode.ThemeIcon('sync~spin'), contextValue: contextValue('starting') },
  );
}

function invalidItem(stored: Extract<StoredCapture, { kind: 'invalid' }>, row: CaptureRow): TreeRow {
  const { text, nextStep } = describeForUser(stored.error);
  return treeRow(
    {
      label: path.basename(stored.folder),
      description: t('cannot be read'),
      tooltip: [nextStep === undefined ? text : `${text} ${nextStep}`],
    },
    {
      id: stored.folder,
      iconPath: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
      contextValue: contextValue('invalid'),
      command: openCommand(row),
    },
  );
}

function storedItem(
  { record, folder, mainFile }: Extract<StoredCapture, { kind: 'capture' }>,
  row: Extract<CaptureRow, { kind: 'stored' }>,
  dayMs: number,
): TreeRow {
  const { running } = row;
  const description = [
    ...(running === undefined ? [] : [t('{0} s left', running.secondsLeft)]),
    ...captureShows(record, t),
    record.imported === undefined ? '' : t('imported'),
    ...(running === undefined ? [stateText(record, t), timeText(record.startedAt, dayMs)] : []),
  ]
    .filter(part => part !== '')
    .join(' · ');
  return treeRow(
    {
      label: record.title ?? profileTitle(record.profile, t),
      description,
      tooltip: tooltip(record, folder),
      // The node, too: who hears the row does not see what it lies below.
      spoken: `${captureTitle(record)}, ${description}`,
    },
    {
      id: folder,
      iconPath: icon(record),
      contextValue: contextValue(itemKind(record, mainFile)),
      command: openCommand(row),
    },
  );
}

function contextValue(kind: CaptureItem): string {
  return `${ITEM.capture}.${CAPTURE_ITEM[kind]}`;
}

/** What menus offer by: a trace is not exported as stacks, a report has no hot frames. */
function itemKind({ state, files }: CaptureRecord, mainFile: string | undefined): CaptureItem {
  if (state === 'running') return 'running';
  if (mainFile === undefined) return 'empty';
  const name = path.basename(mainFile);
  if (isReportFile(name)) return 'report';
  return files.some(file => file.name === name && file.kind === 'trace') ? 'trace' : 'profile';
}

function openCommand(row: CaptureRow): vscode.Command {
  return { command: COMMANDS.openCapture, title: t('Open Capture'), arguments: [row] };
}

function icon(record: CaptureRecord): vscode.ThemeIcon {
  if (record.state === 'running') return new vscode.ThemeIcon('sync~spin');
  if (record.state === 'failed')
    return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  return new vscode.ThemeIcon(ICONS.get(record.profile) ?? 'graph');
}

/** By what was captured; all others are profiles. */
const ICONS: ReadonlyMap<string, string> = new Map([
  ['cpu', 'flame'],
  ['trace', 'pulse'],
  ['futex', 'list-tree'],
  ['threads', 'list-flat'],
  ['cgroups', 'checklist'],
  ['facts', 'server'],
  ['triage', 'lightbulb'],
  ['remedy', 'tools'],
]);

function tooltip(record: CaptureRecord, folder: string): MarkdownText {
  const markdown = new MarkdownText().text(captureTitle(record));
  for (const [name, value] of captureFactLines(record, t)) markdown.line().text(`${name}: ${value}`);
  for (const issue of record.issues)
    markdown.paragraph().text(`⚠ ${translateIssue(issue, template => t(template))}`);
  return markdown.paragraph().text(folder);
}
