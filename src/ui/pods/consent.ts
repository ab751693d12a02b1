/**
 * Asks before a debug pod is made. Nothing exists before a button of the modal is pressed, and what the modal says is
 * what is made: the very request goes on from here.
 */
import type { DebugPodRequest, ImageChoice } from '../../debugpod/ports.js';
import { type ConsentFacts, placeDetail, wayDetail } from './consentText.js';
import type { PodPlan } from './planPod.js';
import { imageReasons, warningText } from './planWords.js';
import type { StraceFile } from './straceFile.js';
import { t } from '../l10n.js';
import { askModal } from '../messages.js';

export interface Agreed {
  readonly request: DebugPodRequest;
  readonly images: readonly ImageChoice[];
}

/** One way to do it: a button of the modal. */
export interface ConsentOption<K extends string> {
  readonly key: K;
  /** The button: a verb. */
  readonly label: string;
  /** What this way costs, where there is more than one; '' otherwise. */
  readonly cost: string;
  readonly plan: PodPlan;
  /** Goes into the pod. */
  readonly upload?: StraceFile | undefined;
}

export interface ConsentQuestion<K extends string> {
  /** "Sample the threads of the kubelet on node1 for 10 s?" */
  readonly message: string;
  readonly context: string;
  /** At least one; the first is the button that Enter presses. */
  readonly options: readonly [ConsentOption<K>, ...ConsentOption<K>[]];
  /** Why another way is not offered: sentences. */
  readonly notes: readonly string[];
}

/** Undefined where the person did not agree. */
export async function askConsent<K extends string>(
  question: ConsentQuestion<K>,
): Promise<(Agreed & { readonly key: K }) | undefined> {
  const buttons = question.options.map(option => ({ title: buttonLabel(option), option }));
  const chosen = await askModal({ message: question.message, detail: modalDetail(question) }, ...buttons);
  if (chosen === undefined) return undefined;
  const { key, plan } = chosen.option;
  // The button that was pressed says "critical" where the pod will be one.
  const request = plan.needsCritical ? { ...plan.request, isCritical: true } : plan.request;
  return { key, request, images: plan.images };
}

function buttonLabel<K extends string>({ label, plan }: ConsentOption<K>): string {
  return plan.needsCritical ? t('{0} (critical pod)', label) : label;
}

function modalDetail<K extends string>({ context, options, notes }: ConsentQuestion<K>): string {
  const ways = options.map(option => {
    const heading = options.length > 1 ? [option.label] : [];
    const cost = option.cost === '' ? [] : [option.cost];
    return [...heading, ...cost, wayDetail(factsOf(context, option), t)].join('\n');
  });
  const [first] = options;
  return [t('This creates a debug pod:'), placeDetail(factsOf(context, first), t), ...ways, ...notes].join(
    '\n\n',
  );
}

function factsOf<K extends string>(context: string, { plan, upload }: ConsentOption<K>): ConsentFacts {
  const { request, images, warnings, needsCritical } = plan;
  const critical = t(
    'It is made as system-node-critical: the kubelet may end another pod of the node to make room for it.',
  );
  return {
    context,
    node: request.node,
    namespace: request.namespace,
    level: request.level,
    image: request.image.name,
    imageReasons: imageReasons(images, t),
    upload,
    lifetimeSeconds: request.lifetimeSeconds,
    warnings: [...warnings.map(warning => warningText(warning, t)), ...(needsCritical ? [critical] : [])],
  };
}
