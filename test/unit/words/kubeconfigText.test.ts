import { describe, expect, it } from 'vitest';
import { missingKubeconfigText, namedByText } from '../../../src/words/kubeconfigText.js';
import { english } from './english.js';

describe('missingKubeconfigText', () => {
  it('names the path, and the setting as what is wrong', () => {
    const { label, tooltip } = missingKubeconfigText('/home/a/kube', 'setting', english);
    expect(label).toBe('There is no /home/a/kube: the setting "nodeTriage.kubeconfig" names it');
    expect(tooltip).toContain('correct the setting, or empty it');
    expect(namedByText('setting', english)).toBe('The setting "nodeTriage.kubeconfig" is what is wrong');
  });

  it('names KUBECONFIG where that is it', () => {
    const { label, tooltip } = missingKubeconfigText('/home/a/kube', 'environment', english);
    expect(label).toBe('There is no /home/a/kube: KUBECONFIG names it');
    expect(tooltip).not.toContain('setting');
    expect(namedByText('environment', english)).toBe('KUBECONFIG is what is wrong');
  });
});
