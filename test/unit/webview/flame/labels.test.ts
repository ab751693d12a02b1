import { describe, expect, it } from 'vitest';
import { Labels } from '../../../../webview/flame/labels.js';
import { modelOf } from '../../../support/flameSubject.js';
import { profileFromStacks } from '../../../support/profileFromStacks.js';

const TEXT = 'k8s.io/kubernetes/pkg/kubelet.(*Kubelet).syncLoop';
const { names } = modelOf(profileFromStacks(TEXT));
const name = names.distinct[0]!;

describe('Labels', () => {
  it.each([
    [500, TEXT],
    [300, 'kubelet.(*Kubelet).syncLoop'],
    [200, '(*Kubelet).syncLoop'],
    [100, 'syncLoop'],
    [70, 'syncLo…'],
    [30, 'sy…'],
    [29, ''],
    [0, ''],
  ])('%d pixels: %s', (room, text) => {
    expect(new Labels(names, measured => measured.length * 10).fit(name, room)).toBe(text);
  });

  it('measures each text once', () => {
    const measured: string[] = [];
    const labels = new Labels(names, text => {
      measured.push(text);
      return text.length * 10;
    });
    for (let round = 0; round < 3; round++)
      for (const room of [500, 300, 100, 70, 40]) labels.fit(name, room);
    expect(new Set(measured).size).toBe(measured.length);
  });
});
