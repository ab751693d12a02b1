/**
 * *Drop Caches…*, for a finding that dropping caches can help: the pod is agreed to first, then, with what was measured on
 * the node, the change itself, by typing the node's name. What happens on the node is capture/captureRemedy.ts's.
 */
import path from 'node:path';
import * as vscode from 'vscode';
import { checkRemedyAgain } from '../../capture/checkRemedyAgain.js';
import { captureRemedy, type RemedyProgress } from '../../capture/captureRemedy.js';
import { systemClock } from '../../capture/clock.js';
import { kubeletOn } from '../../capture/profileTarget.js';
import { describeError, isTriageError } from '../../base/errors.js';
import type { RemediedRule, Remedy, RemedyDrop, RemedyReading } from '../../remedy/model.js';
import { dropQuestion, remedyNotice } from '../../words/pods/remedyText.js';
import { t } from '../shell/l10n.js';
import { askModal, showInformation } from '../shell/messages.js';
import { askText } from '../shell/quickPick.js';
import type { NodeRef } from '../../nodes/nodeRef.js';
import { REMEDY_FILE } from '../../remedy/remedyJson.js';
import { COMMANDS } from '../../words/ids.js';
import type { PodCommand, PodJobInput } from './podCommands.js';

/** Twice measured, each time with a check of cgroups, and the longest drop twice (src/remedy/dropCaches.ts). */
const WORK_SECONDS = 900;
/** One check of cgroups, beside it two readings of the kubelet's CPU. */
const CHECK_SECONDS = 90;
const CHECK_AFTER_MS = 10 * 60_000;
const NOTICE_LIMIT_MS = 10_000;

/** @param rule whose finding it is for */
export function applyRemedy(rule: RemediedRule): PodCommand<'drop'> {
  return {
    title: node => t('Dropping caches of {0}', node),
    placeHolder: t('Node whose caches are dropped'),
    message: node => t('Measure {0}, and then drop its caches?', node),
    seconds: () => WORK_SECONDS,
    ways: () =>
      Promise.resolve([
        {
          key: 'drop',
          label: t('Measure'),
          cost: t(
            'First it is measured: nothing changes yet. You are asked once more, with what was measured and what it costs.',
          ),
          need: 'shell',
          level: 'privileged',
        },
      ]),
    workSeconds: seconds => seconds,
    work: async (input, _key, signal) => ({
      captures: [await drop(input, rule, signal)],
      notTaken: [],
    }),
    afterwards: (ref, { captures: [written] }) => {
      if (written?.record.state === 'complete') void offerCheck(ref, written.folder);
    },
  };
}

/** @param folder of the remedy's capture: absolute path */
export function checkRemedy(folder: string): PodCommand<'check'> {
  return {
    title: node => t('Checking {0} again', node),
    placeHolder: t('Node that is checked again'),
    message: node => t('Check again what dropping the caches of {0} changed?', node),
    seconds: () => CHECK_SECONDS,
    ways: () =>
      Promise.resolve([
        {
          key: 'check',
          label: t('Check'),
          cost: t('A shell script times a few reads of memory.stat and counts cgroups. It changes nothing.'),
          need: 'shell',
          level: 'read',
        },
      ]),
    workSeconds: seconds => seconds,
    work: async ({ ref, pod, connection, report }, _key, signal) => ({
      captures: [
        await checkRemedyAgain(
          { pod, metrics: connection.metrics, clock: systemClock },
          { folder, node: ref.node },
          signal,
          progress => report(progressText(progress)),
        ),
      ],
      notTaken: [],
    }),
  };
}

/** What dead cgroups and entries grow back from goes on: ten minutes show whether it held. */
async function offerCheck(ref: NodeRef, folder: string): Promise<void> {
  const remind = t('Remind Me');
  const question = t('Caches of {0} were dropped. Check in ten minutes whether it held?', ref.node.name);
  if ((await showInformation(question, remind)) !== remind) return;
  setTimeout(() => void remindOf(ref, folder), CHECK_AFTER_MS);
}

async function remindOf(ref: NodeRef, folder: string): Promise<void> {
  const check = t('Check Again…');
  const question = t('Ten minutes ago the caches of {0} were dropped.', ref.node.name);
  if ((await showInformation(question, check)) !== check) return;
  const file = path.join(folder, REMEDY_FILE);
  await vscode.commands.executeCommand(COMMANDS.checkRemedy, { ...ref, file });
}

function drop(input: PodJobInput, rule: RemediedRule, signal: AbortSignal) {
  const { ref, pod, connection, destination } = input;
  return captureRemedy(
    { pod, metrics: connection.metrics, nodes: connection.pods, clock: systemClock },
    {
      context: ref.context,
      ...kubeletOn(ref.node),
      ...destination,
      rule,
      confirm: before => confirmDrop(ref.node.name, before),
      audit: dropped => auditDrop(input, dropped),
      announce: drops => announce(input, rule, drops),
    },
    signal,
    progress => input.report(progressText(progress)),
  );
}

/** The node's name is typed: no Enter too many drops the caches of the wrong node. */
async function confirmDrop(node: string, before: RemedyReading): Promise<boolean> {
  const go = { title: t('Drop Caches…') };
  if ((await askModal(dropQuestion(node, before, t), go)) !== go) return false;
  const typed = await askText({
    title: t('Drop Caches of {0}', node),
    prompt: t('Type the name of the node, {0}, to drop its caches now.', node),
    value: '',
    accepts: value => value.trim() === node,
    refusal: t('This is not the name of the node.'),
  });
  return typed?.trim() === node;
}

function auditDrop(
  { deps, pod, connection, ref }: PodJobInput,
  { value, at, outcome, reason }: RemedyDrop,
): void {
  const { namespace, name, uid } = pod.info;
  deps.log.audit({
    verb: value === 2 ? 'drop-entries' : 'drop-caches',
    server: connection.context.server,
    namespace,
    name,
    uid,
    node: ref.node.name,
    at,
    outcome: outcome === 'stopped' ? 'unknown' : outcome,
    reason,
  });
}

/** Never rejects: what was done is done, told or not. */
async function announce(
  { deps, connection, ref }: PodJobInput,
  rule: RemediedRule,
  drops: readonly RemedyDrop[],
): Promise<Remedy['event']> {
  const node = ref.node.name;
  const about = {
    verb: 'create',
    kind: 'event',
    server: connection.context.server,
    namespace: 'default',
    uid: undefined,
    node,
    at: new Date().toISOString(),
  } as const;
  try {
    const notice = { reason: 'DroppedCaches', message: remedyNotice(rule, drops) };
    const name = await connection.nodeEvents.record(node, notice, AbortSignal.timeout(NOTICE_LIMIT_MS));
    deps.log.audit({ ...about, name, outcome: 'done' });
    return 'recorded';
  } catch (error) {
    const { code, message } = describeError(error);
    deps.log.audit({ ...about, name: node, outcome: 'failed', reason: message });
    return isTriageError(error) && code === 'forbidden' ? 'forbidden' : 'failed';
  }
}

function progressText({ phase, secondsLeft }: RemedyProgress): string {
  switch (phase) {
    case 'before':
      return t('Measuring before, {0} s left', secondsLeft);
    case 'asking':
      return t('Waiting for your consent…');
    case 'dropping':
      return t('Dropping caches…');
    case 'after':
      return t('Measuring after, {0} s left', secondsLeft);
    case 'saving':
      return t('Saving…');
  }
}
