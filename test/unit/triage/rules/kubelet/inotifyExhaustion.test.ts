import { describe, expect, it } from 'vitest';
import { readStrace } from '../../../../../src/evidence/readCalls.js';
import { inotifyExhaustion as rule } from '../../../../../src/triage/rules/kubelet/inotifyExhaustion.js';
import { counted, nodeEvent } from '../../../../support/evidencePieces.js';
import { HERE, judgeBy, logLines } from '../../../../support/nodeEvidence.js';

describe('inotify-exhaustion', () => {
  it.each([
    'Failed to start cAdvisor inotify_init: too many open files',
    'Error while processing event ("/sys/fs/cgroup/cpuset/kubepods/burstable/pod1a": 0x40000100 == IN_CREATE|IN_ISDIR): inotify_add_watch /sys/fs/cgroup/cpuset/kubepods/burstable/pod1a/77: no space left on device',
    'Failed to watch directory "/sys/fs/cgroup/pids/kubepods/pod3c": inotify_add_watch /sys/fs/cgroup/pids/kubepods/pod3c: no space left on device',
    '"Failed to start cAdvisor" err="inotify_init: too many open files"',
    'unable to create fsnotify watcher: too many open files',
    'failed to create fsnotify watcher: too many open files',
    'error creating file watcher: too many open files',
    'Failed to allocate directory watch: Too many open files',
    'tail: inotify resources exhausted',
    'tail: inotify cannot be used, reverting to polling: Too many open files',
    'Error: failed to create FS watcher: too many open files',
    'Error creating recommended watcher: Too many open files (os error 24)',
    "Couldn't initialize inotify: Too many open files",
    'failed to create fanotify or inotify instance: EMFILE',
  ])('is sure of the words of the error: %s', line => {
    expect(judgeBy(rule, { log: logLines(line) })).toMatchObject({
      outcome: 'found',
      confidence: 'high',
      isDecisive: true,
      rivals: [{ id: 'cgroup-count-ceiling', state: 'refuted' }, {}],
    });
  });

  it('hears Events', () => {
    const events = [nodeEvent('Failed', 'failed to create fsnotify watcher: too many open files', 40)];
    expect(judgeBy(rule, { events })).toMatchObject({ outcome: 'found', evidence: [{ value: 40 }] });
  });

  it.each([
    'mkdir /sys/fs/cgroup/memory/kubepods/burstable/pod9: no space left on device',
    'open /var/log/pods/shop_cart/0.log: too many open files',
    'accept tcp [::]:10250: accept4: too many open files',
    'write /var/lib/kubelet/pods/1/etc-hosts: no space left on device',
    'Failed to watch directory "/sys/fs/cgroup/x": inotify_add_watch /sys/fs/cgroup/x: no such file or directory',
  ])('takes other limits for other limits: %s', line => {
    expect(judgeBy(rule, { log: logLines(line) })).toMatchObject({ outcome: 'clear' });
  });

  it('is found in a trace of system calls', () => {
    const text = [
      '4021  10:02:11.100000 inotify_init1(IN_CLOEXEC) = -1 EMFILE (Too many open files) <0.000011>',
      '4021  10:02:11.200000 inotify_init1(IN_CLOEXEC) = -1 EMFILE (Too many open files) <0.000012>',
    ].join('\n');
    expect(judgeBy(rule, { calls: [{ ...readStrace(text), at: HERE }] })).toMatchObject({
      outcome: 'found',
      evidence: [{ value: 2 }],
    });
  });

  it('is found where instances are at their limit, with or without the limit itself', () => {
    expect(judgeBy(rule, { counted: [counted('inotify-instances', 127)] })).toMatchObject({
      outcome: 'found',
      confidence: 'medium',
    });
    const raised = [counted('inotify-instances', 127), counted('inotify-instances-limit', 8192)];
    expect(judgeBy(rule, { counted: raised })).toMatchObject({ outcome: 'clear' });
    expect(judgeBy(rule, { counted: [counted('inotify-instances', 700)] })).toMatchObject({
      outcome: 'clear',
    });
  });

  it('is not looked at without evidence', () => {
    expect(judgeBy(rule, { counted: [counted('mounts', 9)] })).toMatchObject({ outcome: 'skipped' });
  });
});
