/** What people write of their node. */
import { describe, expect, it } from 'vitest';
import { statedFactsReader } from '../../../../src/material/objects/statedFacts.js';
import { materialText } from '../../../support/materialText.js';

function factsOf(text: string): object {
  const facts = statedFactsReader.read(materialText(text)).facts ?? {};
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

describe('stated facts', () => {
  it('are read of the issue template', () => {
    expect(
      factsOf(`
**Environment**:
- Kubernetes version (use \`kubectl version\`): v1.18.8
- Cloud provider or hardware configuration: bare metal
- OS (e.g: \`cat /etc/os-release\`): CentOS 7.6
- Kernel (e.g. \`uname -a\`): 4.4.227-1.el7.elrepo.x86_64
- Container runtime: docker 18.09.9
- Cgroup driver: cgroupfs`),
    ).toEqual({
      kubeletVersion: 'v1.18.8',
      osImage: 'CentOS 7.6',
      kernelVersion: '4.4.227-1.el7.elrepo.x86_64',
      containerRuntimeVersion: 'docker://18.09.9',
      cgroupDriver: 'cgroupfs',
    });
  });

  it('are read of a table of versions', () => {
    expect(
      factsOf(`
| software | version |
|---|---|
| Kubernetes | v1.21.3 |
| **Kernel** | 4.4.230-1.el7.elrepo.x86_64 |
| systemd | 219 |
| cores | 16 |`),
    ).toEqual({
      kubeletVersion: 'v1.21.3',
      kernelVersion: '4.4.230-1.el7.elrepo.x86_64',
      systemdVersion: '219',
    });
  });

  it('are read of its other forms, and of what is left empty nothing', () => {
    expect(
      factsOf(`
**Kubernetes version** (use \`kubectl version\`): 1.6.2
- **OS** (e.g. from /etc/os-release):CoreOS 1353.7.0
- **Kernel** (e.g. \`uname -a\`):
- Docker version: 1.12.6
- Install tools: kubeadm`),
    ).toEqual({
      kubeletVersion: 'v1.6.2',
      osImage: 'CoreOS 1353.7.0',
      containerRuntimeVersion: 'docker://1.12.6',
    });
  });

  it('are read below the headings of issue forms', () => {
    expect(
      factsOf(`
### systemd version the issue has been seen with

255.4

### Used distribution

Ubuntu 24.04.2 LTS

### Linux kernel version used

6.8.0-36-generic

### Kubernetes version

<details>

\`\`\`console
$ kubectl version
v1.29.3
\`\`\`
</details>

### Container runtime (CRI) and version (if applicable)
containerd 1.7.2

### What happened?
It is slow.`),
    ).toEqual({
      systemdVersion: '255',
      osImage: 'Ubuntu 24.04.2 LTS',
      kernelVersion: '6.8.0-36-generic',
      kubeletVersion: 'v1.29.3',
      containerRuntimeVersion: 'containerd://1.7.2',
    });
  });

  it("are the server's of kubectl version, never the client's", () => {
    const text = `
Client Version: version.Info{Major:"1", Minor:"19", GitVersion:"v1.19.7", GoVersion:"go1.15.5", Platform:"darwin/amd64"}
Server Version: version.Info{Major:"1", Minor:"18+", GitVersion:"v1.18.8-aliyun.1", GitCommit:"27f24d2", GoVersion:"go1.13.15", Platform:"linux/amd64"}`;
    expect(factsOf(text)).toEqual({ kubeletVersion: 'v1.18.8-aliyun.1', goVersion: 'go1.13.15' });
    expect(factsOf('Client Version: v1.30.1\nKustomize Version: v5.0.4\nServer Version: v1.27.4')).toEqual({
      kubeletVersion: 'v1.27.4',
    });
    expect(factsOf('Client Version: v1.30.1')).toEqual({});
  });

  it.each([
    [
      'We run Kubernetes v1.19.3 on CentOS 7.6, kernel 4.4.227-1.el7.elrepo.x86_64.',
      { kubeletVersion: 'v1.19.3', osImage: 'CentOS 7.6', kernelVersion: '4.4.227-1.el7.elrepo.x86_64' },
    ],
    [
      'EKS 1.23 with containerd 1.5.8 and runc 1.1.3',
      { kubeletVersion: 'v1.23', containerRuntimeVersion: 'containerd://1.5.8', runcVersion: '1.1.3' },
    ],
    [
      'Ubuntu 20.04, systemd 245, cgroup v2',
      { osImage: 'Ubuntu 20.04', systemdVersion: '245', cgroupVersion: 2 },
    ],
    ['- Kubernetes version: Client Version: v1.15.0\nServer Version: v1.17.4', { kubeletVersion: 'v1.17.4' }],
    [
      '### Kubernetes version\n```console\n$ kubectl version\nClient Version: version.Info{Major:"1", GitVersion:"v1.22.12"}\nServer Version: version.Info{Major:"1", GitVersion:"v1.23.8", GoVersion:"go1.17.11"}\n```',
      { kubeletVersion: 'v1.23.8', goVersion: 'go1.17.11' },
    ],
    [
      'We tried kernel 5.15.0-105-generic, same. The nodes run 5.4.0-150-generic.',
      { kernelVersion: '5.4.0-150-generic' },
    ],
    ['It is fixed in kernel 4.15.0-66-generic and in kernel 5.0.0-31-generic', {}],
    [
      'Linux version 5.10.0-26-amd64 (x@y) (gcc-10 (Debian 10.2.1-6) 10.2.1, GNU ld)',
      {
        kernelVersion: '5.10.0-26-amd64',
      },
    ],
    ['SLES 15 SP5', { osImage: 'SLES 15 SP5' }],
    ['# time cat /sys/fs/cgroup/memory/memory.stat >/dev/null', { cgroupVersion: 1 }],
    ['fail-cgroupv1 true', {}],
    ['cgroup-driver cgroupfs', {}],
    ['cgroups: memory 0 57 1', {}],
    ['Is this cgroup v1 or v2?', {}],
    ['- OS: PRETTY_NAME="Debian GNU/Linux 11"', { osImage: 'Debian GNU/Linux 11' }],
    ['This was fixed in kernel 5.2.', {}],
    ['Please upgrade to Kubernetes 1.20', {}],
    ['It needs kernel 4.19 or later.', {}],
    ['After updating to containerd 1.6.4 it is gone', {}],
    ['10.96.0.1:443 and nginx 1.19.3', {}],
  ] as const)('%j', (text, facts) => {
    expect(factsOf(text)).toEqual(facts);
  });
});
