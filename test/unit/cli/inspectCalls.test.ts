import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inspectCallLog } from '../../../src/cli/inspectCalls.js';

const fixture = (name: string): Buffer => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url));

it('tells strace logs, kernel traces and everything else apart by content', () => {
  expect(inspectCallLog(fixture('strace/strace-futex.idle.stderr'))?.format).toBe('strace');
  expect(inspectCallLog(fixture('strace/strace-c.idle.stderr'))?.format).toBe('strace');
  expect(inspectCallLog(gunzipSync(fixture('ktrace/kubelet-hot.txt.gz')))?.format).toBe('ktrace');
  expect(inspectCallLog(gunzipSync(fixture('profiles/cpu-idle-30s.pb.gz')))).toBeUndefined();
  expect(inspectCallLog(new TextEncoder().encode('main;syncLoop;futex 12\n'))).toBeUndefined();
  expect(inspectCallLog(new Uint8Array())).toBeUndefined();
});
