/** Sentences about a runtime that does not answer. */
import { describe, expect, it } from 'vitest';
import { statedHang } from '../../../../src/material/logs/statedHangs.js';

describe('stated hangs', () => {
  it.each([
    ['The cmd `docker ps` has no response.', 'all'],
    ['When logging into the worker docker ps hangs.', 'all'],
    ['- crictl images hangs', 'all'],
    ['`crictl pods -o json` just times out after two seconds', 'all'],
    ['ctr -n k8s.io task list never returns', 'all'],
    ['NodeNotReady, and docker get stuck', 'all'],
    ['The docker daemon is unresponsive on these nodes', 'all'],
    ['containerd stopped responding at 3 am', 'all'],
    ['but docker inspect of the container would hang', 'one'],
    ['`docker inspect <container_id>` hangs', 'one'],
    ['docker exec also hangs', 'one'],
  ])('reads: %s', (line, what) => {
    expect(statedHang(line)).toBe(what);
  });

  it.each([
    '- crictl ps works fine',
    'If docker ps hangs, restart the daemon.',
    'Check whether `docker ps` hangs on the node',
    'docker ps does not hang',
    'docker version works while kubectl logs hangs',
    'docker ps takes 5 mins to return',
    'this can cause containerd to hang',
    'containerd-shim hangs',
    'a runc that hung',
    'docker images: 200, and then the web server timed out',
  ])('reads nothing in: %s', line => {
    expect(statedHang(line)).toBeUndefined();
  });
});
