/**
 * Messages in a form of their own: logfmt (containerd, docker, CRI-O, Cilium), JSON (the kubelet's and zap's, docker's
 * json-file, journalctl -o json), zap's and logr's columns, Calico's brackets. Gives the message with its fields as
 * text; what is none of them is left to the caller.
 */
import { fieldOf, textOf } from '../../base/jsonFields.js';
import type { Severity } from './logHead.js';
import { jsonStamp, readStamp, type Stamp } from './logStamp.js';

export interface LogBody {
  readonly text: string;
  readonly stamp: Stamp | undefined;
  readonly severity: Severity;
  /** Program, logger or source file, where the form names one. */
  readonly process: string | undefined;
  readonly source: string | undefined;
  /** `time="…" level=…` at the begin is logrus, which runtimes log with. */
  readonly form: 'logrus' | 'logfmt' | 'json' | 'columns';
}

const SEVERITIES: Readonly<Record<string, Severity>> = {
  trace: 'info',
  debug: 'info',
  info: 'info',
  notice: 'info',
  information: 'info',
  warn: 'warning',
  warning: 'warning',
  error: 'error',
  err: 'error',
  eror: 'error',
  fatal: 'fatal',
  panic: 'fatal',
  critical: 'fatal',
};

export function severityOf(word: string | undefined): Severity {
  return word === undefined ? undefined : SEVERITIES[word.toLowerCase()];
}

/**
 * @param rest a line behind its head
 * @param isDated whether the head has a date: `ERROR: text` alone may be of any program
 */
export function readLogBody(rest: string, isDated: boolean): LogBody | undefined {
  if (rest.startsWith('{')) return readJson(rest);
  return readTerminal(rest) ?? readLogfmt(rest) ?? readColumns(rest, isDated);
}

const LOGFMT_TIME = /^(?:time|ts|t)=("?)([^"\s]{8,40}(?: [\d:.+ -]{6,40})?)\1 /u;
const LOGFMT_LEVEL = /^(?:level|lvl)=("?)([A-Za-z]{3,11})\1 /u;
const LOGFMT_CALLER = /^caller=([\w./-]{1,100}\.go):\d{1,6} /u;
const MESSAGE_FIELD = /(?:^| )(?:msg|err|error)=/u;
const LOGRUS_TERMINAL = /^(INFO|WARN|WARNING|ERRO|ERROR|DEBU|FATA|PANI)\[([^\]\s]{1,40})\] /u;
const TERMINAL_SEVERITIES: Readonly<Record<string, Severity>> = {
  INFO: 'info',
  DEBU: 'info',
  WARN: 'warning',
  WARNING: 'warning',
  ERRO: 'error',
  ERROR: 'error',
  FATA: 'fatal',
  PANI: 'fatal',
};

function readTerminal(line: string): LogBody | undefined {
  const match = LOGRUS_TERMINAL.exec(line);
  if (match === null) return undefined;
  const [whole, word = '', time = ''] = match;
  return {
    ...NO_SOURCE,
    text: line.slice(whole.length),
    stamp: readStamp(time)?.stamp,
    severity: TERMINAL_SEVERITIES[word],
    form: 'logrus',
  };
}

function readLogfmt(line: string): LogBody | undefined {
  const early = take(LOGFMT_LEVEL, line);
  const time = take(LOGFMT_TIME, early.rest);
  const caller = take(LOGFMT_CALLER, time.rest);
  const late = take(LOGFMT_LEVEL, caller.rest);
  const level = early.value ?? late.value;
  if (level === undefined && (time.value === undefined || !MESSAGE_FIELD.test(late.rest))) return undefined;
  const isLogrus = line.startsWith('time="') || (line.startsWith('time=') && level !== undefined);
  return {
    text: late.rest,
    stamp: readStamp(time.value ?? '')?.stamp,
    severity: severityOf(level),
    process: undefined,
    source: caller.value?.slice(caller.value.lastIndexOf('/') + 1),
    form: isLogrus ? 'logrus' : 'logfmt',
  };
}

/** The pattern's last group, and what stands behind the whole. */
function take(pattern: RegExp, text: string): { readonly value: string | undefined; readonly rest: string } {
  const match = pattern.exec(text);
  return match === null
    ? { value: undefined, rest: text }
    : { value: match.at(-1), rest: text.slice(match[0].length) };
}

const NO_SOURCE = { process: undefined, source: undefined } as const;

/** zap: `2024-01-02T03:04:05.678Z\tERROR\tlogger\tfile.go:12\ttext\t{"k":"v"}`, its stamp taken off already. */
const ZAP = /^(DEBUG|INFO|WARN|ERROR|DPANIC|PANIC|FATAL)\t/u;
/** Calico: `[WARNING][71] felix/int_dataplane.go 1234: text`. */
const BRACKETS =
  /^\[(DEBUG|INFO|WARN|WARNING|ERROR|FATAL|PANIC)\]\[\d{1,9}\] (?:([\w-]{1,40})\/)?([\w.-]{1,60}\.go) \d{1,6}: /u;
/** Python, Java and scripts: `[ERROR] text`, `ERROR text`, `- ERROR - text`. */
const WORD =
  /^(?:- )?\[?(DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL|debug|info|warning|warn|error|fatal)\](?: |:|\t)+|^(DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)(?::| -)? +/u;

function readColumns(line: string, isDated: boolean): LogBody | undefined {
  const zap = ZAP.exec(line);
  if (zap !== null) {
    const columns = line.slice(zap[0].length).split('\t');
    const source = columns.slice(0, 2).find(column => /^[\w./-]{1,100}\.go:\d+$/u.test(column));
    const logger = columns.length > 2 && columns[0] !== source ? columns[0] : undefined;
    return {
      text: columns.join(' '),
      stamp: undefined,
      severity: severityOf(zap[1]?.replace('DPANIC', 'PANIC')),
      process: logger,
      source: source?.slice(source.lastIndexOf('/') + 1).replace(/:\d+$/u, ''),
      form: 'columns',
    };
  }
  const calico = BRACKETS.exec(line);
  if (calico !== null)
    return {
      text: line.slice(calico[0].length),
      stamp: undefined,
      severity: severityOf(calico[1]),
      process: 'calico',
      source: calico[3],
      form: 'columns',
    };
  const word = isDated ? WORD.exec(line) : null;
  if (word === null) return undefined;
  const text = line.slice(word[0].length);
  return { ...NO_SOURCE, text, stamp: undefined, severity: severityOf(word[1] ?? word[2]), form: 'columns' };
}

/** Longer lines are documents. */
const LONGEST_JSON = 65_536;
const MESSAGES = ['msg', 'message', 'MESSAGE', 'log', 'Msg'] as const;
const STAMPS = ['ts', 'time', 'timestamp', '@timestamp', 'Ts', 'T'] as const;
/** Fields that are told apart from the message. */
const HEAD_FIELDS = new Set<string>([
  ...MESSAGES,
  ...STAMPS,
  'level',
  'severity',
  'caller',
  'v',
  'stream',
  'kubernetes',
]);

function readJson(line: string): LogBody | undefined {
  if (line.length > LONGEST_JSON || !line.endsWith('}')) return undefined;
  const record = parseJson(line);
  const message = firstText(record, MESSAGES);
  if (message === undefined || !isLogRecord(record)) return undefined;
  const stamp = STAMPS.map(name => jsonStamp(fieldOf(record, name))).find(found => found !== undefined);
  const journal = firstText(record, ['SYSLOG_IDENTIFIER', '_COMM']);
  const source = firstText(record, ['caller'])?.replace(/:\d+$/u, '');
  const isWhole = journal !== undefined || fieldOf(record, 'log') !== undefined;
  return {
    text: isWhole ? message.trimEnd() : withFields(message, record),
    stamp: stamp ?? journalStamp(record),
    severity: severityOf(firstText(record, ['level', 'severity'])),
    process: journal ?? firstText(record, ['logger']),
    source: source?.slice(source.lastIndexOf('/') + 1),
    form: 'json',
  };
}

function firstText(record: unknown, names: readonly string[]): string | undefined {
  return names.map(name => textOf(fieldOf(record, name))).find(value => value !== undefined);
}

/** An Event and a condition have a `message`, too. */
function isLogRecord(record: unknown): boolean {
  return ['reason', 'involvedObject', 'lastTransitionTime', 'kind'].every(
    name => fieldOf(record, name) === undefined,
  );
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A line that was cut, or braces that are no JSON: no record.
    return undefined;
  }
}

function journalStamp(record: unknown): Stamp | undefined {
  const micros = Number(textOf(fieldOf(record, '__REALTIME_TIMESTAMP')));
  return Number.isFinite(micros) && micros > 0 ? { kind: 'dated', seconds: micros / 1e6 } : undefined;
}

/** Most fields that a message is given with. */
const FIELDS = 20;

/** As klog's text format has them: `"text" err="…" pod="…"`. */
function withFields(message: string, record: unknown): string {
  if (typeof record !== 'object' || record === null) return message;
  const fields = Object.entries(record)
    .filter(
      ([name, value]) => !HEAD_FIELDS.has(name) && (typeof value === 'string' || typeof value === 'number'),
    )
    .slice(0, FIELDS)
    .map(([name, value]) => `${name}="${String(value)}"`);
  return fields.length === 0 ? message : `"${message}" ${fields.join(' ')}`;
}
