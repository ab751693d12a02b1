/**
 * What a person reads for each TriageErrorCode: what failed and where, the likely cause, the next step, and the
 * buttons that take it. Makes sentences only; it shows nothing and knows no editor (errorMessages.ts binds it).
 */
import { type ErrorDescription, type TriageErrorCode, describeError } from '../../base/errors.js';
import { bundles } from './bundleErrorTexts.js';
import { type ActionName, type Draft, Facts, type Writer } from './errorDraft.js';
import { excessOf } from './excessText.js';
import { captures, readingFiles } from './fileErrorTexts.js';
import { COMMANDS, type CommandId, SETTINGS, SETTINGS_SECTION } from '../ids.js';
import { unreachableKubelet } from './kubeletErrorTexts.js';
import { aboutPods } from './podErrorTexts.js';
import type { MissingRight } from './rbacRule.js';
import type { Translate } from '../translate.js';

export type ErrorAction =
  /** Runs the failed thing again; shown only where the caller can. */
  | { readonly kind: 'retry'; readonly label: string }
  | {
      readonly kind: 'command';
      readonly label: string;
      readonly command: CommandId;
      readonly arguments: readonly unknown[];
    };

export interface ErrorText {
  /** What failed, on which node, and the likely cause: one or two sentences. */
  readonly text: string;
  /** What to do next; undefined where there is nothing to do. */
  readonly nextStep: string | undefined;
  readonly actions: readonly ErrorAction[];
}

function writeForbidden(facts: Facts, t: Translate): string {
  const [verb, resource] = [facts.text('verb'), facts.text('resource')];
  return facts.has('namespace')
    ? t('You may not {0} {1} in namespace {2} (403).', verb, resource, facts.text('namespace'))
    : t('You may not {0} {1} on this cluster (403).', verb, resource);
}

/** Without an answer to our own access review, a 403 may be the kubelet's or a gateway's: then there is no advice to give. */
function forbidden(facts: Facts, t: Translate): Draft {
  if (facts.text('answeredBy') === 'unknown')
    return {
      text: t('A proxy on the way to the node refused (403): {0}', facts.text('reason')),
      nextStep: t(
        'The API server did not say whether you have the right: it, a gateway or the kubelet may have refused. The log has the answer.',
      ),
      actions: ['retry', 'log'],
    };
  return {
    text: writeForbidden(facts, t),
    nextStep: t('Ask a cluster administrator for the right; "Copy RBAC Rule" gives the smallest one.'),
    actions: ['rbac', 'retry', 'log'],
  };
}

/** By the kubelet's own text, or because the API server says that it knows us, or that we may. */
function kubeletForbidden(facts: Facts, t: Translate): Draft {
  if (facts.text('status') === '401')
    return {
      text: t(
        'The API server accepts your credentials; the kubelet of {0}, or a gateway on the way, refused (401): {1}',
        facts.node,
        facts.text('reason'),
      ),
      nextStep: t(
        "Look at what stands before the API server, and whether the kubelet's --client-ca-file is that of the API server's certificate for kubelets.",
      ),
      actions: ['retry', 'log'],
    };
  if (facts.has('answeredBy'))
    return {
      text: t(
        'You may reach the kubelet of {0}, as the API server says; the kubelet, or a gateway on the way, refused (403): {1}',
        facts.node,
        facts.text('reason'),
      ),
      nextStep: t('Look at what stands before the API server, and at the authorization of the kubelet.'),
      actions: ['retry', 'log'],
    };
  return {
    text: t(
      'The kubelet of {0} refused the API server (403): the identity the API server uses for kubelets lacks nodes/proxy.',
      facts.node,
    ),
    nextStep: t('A cluster administrator has to bind that identity to system:kubelet-api-admin.'),
    actions: ['log'],
  };
}

function writeLoginAdvice(facts: Facts, t: Translate): string {
  switch (facts.has('provider') ? facts.text('provider') : undefined) {
    case undefined:
      return t(
        'Run it in a terminal on the machine this extension runs on: it may be missing there, or ask you to log in.',
      );
    case 'gcp':
      return t(
        'Since kubectl 1.26 this takes a credential plugin: run "gcloud components install gke-gcloud-auth-plugin", then "gcloud container clusters get-credentials".',
      );
    case 'azure':
      return t(
        'Since kubectl 1.26 this takes a credential plugin: install kubelogin and run "kubelogin convert-kubeconfig".',
      );
    default:
      return t('Log in again with kubectl, or use a credential plugin such as kubelogin.');
  }
}

/** What a kubeconfig of the workspace would use of the user's. */
function writeNotAllowed(facts: Facts, t: Translate): string {
  const context = facts.text('context');
  if (facts.text('answer') === 'no')
    return facts.has('program')
      ? t('Its credential plugin was not allowed ({0}): {1}', context, facts.text('program'))
      : t('It was not allowed to log in ({0}) with these files: {1}', context, facts.text('files'));
  return facts.has('program')
    ? t(
        'Waits for your yes: to log in to {0}, the kubeconfig of this workspace runs {1}',
        context,
        facts.text('program'),
      )
    : t(
        'Waits for your yes: to log in to {0}, the kubeconfig of this workspace uses {1}',
        context,
        facts.text('files'),
      );
}

const reachingACluster = {
  'kubeconfig-missing': (facts, t) => ({
    text: facts.has('file')
      ? t('There is no kubeconfig file at {0}.', facts.text('file'))
      : t('There is no kubeconfig file.'),
    nextStep: t('Choose one, or set KUBECONFIG and reload the window.'),
    actions: ['kubeconfig', 'kubeconfig-setting'],
  }),
  'kubeconfig-invalid': (facts, t) => ({
    text: t('The kubeconfig {0} cannot be used: {1}', facts.text('file'), facts.fileReason),
    nextStep: t('Correct the file, or choose another one.'),
    actions: ['kubeconfig', 'log'],
  }),
  'context-missing': (facts, t) => ({
    text: t('The kubeconfig has no context "{0}" any more.', facts.text('context')),
    nextStep: t('Refresh the nodes and choose another context.'),
    actions: ['kubeconfig', 'kubeconfig-setting'],
  }),
  'credential-plugin-failed': (facts, t) => ({
    text: t('The credential plugin {0} failed: {1}', facts.text('command'), facts.text('reason')),
    nextStep: writeLoginAdvice(facts, t),
    actions: ['retry', 'log'],
  }),
  'credentials-not-allowed': (facts, t) => ({
    text: writeNotAllowed(facts, t),
    nextStep: t('See what it would do, then allow it or not.'),
    actions: ['allow', 'kubeconfig', 'log'],
  }),
  unreachable: (facts, t) => ({
    text: t('The API server {0} cannot be reached: {1}', facts.text('server'), facts.text('reason')),
    nextStep: t('Check VPN, proxy and the address in the kubeconfig.'),
    actions: ['retry', 'kubeconfig', 'log'],
  }),
  unauthorized: (_facts, t) => ({
    text: t('The API server does not accept your credentials (401), also after they were read again.'),
    nextStep: t('Log in again (they have probably expired), then retry.'),
    actions: ['retry', 'kubeconfig', 'log'],
  }),
  forbidden,
  'kubelet-forbidden': kubeletForbidden,
} satisfies Partial<Record<TriageErrorCode, Writer>>;

const askingAKubelet = {
  'node-not-found': (facts, t) => ({
    text: t('The cluster has no node {0} any more.', facts.node),
    nextStep: t('It was probably replaced. Refresh the nodes.'),
    actions: ['log'],
  }),
  'kubelet-unreachable': unreachableKubelet,
  'kubelet-hangs': (facts, t) => ({
    text: facts.text('reason').includes('connection lost')
      ? t(
          'The kubelet of {0} stopped answering on an open connection: it is stopped or starved of CPU, or the node is cut off.',
          facts.node,
        )
      : t(
          'The kubelet of {0} accepts connections and does not answer: it is stopped, or starved of CPU.',
          facts.node,
        ),
    nextStep: t('On the node, see whether the process is in state T or D, and retry.'),
    actions: ['retry', 'log'],
  }),
  'kubelet-died': (facts, t) => ({
    text: t('The kubelet of {0} ended while it was answering: it crashed or was restarted.', facts.node),
    nextStep: t('On the node, see "journalctl -u kubelet", and retry when it is up.'),
    actions: ['retry', 'log'],
  }),
  'profiler-busy': (facts, t) => ({
    text: t(
      'Another client is profiling the kubelet of {0} right now; a kubelet does one such profile at a time.',
      facts.node,
    ),
    nextStep: t('Retry when theirs has ended, usually within a minute.'),
    actions: ['retry', 'log'],
  }),
  'profiling-disabled': (facts, t) => ({
    text: t('Profiling is switched off in the kubelet of {0} (405).', facts.node),
    nextStep: t('It takes enableProfilingHandler and enableDebuggingHandlers in the kubelet configuration.'),
    actions: ['log'],
  }),
  'profile-unknown': (facts, t) => ({
    text: t('The kubelet of {0} does not know this profile (404).', facts.node),
    nextStep: t('Its version may be too old for it. Try another profile.'),
    actions: ['log'],
  }),
  'request-rejected': (facts, t) => ({
    text: facts.error.node
      ? t(
          'The request for {0} was refused with status {1}: {2}',
          facts.node,
          facts.text('status'),
          facts.text('body'),
        )
      : t(
          'The API server refused the request with status {0}: {1}',
          facts.text('status'),
          facts.text('body'),
        ),
    nextStep: t('The log has the request.'),
    actions: ['retry', 'log'],
  }),
  'connection-lost': (facts, t) => ({
    text: facts.error.node
      ? t(
          'The connection broke while {0} was answering, after {1} bytes.',
          facts.node,
          facts.number('received'),
        )
      : t('The connection to the API server broke after {0} bytes.', facts.number('received')),
    nextStep: t(
      'A load balancer with a short idle limit does this: make "profile.sliceSeconds" smaller, or retry.',
    ),
    actions: ['retry', 'slice-setting', 'log'],
  }),
  'answer-too-large': (facts, t) => ({
    text: facts.error.node
      ? t('What {0} answers is far larger than anything real: more than {1}.', facts.node, excessOf(facts, t))
      : t('What the API server answers is far larger than anything real: more than {0}.', excessOf(facts, t)),
    nextStep: t(
      'Check the server address in the kubeconfig, and what stands between here and the API server. The log has the request.',
    ),
    actions: ['retry', 'log'],
  }),
  'timed-out': (facts, t) => ({
    text: facts.error.node
      ? t('{0} did not answer within {1} seconds.', facts.node, facts.number('seconds'))
      : t('The API server did not answer within {0} seconds.', facts.number('seconds')),
    nextStep: facts.error.node
      ? // On a connection that the API server keeps, a hung kubelet has 45 s (HTTP/2) or no limit (HTTP/1.1); on a new one 10 s.
        t(
          'The kubelet may hang or the node be overloaded. Retry; if that does not help, look at the kubelet on the node itself.',
        )
      : t('The API server or the way to it may be overloaded. Retry.'),
    actions: ['retry', 'log'],
  }),
} satisfies Partial<Record<TriageErrorCode, Writer>>;

const endings = {
  cancelled: (_facts, t) => ({ text: t('Cancelled.'), actions: [] }),
  internal: (facts, t) => ({
    text: t('A fault in the extension: {0}', facts.message),
    nextStep: t('The log has the details; please report it.'),
    actions: ['log', 'retry'],
  }),
} satisfies Partial<Record<TriageErrorCode, Writer>>;

/** Complete by its type: a new code does not compile before it has its sentences. */
const WRITERS: Readonly<Record<TriageErrorCode, Writer>> = {
  ...reachingACluster,
  ...askingAKubelet,
  ...aboutPods,
  ...readingFiles,
  ...captures,
  ...bundles,
  ...endings,
};

function actionsOf(
  t: Translate,
  error: ErrorDescription,
): Readonly<Record<ActionName, ErrorAction | undefined>> {
  const rule = missingRight(error);
  const command = (label: string, id: CommandId, ...args: unknown[]): ErrorAction => ({
    kind: 'command',
    label,
    command: id,
    arguments: args,
  });
  const settings = (name: string): ErrorAction =>
    command(t('Open Settings'), COMMANDS.openSettings, `${SETTINGS_SECTION}.${name}`);
  return {
    retry: { kind: 'retry', label: t('Retry') },
    log: command(t('Show Log'), COMMANDS.showLog),
    rbac: rule === undefined ? undefined : command(t('Copy RBAC Rule'), COMMANDS.copyRbac, rule),
    allow: command(t('Review and Allow…'), COMMANDS.allowCredentials, { context: error.facts['context'] }),
    kubeconfig: command(t('Choose Kubeconfig…'), COMMANDS.chooseKubeconfig),
    'kubeconfig-setting': settings(SETTINGS.kubeconfig),
    'slice-setting': settings(SETTINGS.profileSliceSeconds),
    'folder-setting': settings(SETTINGS.captureFolder),
    'size-setting': settings(SETTINGS.maxProfileMegabytes),
    'pod-image-setting': settings(SETTINGS.podImage),
    'pod-namespace-setting': settings(SETTINGS.podNamespace),
    'strace-file-setting': settings(SETTINGS.straceFile),
    open: command(t('Open Profile…'), COMMANDS.openProfile),
  };
}

export interface RuleRequest {
  readonly right: MissingRight;
  /** Where we are asked for by name; undefined: not known. */
  readonly context: string | undefined;
}

/**
 * What was refused, by the request that we made, and where. A node in the error does not say which: a debug pod is meant
 * for one, too. Undefined for what no rule of ours gives.
 */
function missingRight({ facts, node }: ErrorDescription): RuleRequest | undefined {
  const text = (name: string): string | undefined => {
    const value = facts[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const right = rightFor(text('resource'), text('namespace'), node);
  return right === undefined ? undefined : { right, context: text('context') };
}

function rightFor(
  resource: string | undefined,
  namespace: string | undefined,
  node: string | undefined,
): MissingRight | undefined {
  if (resource === 'pods' || resource === 'pods/exec')
    return namespace === undefined ? { kind: 'list-pods' } : { kind: 'debug-pod', namespace };
  if (resource === 'nodes') return { kind: 'nodes' };
  return resource === 'nodes/proxy' && node !== undefined ? { kind: 'nodes-proxy', node } : undefined;
}

/** Sentences and buttons for anything thrown; what is not a TriageError reads as a fault of ours. */
export function writeErrorText(error: unknown, t: Translate): ErrorText {
  const description = describeError(error);
  const draft = WRITERS[description.code](new Facts(description, t), t);
  const actions = actionsOf(t, description);
  return {
    text: draft.text,
    nextStep: draft.nextStep,
    actions: draft.actions.flatMap(name => actions[name] ?? []),
  };
}
