/** Versions and sizes as commands of a node print them. */
import { describe, expect, it } from 'vitest';
import { versionFactsReader } from '../../../../src/material/objects/versionFacts.js';
import { materialText } from '../../../support/materialText.js';

const factsOf = (text: string) => versionFactsReader.read(materialText(text)).facts;

describe('versions that commands print', () => {
  it.each([
    ['Server Version: 4.10.3\nKubernetes Version: v1.23.3+e419edf', {}],
    [
      'rke2 version v1.26.5+rke2r1 (9f3eb0c)\ngo version go1.19.9 X:boringcrypto',
      { kubeletVersion: 'v1.26.5+rke2r1', goVersion: 'go1.19.9' },
    ],
    ['BOOT_IMAGE=/vmlinuz ro systemd.unified_cgroup_hierarchy=0 quiet', { cgroupVersion: 1 }],
    ['Set systemd.unified_cgroup_hierarchy=0 to go back', {}],
    [
      'Client: Docker Engine - Community\n Version:           20.10.1\n\nServer: Docker Engine - Community\n Engine:\n  Version:          19.03.9\n containerd:\n  Version:          1.3.4\n runc:\n  Version:          1.0.0-rc92',
      { containerRuntimeVersion: 'docker://19.03.9', runcVersion: '1.0.0-rc92' },
    ],
    ['Client:\n Version: 18.06.1-ce\n API version: 1.38', {}],
    [
      'kubelet statusz\n\nUp= 0 hr 12 min\nGo version= go1.26.1\nBinary version= 1.35.0\nEmulation version= 1.35',
      { goVersion: 'go1.26.1', kubeletVersion: 'v1.35.0' },
    ],
    [
      'Linux kube-m3 6.5.4-1.el7.elrepo.x86_64 #1 SMP PREEMPT_DYNAMIC Tue Sep 19 2023 x86_64 GNU/Linux',
      { kernelVersion: '6.5.4-1.el7.elrepo.x86_64', architecture: 'x86_64' },
    ],
    ['[root@n1 ~]# uname -r\n3.10.0-957.el7.x86_64', { kernelVersion: '3.10.0-957.el7.x86_64' }],
    ['Linux version 5.10.0-8-amd64 (debian@x) (gcc-10)', { kernelVersion: '5.10.0-8-amd64' }],
    [
      'Linux 5.4.0-77-generic (node-1) \t11/27/2026 \t_x86_64_\t(8 CPU)',
      { kernelVersion: '5.4.0-77-generic', architecture: 'x86_64', cpus: 8 },
    ],
    ['[1.0]       Not tainted 5.15.0-1053-azure #61-Ubuntu', { kernelVersion: '5.15.0-1053-azure' }],
    [
      '[1.0] CPU: 0 PID: 3 Comm: node Tainted: G         C    3.16.0-4-amd64 #1',
      { kernelVersion: '3.16.0-4-amd64' },
    ],
    ['PRETTY_NAME="CentOS Linux 7 (Core)"', { osImage: 'CentOS Linux 7 (Core)' }],
    ['CentOS Linux release 7.9.2009 (Core)', { osImage: 'CentOS Linux release 7.9.2009 (Core)' }],
    ['$ kubelet --version\nKubernetes v1.18.8', { kubeletVersion: 'v1.18.8' }],
    [
      'k3s version v1.21.7+k3s1 (ac705709)\ngo version go1.16.10',
      { kubeletVersion: 'v1.21.7+k3s1', goVersion: 'go1.16.10' },
    ],
    ['Docker version 18.09.9, build 039a7df9ba', { containerRuntimeVersion: 'docker://18.09.9' }],
    [
      ' Server Version: 19.03.12\n Cgroup Driver: systemd\n Cgroup Version: 1\n Kernel Version: 5.4.0-1\n Operating System: Ubuntu 20.04 LTS\n CPUs: 16\n Total Memory: 62.8GiB',
      {
        containerRuntimeVersion: 'docker://19.03.12',
        cgroupDriver: 'systemd',
        cgroupVersion: 1,
        kernelVersion: '5.4.0-1',
        osImage: 'Ubuntu 20.04 LTS',
        cpus: 16,
        memoryBytes: 67_430_986_547,
      },
    ],
    [
      'containerd github.com/containerd/containerd v1.6.22 8165feabfdfe38c65b599c4993d227328c231fca',
      { containerRuntimeVersion: 'containerd://1.6.22' },
    ],
    [
      'Version:  0.1.0\nRuntimeName:  cri-o\nRuntimeVersion:  1.24.1\nRuntimeApiVersion:  v1',
      { containerRuntimeVersion: 'cri-o://1.24.1' },
    ],
    ['runc version 1.0.0-rc93\ncommit: 12644e61', { runcVersion: '1.0.0-rc93' }],
    ['systemd 219\n+PAM +AUDIT', { systemdVersion: '219' }],
    ['systemd 245 (245.4-4ubuntu3.6)', { systemdVersion: '245' }],
    ['iptables v1.8.4 (nf_tables)', { iptablesVersion: 'v1.8.4 (nf_tables)' }],
    ['# stat -fc %T /sys/fs/cgroup/\ncgroup2fs', { cgroupVersion: 2 }],
    ['# stat -fc %T /sys/fs/cgroup/\ntmpfs', { cgroupVersion: 1 }],
    ['cgroup on /sys/fs/cgroup/memory type cgroup (rw,nosuid,memory)', { cgroupVersion: 1 }],
    ['cgroup2 on /sys/fs/cgroup/unified type cgroup2 (rw)', {}],
    [
      'top - 09:48:06 up 2 days, 13:36,  3 users,  load average: 44.29',
      { uptimeSeconds: 2 * 86_400 + 13 * 3600 + 36 * 60 },
    ],
    [' 06:51:40 up 5 min,  1 user', { uptimeSeconds: 300 }],
    ['$ nproc\n64', { cpus: 64 }],
    [
      'Architecture:        x86_64\nCPU(s):              48\nOn-line CPU(s) list: 0-47',
      { cpus: 48, architecture: 'x86_64' },
    ],
    ['Architecture: amd64', { architecture: 'amd64' }],
    ['Client Version: v1.28.0\nServer Version: v1.28.0\nClient Version: 19.03.5', {}],
    ['tmpfs            16G     0   16G   0% /sys/fs/cgroup\nLinux is 4.19 here', {}],
  ] as const)('%j', (text, facts) => {
    const found = Object.fromEntries(
      Object.entries(factsOf(text) ?? {}).filter(([, value]) => value !== undefined),
    );
    expect(found).toEqual(facts);
  });

  it('are the first of several', () => {
    expect(factsOf('Kubernetes v1.18.8\nKubernetes v1.19.0')).toMatchObject({ kubeletVersion: 'v1.18.8' });
  });
});
