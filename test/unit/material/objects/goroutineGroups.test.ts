/** Goroutines of dumps, panics and posts. */
import { describe, expect, it } from 'vitest';
import { goroutineGroupsReader } from '../../../../src/material/objects/goroutineGroups.js';
import { materialText } from '../../../support/materialText.js';

const read = (text: string) => goroutineGroupsReader.read(materialText(text)).goroutines;

describe('goroutines', () => {
  it('are read one by one, equal ones as a group with the longest wait', () => {
    const one = (id: number, wait: string) => `
goroutine ${id} [chan send${wait}]:
k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).relist(0xc420a5e000)
\t/go/src/k8s.io/kubernetes/pkg/kubelet/pleg/generic.go:261 +0x1
k8s.io/kubernetes/pkg/util/wait.JitterUntil.func1(0xc4208)
\t/go/src/k8s.io/kubernetes/pkg/util/wait/wait.go:133 +0x54
created by k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).Start
\t/go/src/k8s.io/kubernetes/pkg/kubelet/pleg/generic.go:130 +0x88`;
    expect(
      read(`${one(211, ', 12 minutes')}\n${one(212, ', 90 minutes, locked to thread')}\nThat is all.`),
    ).toEqual([
      {
        at: { file: 'post.txt', line: 1 },
        count: 2,
        state: 'chan send',
        waitSeconds: 5400,
        frames: [
          'k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).relist',
          'k8s.io/kubernetes/pkg/util/wait.JitterUntil.func1',
        ],
      },
    ]);
  });

  it('go on behind a frame of cgo, which has no place', () => {
    const text = `
goroutine 22 [syscall, 67 minutes, locked to thread]:
github.com/docker/docker/pkg/devicemapper._Cfunc_dm_udev_wait(0xca0d4d2d0c)
    ??:0 +0x41
github.com/docker/docker/daemon.(*Daemon).ContainerStart(0xc8, 0x40)
    /go/src/github.com/docker/docker/daemon/start.go:70 +0x3b`;
    expect(read(text)).toMatchObject([
      {
        state: 'syscall',
        waitSeconds: 4020,
        frames: [
          'github.com/docker/docker/pkg/devicemapper._Cfunc_dm_udev_wait',
          'github.com/docker/docker/daemon.(*Daemon).ContainerStart',
        ],
      },
    ]);
  });

  it('are read of debug=1 where a grep took the count away', () => {
    const text = `
[root@m1 ~]# grep -C 3 relist stack.txt
#\t0xdcd0b4\tgoogle.golang.org/grpc.(*ClientConn).Invoke+0x114\tgoogle.golang.org/grpc/call.go:37
#\t0x1f79a6c\tk8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).relist+0xd4b\tpkg/kubelet/pleg/generic.go:241
--
#\t0x8e2a4e\tk8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).Start+0x5d\tpkg/kubelet/pleg/generic.go:130`;
    expect(read(text)).toMatchObject([
      {
        count: 1,
        state: undefined,
        frames: [
          'google.golang.org/grpc.(*ClientConn).Invoke',
          'k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).relist',
        ],
      },
      { count: 1, frames: ['k8s.io/kubernetes/pkg/kubelet/pleg.(*GenericPLEG).Start'] },
    ]);
  });

  it('are read of debug=1, tabs or blanks', () => {
    const text = `
goroutine profile: total 5137
5000 @ 0x49124a 0x41c96e 0x41c4b2 0x1aec6ae 0x4986e1
#\t0x1aec6ad\tgoogle.golang.org/grpc/internal/grpcsync.(*CallbackSerializer).run+0xed\tgoogle.golang.org/grpc@v1.81.1/x.go:88

137 @ 0x49124a 0x469317
#    0x4cb159    context.(*cancelCtx).propagateCancel.func2+0x99    context/context.go:524`;
    expect(read(text)).toMatchObject([
      {
        count: 5000,
        state: undefined,
        waitSeconds: undefined,
        frames: ['google.golang.org/grpc/internal/grpcsync.(*CallbackSerializer).run'],
      },
      { count: 137, frames: ['context.(*cancelCtx).propagateCancel.func2'] },
    ]);
  });

  it('are read of a panic within a quotation, generics and elisions', () => {
    const text = `
> panic: runtime error
> goroutine 1 gp=0xc0000061c0 m=0 mp=0x4e [semacquire]:
> sync.runtime_Semacquire(0xc000?)
> 	/usr/local/go/src/runtime/sema.go:62 +0x25
> k8s.io/utils/set.Set[...].Insert(...)
> ...additional frames elided...`;
    expect(read(text)).toMatchObject([
      { state: 'semacquire', frames: ['sync.runtime_Semacquire', 'k8s.io/utils/set.Set[...].Insert'] },
    ]);
  });

  it('are none of other tools and cut headers', () => {
    expect(
      read(
        'goroutine leak (seen twice)\ngoroutine 7 [sele\n12 @ here\nkubelet 1234 [001] 12.3: cycles:\n  ffffffff81 schedule (vmlinux)\n10s of 1.2s (50%)',
      ),
    ).toEqual([]);
  });
});
