import { describe, expect, it } from 'vitest';
import { kubeletClientThrottling as rule } from '../../../../../src/triage/rules/kubelet/kubeletClientThrottling.js';
import { counted, repeated } from '../../../../support/evidencePieces.js';
import { HERE, judgeBy, logLines } from '../../../../support/nodeEvidence.js';
import { scrapedMetrics } from '../../../../support/scrapedMetrics.js';

const waited = (duration: string) =>
  `Waited for ${duration} due to client-side throttling, not priority and fairness, request: GET:https://api.example:443/api/v1/namespaces/shop/persistentvolumeclaims/data-{n}`;
const old =
  'Throttling request took 1.18954382s, request: GET:https://api.example:6443/api/v1/namespaces/shop/secrets/tls-{n}';
const qps = (value: string) => [{ at: HERE, name: 'kubeAPIQPS', value }];

describe('kubelet-client-throttling', () => {
  it('is sure of many lines on a kubelet with few calls a second and many claims', () => {
    const found = judgeBy(rule, {
      log: logLines(repeated(waited('192.977736ms'), 40)),
      settings: qps('5'),
      counted: [counted('claims', 230)],
    });
    expect(found).toMatchObject({ outcome: 'found', confidence: 'high', isDecisive: true });
    expect(found).toMatchObject({
      evidence: [{ value: 0.192977736, text: { values: [40, 0.193] } }, { value: 5 }, { value: 230 }],
    });
  });

  it.each([
    ['the older words', old],
    [
      'the later words',
      '"Waited before sending request" delay="1.2s" reason="client-side throttling, not priority and fairness" verb="GET"',
    ],
    ['long waits', waited('2.4s')],
  ])('is sure of %s from a second on', (_, line) => {
    expect(judgeBy(rule, { log: logLines(repeated(line, 3)) })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
    });
  });

  it('takes a few short waits for what a restart makes', () => {
    expect(judgeBy(rule, { log: logLines(repeated(waited('120ms'), 3)) })).toMatchObject({
      outcome: 'uncertain',
      confidence: 'low',
    });
  });

  it('needs one quoted line beside volumes that are late', () => {
    const late =
      'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data token]: timed out waiting for the condition';
    expect(judgeBy(rule, { log: logLines(`${waited('120ms')}\n${late}`) })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
    });
    expect(judgeBy(rule, { log: logLines(late) })).toMatchObject({ outcome: 'clear' });
  });

  it('does not take the discovery of a kubectl in the same post for the kubelet', () => {
    const line =
      'Throttling request took 1.04s, request: GET:https://api.example:6443/apis/apps/v1?timeout=32s';
    expect(judgeBy(rule, { log: logLines(repeated(line, 20), 'unknown') })).toMatchObject({
      outcome: 'clear',
    });
  });

  it('is found in the metrics of the limiter', () => {
    const metrics = (sum: number) =>
      scrapedMetrics(
        `rest_client_rate_limiter_duration_seconds_sum{verb="GET"} ${sum}\nrest_client_rate_limiter_duration_seconds_count{verb="GET"} 1000`,
      );
    expect(judgeBy(rule, { metrics: metrics(800) })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
    expect(judgeBy(rule, { metrics: metrics(0.4) })).toMatchObject({ outcome: 'clear' });
  });

  it.each([
    ['low limits that nothing waits for', { settings: qps('5'), log: logLines('Started kubelet') }, 'clear'],
    ['nothing', {}, 'skipped'],
  ])('finds nothing with %s', (_, given, outcome) => {
    expect(judgeBy(rule, given)).toMatchObject({ outcome });
  });
});
