/**
 * Unknown → message. Everything that arrives over a port passes here first: the page's window also receives messages of
 * the editor itself, and the host must not trust what a page sends. Nothing here answers or throws.
 */
import type { ErrorDescription } from '../base/errors.js';
import { SOURCE_TARGETS, type WebviewRequests } from './messages.js';
import {
  NODE_STEPS,
  REPORT_LINKS,
  type NodeStep,
  type ReportLink,
  type ReportRequests,
} from './reportMessages.js';

/** Marks our messages among others in the same window; the number changes when the envelope does. */
export const WIRE_TAG = 'node-triage/1';

/** What travels: an envelope with plain JSON, and typed arrays inside `params` or `result`. */
export type WireMessage =
  | {
      readonly tag: string;
      readonly kind: 'request';
      readonly id: number;
      readonly name: string;
      readonly params: unknown;
    }
  | { readonly tag: string; readonly kind: 'reply'; readonly id: number; readonly result: unknown }
  | { readonly tag: string; readonly kind: 'failure'; readonly id: number; readonly error: ErrorDescription }
  | { readonly tag: string; readonly kind: 'cancel'; readonly id: number }
  | { readonly tag: string; readonly kind: 'event'; readonly name: string; readonly params: unknown };

/** Unknown params → typed params, or undefined where they are not what the request takes. */
export type ParamGuards<M> = {
  readonly [K in keyof M]: M[K] extends { readonly params: infer P }
    ? (value: unknown) => P | undefined
    : never;
};

/** What an envelope of each kind must have. */
const envelopeChecks: Readonly<Record<WireMessage['kind'], (value: Envelope) => boolean>> = {
  request: value => hasId(value) && hasName(value),
  event: value => hasName(value),
  reply: value => hasId(value),
  cancel: value => hasId(value),
  failure: value => hasId(value) && isErrorDescription(value['error']),
};

/** The envelope of one of our messages; undefined for anything else. Payloads are not looked into. */
export function readWireMessage(value: unknown): WireMessage | undefined {
  if (!isRecord(value) || value['tag'] !== WIRE_TAG) return undefined;
  const kind = value['kind'];
  if (typeof kind !== 'string' || !Object.hasOwn(envelopeChecks, kind)) return undefined;
  const check = envelopeChecks[kind as WireMessage['kind']];
  return check(value) ? (value as unknown as WireMessage) : undefined;
}

const noParams = (value: unknown): Record<string, never> | undefined => (isRecord(value) ? {} : undefined);

/** What the host accepts from a page. A text to copy longer than this is no stack a person copied. */
const MAX_COPIED_CHARACTERS = 4_000_000;

/** The guards of everything the page may ask of the host. */
export const webviewRequestGuards: ParamGuards<WebviewRequests> = {
  'profile/load': noParams,
  'capture/stop': noParams,
  'log/show': noParams,
  'file/openOther': noParams,
  'text/copy': readCopiedText,
  'profile/exportFolded': value => {
    const sampleType = isRecord(value) ? value['sampleType'] : undefined;
    return typeof sampleType === 'number' && Number.isInteger(sampleType) && sampleType >= 0
      ? { sampleType }
      : undefined;
  },
  'source/list': readFunction,
  'source/open': value => {
    const ref = readFunction(value);
    const target = isRecord(value) ? SOURCE_TARGETS.find(known => known === value['target']) : undefined;
    return ref === undefined || target === undefined ? undefined : { ...ref, target };
  },
};

/** What a report page may ask. */
export const reportRequestGuards: ParamGuards<ReportRequests> = {
  'report/load': noParams,
  'log/show': noParams,
  'file/openOther': noParams,
  'file/openFlameGraph': noParams,
  'text/copy': readCopiedText,
  'link/open': readReportLink,
  'file/openBeside': readPlaceBeside,
  'reference/open': readReference,
  'step/run': readStep,
  'remedy/apply': readCause,
  'remedy/check': noParams,
  'report/export': noParams,
};

function readStep(value: unknown): { readonly step: NodeStep } | undefined {
  const step = isRecord(value) ? NODE_STEPS.find(known => known === value['step']) : undefined;
  return step === undefined ? undefined : { step };
}

/** Whether it was found the host looks up. */
function readCause(value: unknown): { readonly cause: string } | undefined {
  if (!isRecord(value)) return undefined;
  const { cause } = value;
  return typeof cause === 'string' && cause.length <= MAX_CAUSE_CHARACTERS ? { cause } : undefined;
}

const MAX_CAUSE_CHARACTERS = 100;

/** Calls and kernel functions are named in these letters; a name becomes part of an address. */
const CALL = /^[A-Za-z_0-9]{1,64}$/;
/** PATH_MAX of Linux. */
const MAX_PATH_CHARACTERS = 4096;

function readReportLink(value: unknown): ReportLink | undefined {
  if (!isRecord(value)) return undefined;
  const { call, path } = value;
  const target = REPORT_LINKS.find(known => known === value['target']);
  if (target === undefined || typeof call !== 'string' || !CALL.test(call)) return undefined;
  return typeof path === 'string' && path.length <= MAX_PATH_CHARACTERS ? { target, call, path } : undefined;
}

/** Whether it is a file of the report's evidence the host looks up. */
function readPlaceBeside(
  value: unknown,
): { readonly file: string; readonly line: number | undefined } | undefined {
  if (!isRecord(value)) return undefined;
  const { file, line } = value;
  if (typeof file !== 'string' || file.length > MAX_PATH_CHARACTERS) return undefined;
  if (line === undefined) return { file, line };
  return typeof line === 'number' && Number.isSafeInteger(line) && line > 0 ? { file, line } : undefined;
}

function readReference(value: unknown): { readonly cause: string; readonly index: number } | undefined {
  if (!isRecord(value)) return undefined;
  const { cause, index } = value;
  if (typeof cause !== 'string' || typeof index !== 'number') return undefined;
  return Number.isSafeInteger(index) && index >= 0 ? { cause, index } : undefined;
}

function readCopiedText(value: unknown): { readonly text: string } | undefined {
  const text = isRecord(value) ? value['text'] : undefined;
  return typeof text === 'string' && text.length <= MAX_COPIED_CHARACTERS ? { text } : undefined;
}

function readFunction(value: unknown): { readonly name: string; readonly file: string } | undefined {
  if (!isRecord(value)) return undefined;
  const { name, file } = value;
  return typeof name === 'string' && typeof file === 'string' ? { name, file } : undefined;
}

type Envelope = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Envelope {
  return typeof value === 'object' && value !== null;
}

function hasId(value: Envelope): boolean {
  return typeof value['id'] === 'number' && Number.isSafeInteger(value['id']);
}

function hasName(value: Envelope): boolean {
  return typeof value['name'] === 'string';
}

function isErrorDescription(value: unknown): value is ErrorDescription {
  return (
    isRecord(value) &&
    typeof value['code'] === 'string' &&
    typeof value['message'] === 'string' &&
    isRecord(value['facts'])
  );
}
