import { describe, expect, it } from 'vitest';
import { parseGoDuration } from '../../../../../src/triage/rules/kubelet/goDuration.js';

describe('parseGoDuration', () => {
  it.each([
    ['3m5.30015447s', 185.30015447],
    ['45h22m7s', 163_327],
    ['192.977736ms', 0.192977736],
    ['4m2s', 242],
    ['12µs', 0.000012],
    ['0s', 0],
  ])('reads %s', (text, seconds) => {
    expect(parseGoDuration(text)).toBeCloseTo(seconds, 9);
  });

  it.each([undefined, '', 'soon', '15'])('reads none in %s', text => {
    expect(parseGoDuration(text)).toBeUndefined();
  });
});
