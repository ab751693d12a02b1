import { expect, it } from 'vitest';
import { memoryStatFix } from '../../../src/kernelfix/kernelFix.js';

it.each([
  ['3.10.0-957.el7.x86_64', 'not-fixed'],
  ['3.10.0-1160.119.1.el7.x86_64', 'not-fixed'],
  ['4.18.0-80.el8.x86_64', 'not-fixed'],
  ['4.18.0-147.el8.x86_64', 'not-fixed'],
  ['4.18.0-147.5.1.el8_1.x86_64', 'unknown'],
  ['4.18.0-176.el8.x86_64', 'fixed'],
  ['4.18.0-193.28.1.el8_2.x86_64', 'fixed'],
  ['4.18.0-553.el8_10.x86_64', 'fixed'],
  ['5.14.0-427.50.1.el9_4.x86_64', 'fixed'],
  ['4.4.227-1.el7.elrepo.x86_64', 'not-fixed'],
  ['5.4.278-1.el7.elrepo.x86_64', 'fixed'],
  ['4.14.203-156.332.amzn2.x86_64', 'not-fixed'],
  ['5.10.199-190.747.amzn2.x86_64', 'fixed'],
  ['6.1.66-91.160.amzn2023.x86_64', 'fixed'],
  ['5.4.0-1045-aws', 'fixed'],
  ['4.15.0-112-generic', 'not-fixed'],
  ['5.0.0-1032-azure', 'not-fixed'],
  ['5.3.0-51-generic', 'fixed'],
  ['4.19.0-21-amd64', 'not-fixed'],
  ['5.10.0-23-amd64', 'fixed'],
  ['4.19.0-21-cloud-amd64', 'not-fixed'],
  ['5.4.170+', 'fixed'],
  ['4.19.112+', 'not-fixed'],
  ['4.12.14-coreos', 'not-fixed'],
  ['5.10.84-flatcar', 'fixed'],
  ['5.1.21', 'not-fixed'],
  ['5.2.0', 'fixed'],
  ['5.2', 'fixed'],
  ['4.12.14-122.37-default', 'unknown'],
  ['5.14.21-150400.24.100-default', 'fixed'],
  ['5.4.17-2102.201.3.el7uek.x86_64', 'fixed'],
  ['4.14.35-1902.300.11.el7uek.x86_64', 'not-fixed'],
  ['4.19.189-5.ph3', 'not-fixed'],
  ['4.4.0-116-generic', 'not-fixed'],
  ['6.5.4-1.el7.elrepo.x86_64', 'fixed'],
  ['', 'unknown'],
  ['weird', 'unknown'],
] as const)('kernel %s is %s', (release, fix) => {
  expect(memoryStatFix(release).fix).toBe(fix);
});

it('says whose kernel it took it for', () => {
  expect(memoryStatFix('4.4.227-1.el7.elrepo.x86_64').family).toBe('ELRepo');
  expect(memoryStatFix('4.18.0-176.el8.x86_64').family).toBe('RHEL 8');
});
