/** Flags of a kubelet. */
import { describe, expect, it } from 'vitest';
import { kubeletFlagsReader } from '../../../../src/material/objects/kubeletSettings.js';
import { materialText } from '../../../support/materialText.js';

function settingsOf(text: string): object {
  const settings = kubeletFlagsReader.read(materialText(text)).settings ?? [];
  return Object.fromEntries(settings.map(({ name, value }) => [name, value]));
}

describe('flags of a kubelet', () => {
  it('are read of ps, of a unit over several lines, of an environment file', () => {
    expect(
      settingsOf(
        'root 801 98.0 1.2 /usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --kube-api-qps=20 --max-pods 500 --fail-swap-on=false -v=4',
      ),
    ).toEqual({
      config: '/var/lib/kubelet/config.yaml',
      kubeAPIQPS: '20',
      maxPods: '500',
      failSwapOn: 'false',
    });
    expect(
      settingsOf(
        'ExecStart=/usr/local/bin/kubelet \\\n  --cgroup-driver=systemd \\\n  --housekeeping-interval=30s\n  --not-of-it=1',
      ),
    ).toEqual({ cgroupDriver: 'systemd', housekeepingInterval: '30s' });
    expect(settingsOf('KUBELET_EXTRA_ARGS="--image-gc-high-threshold=70 --cpu-cfs-quota=false"')).toEqual({
      imageGCHighThresholdPercent: '70',
      cpuCFSQuota: 'false',
    });
  });

  it('that are listed count without a config file alone', () => {
    const flag = (name: string, value: string) =>
      `I1127 06:51:40.123456    1234 flags.go:33] FLAG: --${name}="${value}"`;
    expect(settingsOf(`${flag('config', '')}\n${flag('kube-api-qps', '5')}`)).toMatchObject({
      kubeAPIQPS: '5',
    });
    expect(settingsOf(`${flag('config', '/etc/k.yaml')}\n${flag('kube-api-qps', '5')}`)).toEqual({});
    expect(settingsOf('kubelet flagz\nWarning: x\n\nmax-pods 110\nconfig /etc/k.yaml')).toEqual({});
  });

  it('are none of other commands', () => {
    expect(
      settingsOf(
        'ps aux | grep kubelet --color\njournalctl -u kubelet --since -10min\nsystemctl restart kubelet\n/usr/bin/kube-proxy --config=/x\nkubelet is slow -- very',
      ),
    ).toEqual({});
  });
});
