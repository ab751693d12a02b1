/** Tables of containers, sandboxes and images. */
import { describe, expect, it } from 'vitest';
import { runtimeTablesReader } from '../../../../src/material/objects/runtimeTables.js';
import { materialText } from '../../../support/materialText.js';

const counts = (text: string) =>
  (runtimeTablesReader.read(materialText(text)).counted ?? []).map(({ thing, value }) => [thing, value]);

describe('containers and images', () => {
  it('are counted in crictl ps -a and crictl pods', () => {
    expect(
      counts(`
CONTAINER           IMAGE               CREATED             STATE               NAME                ATTEMPT             POD ID
89fec9b1cad4f       efdec82af25a7       About an hour ago   Running             web                 0                   99d779b9d65b9
4e53debaa3ddc       3cab8e1b9802cbe23a2703c2750ac4baa90b049b65e2a9e0a83e9e2c29f0724f   4 minutes ago       Exited              etcd    25      5c17fc84618de
5e53debaa3ddc       3cab8e1b9802c   5 days ago       Exited              job    0      6c17fc84618de

POD ID              CREATED              STATE               NAME          NAMESPACE           ATTEMPT             RUNTIME
925640f6e4242       4 seconds ago        Ready               nf-85xsv      default             0                   (default)
...
54be64a1f9f9c       7 minutes ago        NotReady            nf-g2jgh      default             0                   (default)`),
    ).toEqual([
      ['containers-running', 1],
      ['containers-exited', 2],
      ['pods', 1],
      ['sandboxes-exited', 1],
    ]);
  });

  it('are counted in docker ps -a, also without its header, and in images', () => {
    expect(
      counts(`
f3ddf5b6d7da  k8s.gcr.io/pause:3.1  "/pause"  3 hours ago   Up 3 hours             k8s_POD_web
a3ddf5b6d7da  busybox               "sh"      2 weeks ago   Exited (137) 5 days ago   k8s_job
REPOSITORY   TAG     IMAGE ID       CREATED      SIZE
busybox      1.31    1c35c4412082   5 days ago   1.22MB
<none>       <none>  2c35c4412082   5 days ago   1.22GB
IMAGE                         TAG       IMAGE ID            SIZE
docker.io/library/nginx       latest    4af177a024eb8       62.9MB`),
    ).toEqual([
      ['containers-running', 1],
      ['containers-exited', 1],
      ['images', 2],
      ['images', 1],
    ]);
  });

  it('are told by docker info and by wc -l', () => {
    expect(
      counts(`
Containers: 4213
 Running: 88
 Stopped: 4125
Images: 310
# crictl ps -a | grep Exited | wc -l
18500
# crictl images -q | wc -l
402
# ls | wc -l
7`),
    ).toEqual([
      ['containers-running', 88],
      ['containers-exited', 4125],
      ['images', 310],
      ['containers-exited', 18500],
      ['images', 402],
    ]);
  });

  it('have exited where they are counted and do not run', () => {
    expect(counts('$ crictl ps -a | wc -l\n5023\n$ crictl ps | wc -l\n23')).toEqual([
      ['containers-running', 23],
      ['containers-exited', 5000],
    ]);
    expect(counts('$ crictl ps -a | wc -l\n5023')).toEqual([]);
  });

  it('are none of commits, prose and cut rows', () => {
    expect(
      counts(
        '8165feabfdfe38c65b Fix a leak 3 days ago\n89fec9b1cad4f       efdec82af25a7       About an ho\n12',
      ),
    ).toEqual([]);
  });
});
