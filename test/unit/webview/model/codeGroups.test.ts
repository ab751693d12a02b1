import { describe, expect, it } from 'vitest';
import { HUE_COUNT, SHADE_COUNT } from '../../../../webview/flame/palette.js';
import { modelOf } from '../../../support/flameSubject.js';
import { profileFromStacks } from '../../../support/profileFromStacks.js';

const model = modelOf(
  profileFromStacks(
    `
    k8s.io/kubernetes/pkg/kubelet.Run  runtime.gcBgMarkWorker  main.main
    syscall.Syscall6                   runtime.scanObject      example.com/some/mod.F
    `,
    { weights: [6, 3, 1] },
  ),
);

describe('groups of code', () => {
  it('share the whole by what ended in them', () => {
    expect(model.groupShares(0).map(({ label, value }) => `${label} ${value}`)).toEqual([
      'syscall 6',
      'runtime 3',
      'example.com/some 1',
    ]);
  });

  it('have a hue each, and their packages shades of it', () => {
    const fillOf = (text: string): number => {
      const name = [...model.names.distinct].find(each => model.names.text(each) === text)!;
      return model.groups.fillOfName[name]!;
    };
    const hueOf = (text: string): number => Math.floor(fillOf(text) / SHADE_COUNT);
    expect(hueOf('runtime.scanObject')).toBe(hueOf('runtime.gcBgMarkWorker'));
    expect(
      new Set(['syscall.Syscall6', 'runtime.scanObject', 'k8s.io/kubernetes/pkg/kubelet.Run'].map(hueOf))
        .size,
    ).toBe(3);
    for (const name of model.names.distinct)
      expect(model.groups.fillOfName[name]!).toBeLessThan((HUE_COUNT + 1) * SHADE_COUNT);
  });

  it('survive more groups than a byte holds', () => {
    const names = Array.from({ length: 400 }, (_, at) => `host${at}.example/m.F`).join('  ');
    const many = modelOf(profileFromStacks(names));
    expect(many.groups.labels.length).toBe(255);
    expect(many.groupShares(0).reduce((sum, { value }) => sum + value, 0)).toBe(400);
  });
});
