import { describe, expect, it } from 'vitest';
import type { ContextInfo } from '../../../src/cluster/clusterPorts.js';
import { chooseContextIcon, writeContext } from '../../../src/nodes/contextText.js';
import { english } from '../words/english.js';

const info: ContextInfo = {
  name: 'prod',
  cluster: 'k',
  user: 'me',
  isCurrent: true,
  server: 'https://k.example',
};

describe('the row of a context', () => {
  it('has no word of doubt where its server is verified', () => {
    expect(writeContext(info, ['7 nodes'], english)).toEqual({
      description: 'current · 7 nodes',
      tooltip: ['prod', 'https://k.example', 'cluster k, user me', 'current', '7 nodes'],
      spoken: 'context prod, current, 7 nodes, https://k.example',
    });
  });

  it.each([
    ['not-verified', 'TLS not verified', 'The API server is not verified (insecure-skip-tls-verify): '],
    ['not-encrypted', 'not encrypted', 'The connection is not encrypted (http): '],
  ] as const)(
    'says that its server is %s: beside the name, in the tooltip, aloud',
    (doubt, words, begins) => {
      const text = writeContext({ ...info, serverDoubt: doubt }, ['7 nodes'], english);
      expect(text.description).toBe(`current · ${words} · 7 nodes`);
      expect(text.tooltip.join('\n')).toContain(`\n⚠ ${begins}`);
      expect(text.spoken).toBe(`context prod, current, ${words}, 7 nodes, https://k.example`);
    },
  );

  it('has a warning for an icon where nothing verifies its server, before and after it connects', () => {
    for (const kind of ['connected', 'disconnected', 'interrupted'] as const)
      expect(chooseContextIcon(kind, true).id).toBe('warning');
    expect(chooseContextIcon('connected', false).id).toBe('server-environment');
    expect(chooseContextIcon('failed', true).id).toBe('error');
  });
});
