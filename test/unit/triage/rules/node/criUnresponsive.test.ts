import { describe, expect, it } from 'vitest';
import { criUnresponsive } from '../../../../../src/triage/rules/node/criUnresponsive.js';
import { judgeBy, logLines } from '../../../../support/nodeEvidence.js';
import { eventRow, logAt, notReady, pressureRow, processRow } from '../../../../support/nodeRows.js';

const REFUSED =
  '"Status from runtime service failed" err="rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused\\""';
const late = (call: string) =>
  `"${call} from runtime service failed" err="rpc error: code = DeadlineExceeded desc = context deadline exceeded"`;
const each = (seconds: readonly number[], text: string) =>
  logAt(seconds.map(second => [second, text] as const));

describe('cri-unresponsive', () => {
  it('is sure of a socket that refuses for longer than a restart takes', () => {
    expect(judgeBy(criUnresponsive, { log: each([0, 30, 60, 300], REFUSED) })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      evidence: [{ value: 4 }],
      rivals: [{ id: 'cri-call-blocked', state: 'refuted' }, {}, {}],
    });
    const later = logAt([[90, 'SyncLoop (PLEG): event for pod']]);
    expect(judgeBy(criUnresponsive, { log: [...each([0, 1, 2, 3], REFUSED), ...later] })).toMatchObject({
      outcome: 'clear',
    });
  });

  it('leaves a few lines of one moment open: a restart looks the same', () => {
    expect(judgeBy(criUnresponsive, { log: each([0, 1, 2, 3], REFUSED) })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
  });

  it.each([
    ['PLEG is not healthy: pleg was last seen active 2562047h47m16.854775807s ago', 'medium'],
    ['KubeletHasDiskPressure', 'low'],
  ])('takes the word of a post for a sign: with %s it is %s', (message, confidence) => {
    const log = logLines('The cmd `docker ps` has no response.', 'unknown');
    expect(judgeBy(criUnresponsive, { log, conditions: [notReady(message)] })).toMatchObject({
      outcome: 'uncertain',
      confidence,
      isDecisive: false,
    });
  });

  it('counts calls of single containers and crictl once lists are late, too', () => {
    const one = (id: string) =>
      `"ContainerStatus from runtime service failed" err="rpc error: code = DeadlineExceeded desc = context deadline exceeded" containerID="${id.repeat(64)}"`;
    const asked =
      'FATA[0002] validate service connection: validate CRI v1 runtime API for endpoint "unix:///run/crio/crio.sock": rpc error: code = DeadlineExceeded desc = context deadline exceeded';
    const collected =
      '"Container garbage collection failed" err="rpc error: code = DeadlineExceeded desc = context deadline exceeded"';
    const log = each([0, 120, 240, 360], '');
    const texts = [asked, one('a'), one('b'), collected];
    const said = log.map((line, index) => ({
      ...line,
      origin: index === 0 ? ('runtime' as const) : line.origin,
      text: texts[index] ?? '',
    }));
    expect(judgeBy(criUnresponsive, { log: said })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      evidence: [{ value: 4, text: { values: [4, 'ListContainers, Version'] } }],
    });
    expect(judgeBy(criUnresponsive, { log: said.slice(1) })).toMatchObject({ outcome: 'clear' });
  });

  it.each([
    'dial tcp 10.0.0.4:10250: connect: connection refused',
    'dial unix /var/lib/kubelet/plugins/ebs.csi.aws.com/csi.sock: connect: connection refused',
    'Get "https://10.0.0.1:6443/api/v1/nodes": dial tcp: connect: connection refused',
  ])('takes no refusal of something else for it: %s', text => {
    expect(judgeBy(criUnresponsive, { log: each([0, 60, 120, 180], text) })).toMatchObject({
      outcome: 'clear',
    });
  });

  it.each([
    '[container runtime is down, PLEG is not healthy: pleg was last seen active 6m3s ago; threshold is 3m0s]',
    'container runtime is down',
    'container runtime not ready: RuntimeReady=false reason:DockerDaemonNotReady message:docker: failed to get docker version',
  ])('reads the condition %s', message => {
    expect(judgeBy(criUnresponsive, { conditions: [notReady(message)] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      isDecisive: true,
    });
  });

  it.each([
    'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni config uninitialized',
    '[container runtime status check may not have completed yet, PLEG is not healthy: pleg has yet to be successful]',
    '[container runtime is down, PLEG is not healthy: pleg was last seen active 2562047h47m16.854775807s ago]',
    'PLEG is not healthy: pleg was last seen active 3m4s ago; threshold is 3m0s',
  ])('passes over %s', message => {
    expect(judgeBy(criUnresponsive, { conditions: [notReady(message)] })).toMatchObject({ outcome: 'clear' });
  });

  it('joins calls of all that ran into their limit, where nothing was answered meanwhile', () => {
    const silent = logAt([
      [0, late('ListPodSandbox with filter')],
      [60, late('Status')],
      [130, late('ListContainers with filter')],
    ]);
    expect(judgeBy(criUnresponsive, { log: silent })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
      isDecisive: false,
      evidence: [{ value: 3 }],
    });
    const worked = [...silent, ...logAt([[70, 'SyncLoop (PLEG): "event for pod" pod="a/b"']])];
    expect(judgeBy(criUnresponsive, { log: worked })).toMatchObject({ outcome: 'clear' });
  });

  it('does not take one call that fails again and again for all', () => {
    expect(judgeBy(criUnresponsive, { log: each([0, 120, 240, 360], late('StopPodSandbox')) })).toMatchObject(
      {
        outcome: 'clear',
      },
    );
    expect(judgeBy(criUnresponsive, { log: each([0, 120, 240, 360], late('ListContainers')) })).toMatchObject(
      {
        outcome: 'clear',
      },
    );
  });

  it('sees a runtime that is stopped, or whose service ended', () => {
    const processes = [processRow('/usr/bin/containerd', { state: 'Tsl' })];
    expect(judgeBy(criUnresponsive, { processes })).toMatchObject({ outcome: 'found', confidence: 'high' });
    const log = logLines(
      'containerd.service: Main process exited, code=killed, status=9/KILL\nFailed to start containerd container runtime.',
      'systemd',
    );
    expect(judgeBy(criUnresponsive, { log })).toMatchObject({ outcome: 'found', confidence: 'high' });
    expect(
      judgeBy(criUnresponsive, { processes: [processRow('/usr/bin/containerd', { state: 'Ssl' })] }),
    ).toMatchObject({
      outcome: 'skipped',
    });
  });

  it('asks where a question by hand was refused once', () => {
    const text =
      'unable to determine runtime API version: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial unix /run/containerd/containerd.sock: connect: connection refused"';
    const [line] = logLines(text, 'runtime');
    if (line === undefined) throw new Error('no line');
    const log = [{ ...line, seconds: undefined }];
    expect(judgeBy(criUnresponsive, { log })).toMatchObject({ outcome: 'uncertain', confidence: 'low' });
    const worked = [
      ...log,
      { ...line, seconds: undefined, text: 'StartContainer for "ab" returns successfully' },
    ];
    expect(judgeBy(criUnresponsive, { log: worked })).toMatchObject({ outcome: 'clear' });
  });

  it('reads the words of old kubelets, without names of calls', () => {
    const log = logAt([
      [0, 'GenericPLEG: Unable to retrieve pods: operation timeout: context deadline exceeded'],
      [1, 'Error listing containers: operation timeout: context deadline exceeded'],
      [120, 'GenericPLEG: Unable to retrieve pods: operation timeout: context deadline exceeded'],
    ]);
    expect(judgeBy(criUnresponsive, { log })).toMatchObject({
      outcome: 'found',
      evidence: [{ value: 3, text: { values: [3, 'ListPodSandbox, ListContainers'] } }],
    });
  });

  it('leaves the disk open where I/O stops all tasks', () => {
    const conditions = [notReady('container runtime is down')];
    expect(
      judgeBy(criUnresponsive, { conditions, pressure: [pressureRow('io', 'full', 0.4)] }),
    ).toMatchObject({
      rivals: [{}, { id: 'disk-io-throttle', state: 'open' }, {}],
    });
  });

  it.each([
    ['nothing', {}, 'skipped'],
    [
      'an Event of garbage collection',
      { events: [eventRow('ContainerGCFailed: rpc error: code = DeadlineExceeded')] },
      'skipped',
    ],
    ['a healthy log', { log: logLines('Started container web\nSyncLoop UPDATE') }, 'clear'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(criUnresponsive, given)).toMatchObject({ outcome });
  });
});
