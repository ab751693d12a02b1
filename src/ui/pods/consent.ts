/**
 * Asks before a debug pod is made. Nothing exists before a button of the modal is pressed, and what the modal says is
 * what is made: the very request goes on from here. Without `vscode` of its own: it asks through the door to messages.
 */
import type { ContextInfo } from '../../cluster/clusterPorts.js';
import type { AgreedPod } from '../../podwork/borrowPod.js';
import type { PlannedWay, PlannedWays } from '../../podwork/planWays.js';
import type { StraceFile } from '../../podwork/straceFile.js';
import { buttonLabel, type ConsentFacts, placeDetail, wayDetail } from '../../words/pods/consentText.js';
import { imageReasons, isAboutReadiness, warningText } from '../../words/pods/planText.js';
import { t } from '../shell/l10n.js';
import { askModal } from '../shell/messages.js';

export interface AgreedWay<K extends string> extends AgreedPod {
  readonly key: K;
  /** Goes into the pod. */
  readonly upload: StraceFile | undefined;
}

/** Each admitted way is a button; the first is the one that Enter presses. */
export interface ConsentQuestion<K extends string> extends PlannedWays<K> {
  /** "Sample the threads of the kubelet on node1 for 10 s?" */
  readonly message: string;
  readonly context: Pick<ContextInfo, 'name' | 'serverDoubt'>;
}

/** Undefined where the person did not agree. */
export async function askConsent<K extends string>(
  question: ConsentQuestion<K>,
): Promise<AgreedWay<K> | undefined> {
  const buttons = question.admitted.map(way => ({ title: buttonLabel(wayOf(way), t), way }));
  const chosen = await askModal({ message: question.message, detail: modalDetail(question) }, ...buttons);
  if (chosen === undefined) return undefined;
  const { key, plan, upload } = chosen.way;
  // The button that was pressed says "critical" where the pod will be one.
  const request = plan.needsCritical ? { ...plan.request, isCritical: true } : plan.request;
  return { key, request, images: plan.images, upload };
}

function wayOf({ label, plan }: PlannedWay<string>) {
  return { label, level: plan.request.level, isCritical: plan.needsCritical };
}

function modalDetail({ context, admitted, refused }: ConsentQuestion<string>): string {
  const ways = admitted.map(way => {
    const heading = admitted.length > 1 ? [way.label] : [];
    const cost = way.cost === '' ? [] : [way.cost];
    return [...heading, ...cost, wayDetail(factsOf(context, way), t)].join('\n');
  });
  const notes = refused.map(({ label, reason }) =>
    t('{0} is not allowed by this cluster: {1}', label, reason),
  );
  const [first] = admitted;
  const rights = admitted.map(wayOf);
  return [placeDetail(factsOf(context, first), rights, t), ...ways, ...notes].join('\n\n');
}

function factsOf(
  { name, serverDoubt }: ConsentQuestion<string>['context'],
  { plan, upload }: PlannedWay<string>,
): ConsentFacts {
  const { request, images, warnings, ready, needsCritical } = plan;
  const about = { ready, nowMs: Date.now() };
  const readiness = warnings.find(isAboutReadiness);
  const others = warnings.filter(warning => !isAboutReadiness(warning));
  const critical = t(
    'It is made as system-node-critical: the kubelet may end another pod of the node to make room for it.',
  );
  return {
    context: name,
    serverDoubt,
    node: request.node,
    namespace: request.namespace,
    level: request.level,
    image: request.image.name,
    imageReasons: imageReasons(images, t),
    upload,
    lifetimeSeconds: request.lifetimeSeconds,
    notReady: readiness === undefined ? undefined : warningText(readiness, about, t),
    warnings: [
      ...others.map(warning => warningText(warning, about, t)),
      ...(needsCritical ? [critical] : []),
    ],
  };
}
