/**
 * The Hot Frames document: what a profile's hottest functions cost, as plain text, and which lines belong to which
 * function. Links are the code lenses' business.
 */
import { formatCores, formatShare, formatValue, toCores } from '../../profile/format.js';
import { shortenFrameName } from '../../profile/frameName.js';
import type { HotFunction, HotLine } from '../../profile/hotFunctions.js';
import type { SourceFacts } from '../../sources/frame/frame.js';
import type { HotProfile } from '../../worker/workerPorts.js';
import type { Translate } from '../translate.js';

/** Functions that have a block; beyond that they are not read, and every block has lenses. */
export const MAX_BLOCKS = 200;
const MAX_LINES = 5;
/** A path is one line: its ends say most. */
const MAX_PATH = 8;

export interface HotFramesSubject {
  /** `node1 · CPU profile`, or a file name. */
  readonly title: string;
  readonly hot: HotProfile;
  readonly facts: SourceFacts;
}

/** Lines from 0, both included. */
export interface FrameBlock {
  readonly row: HotFunction;
  readonly first: number;
  readonly last: number;
}

export interface HotFramesText {
  readonly text: string;
  readonly blocks: readonly FrameBlock[];
}

export function formatHotFrames(subject: HotFramesSubject, t: Translate): HotFramesText {
  const { functions } = subject.hot;
  const lines = headLines(subject, t);
  const shown = functions.rows.slice(0, MAX_BLOCKS);
  const cost = costFormat(subject.hot, t);
  const blocks = shown.map((row, place) => {
    lines.push('');
    const first = lines.length;
    lines.push(...blockLines(row, place + 1, cost, t));
    return { row, first, last: lines.length - 1 };
  });
  const rest = functions.functionCount - shown.length;
  if (rest > 0) lines.push('', t('… and {0} functions that cost less', rest));
  return { text: `${lines.join('\n')}\n`, blocks };
}

function headLines({ title, hot, facts }: HotFramesSubject, t: Translate): string[] {
  const { summary, functions } = hot;
  const type = summary.sampleTypes[summary.defaultSampleType];
  const total = costFormat(hot, t)(functions.total);
  const duration = summary.durationNanos > 0 ? formatValue(summary.durationNanos, 'nanoseconds') : '';
  const versions = versionTexts(facts, t);
  const lines = [
    t('Hot frames of {0}', title),
    [
      type === undefined ? '' : `${type.type} (${type.unit})`,
      duration === '' ? total : t('{0} over {1}', total, duration),
    ]
      .filter(part => part !== '')
      .join(' · '),
    versions.length > 0 ? versions.join(' · ') : t('No versions are known: links open the newest source.'),
  ];
  const shown = Math.min(functions.functionCount, MAX_BLOCKS);
  lines.push(
    functions.functionCount === 0
      ? t('The profile has no samples.')
      : t(
          '{0} of {1} functions, by what they cost themselves (flat), then with all they call (cum)',
          shown,
          functions.functionCount,
        ),
  );
  return lines;
}

function versionTexts(facts: SourceFacts, t: Translate): readonly string[] {
  const { kubeletVersion, kernelVersion, goVersion, kubernetesGuess } = facts;
  const texts: string[] = [];
  if (kubeletVersion !== undefined) texts.push(t('kubelet {0}', kubeletVersion));
  else if (kubernetesGuess !== undefined)
    texts.push(t('kubelet near {0} (by {1})', kubernetesGuess.tag, kubernetesGuess.dependency));
  if (kernelVersion !== undefined) texts.push(t('kernel {0}', kernelVersion));
  if (goVersion !== undefined) texts.push(goVersion);
  return texts;
}

/** `0.321 cores  24.0%`, or `3.20 MiB  24.0%`. */
type CostFormat = (value: number) => string;

/** How values of a profile are said: in cores where it measured CPU time for a known while. */
export function costFormat({ summary, functions }: HotProfile, t: Translate): CostFormat {
  const type = summary.sampleTypes[summary.defaultSampleType] ?? { type: '', unit: '' };
  return value => {
    const cores = toCores(value, type, summary.durationNanos);
    const amount = cores === undefined ? formatValue(value, type.unit) : t('{0} cores', formatCores(cores));
    return `${amount} ${formatShare(value, functions.total)}`;
  };
}

function blockLines(row: HotFunction, place: number, cost: CostFormat, t: Translate): string[] {
  const at = row.lines[0]?.line ?? row.startLine;
  const file =
    row.file === '' ? t('no file known') : at > 0 ? `${oneLine(row.file)}:${at}` : oneLine(row.file);
  const lines = [
    `${place}. ${oneLine(row.name)}`,
    `   flat ${cost(row.flat)} · cum ${cost(row.cum)}`,
    `   ${file}`,
    `   ${pathText(row, cost, t)}`,
  ];
  for (const line of hottestLines(row.lines))
    lines.push(`   :${line.line}  flat ${cost(line.flat)} · cum ${cost(line.cum)}`);
  return lines;
}

/** Where most of a function is spent; a function of one line has said it already. */
function hottestLines(lines: readonly HotLine[]): readonly HotLine[] {
  return lines.length < 2 ? [] : lines.filter(({ cum }) => cum !== 0).slice(0, MAX_LINES);
}

/** `path … → kubelet.syncPod → cgroups.GetStats (63.0% of it)` */
function pathText({ path, pathValue, cum }: HotFunction, cost: CostFormat, t: Translate): string {
  const short = path.map(name => oneLine(shortName(name)));
  const text = (short.length > MAX_PATH ? ['…', ...short.slice(-MAX_PATH)] : short).join(' → ');
  return pathValue === cum ? t('path {0}', text) : t('path {0} (carries {1})', text, cost(pathValue));
}

/** A line break in a name would move every block below it. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]/g, '␤');
}

/** Without the package's path: `kubelet.(*Kubelet).syncLoop`. */
function shortName(name: string): string {
  const forms = shortenFrameName(name);
  return (name.includes('/') ? forms[1] : forms[0]) ?? name;
}
