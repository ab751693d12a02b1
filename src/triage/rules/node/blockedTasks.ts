/**
 * Tasks that sleep where no signal wakes them, and what for: hung tasks of the kernel log with the functions below them,
 * processes in state D. A disk, a network file system and locks of the kernel look alike in `ps`; the functions tell.
 */
import type { LogLine, NodeEvidence, Place, ProcessRow } from '../../../material/model.js';
import type { Reading } from '../../reading.js';

export type BlockedOn = 'disk' | 'network-files' | 'other' | 'unknown';

/** `INFO: task jbd2/sda4-8:363 blocked for more than 121 seconds.` (kernel/hung_task.c) */
export interface HungTask {
  readonly task: string;
  readonly seconds: number;
  readonly on: BlockedOn;
  /** The function that told. */
  readonly frame: string | undefined;
  readonly at: Place;
}

const HUNG = /\btask (\S{1,64}):(\d{1,10}) blocked for more than (\d{1,7}) seconds/u;
/** `? jbd2_log_wait_commit+0x9d/0x140 [jbd2]`: the offset is how a kernel prints a function. */
const FRAME = /([A-Za-z_][\w.]{1,100})\+0x[0-9a-f]{1,6}\/0x[0-9a-f]{1,6}/u;
/** A stack of the kernel has at most some 60 lines with its registers. */
const LINES_OF_STACK = 70;
const MOST_TASKS = 1_000;

const DISK_FUNCTION =
  /^_{0,3}(?:jbd2_|ext[34]_|xfs_|xlog_|btrfs_|f2fs_|blk_|bio_|submit_bio|io_schedule|rq_qos|wbt_|nvme_|scsi_|sd_|dm_|rbd_|md_|raid\d|bdev_|blkdev_|wait_on_buffer|wait_on_page|folio_wait|wait_transaction_locked|do_get_write_access|balance_dirty|get_request|sync_buffer|sync_inodes|writeback_|bdi_|ovl_sync|sleep_on_(?:buffer|page|shadow)|do_blockdev|dio_|iomap_)/u;
const NETWORK_FUNCTION = /^_{0,3}(?:nfs\d?_|rpc_|fuse_|request_wait_answer|cifs_|ceph_|lustre_|ll_|gfs2_)/u;
/** Of tasks whose whole work is a disk's: told where no stack was posted. */
const DISK_TASK = /^(?:jbd2\/|xfsaild|xfs-|xfs_|dmcrypt|md\d|kworker\/\S*(?:flush|writeback|dm-|xfs))/u;
/** Where nearly every stack passes: they say nothing. */
const PLUMBING =
  /^_{0,3}(?:schedule|context_switch|do_syscall|entry_SYSCALL|system_call|ret_from_fork|kthread|worker_thread|process_one_work|rwsem_|down_|mutex_|wait_for_completion|bit_wait|out_of_line|prepare_to_wait|finish_wait|autoremove_wake|x64_sys|arm64_sys|el0|invoke_syscall|switch_to|call_rwsem)/u;

export function hungTasks(evidence: NodeEvidence): readonly HungTask[] {
  const tasks: HungTask[] = [];
  for (const [index, line] of evidence.log.entries()) {
    if (tasks.length >= MOST_TASKS) break;
    const match = HUNG.exec(line.text);
    if (match !== null) tasks.push(hungTask(match, line.at, framesBelow(evidence.log, index)));
  }
  // node-problem-detector hands them on as Events and as a condition: the line, and no stack.
  for (const { message = '', at } of [
    ...evidence.events,
    ...evidence.conditions.filter(({ isBad }) => isBad),
  ]) {
    const match = HUNG.exec(message);
    if (match !== null && tasks.length < MOST_TASKS) tasks.push(hungTask(match, at, []));
  }
  return tasks;
}

function hungTask(
  [, name = '', pid = '', seconds = '']: RegExpExecArray,
  at: Place,
  frames: readonly string[],
): HungTask {
  const frame = frames.find(one => DISK_FUNCTION.test(one) || NETWORK_FUNCTION.test(one));
  const task = `${name}:${pid}`;
  return { task, seconds: Number(seconds), on: blockedOn(name, frame, frames), frame, at };
}

function blockedOn(task: string, frame: string | undefined, frames: readonly string[]): BlockedOn {
  // A network file system waits in functions of pages, too: where it is on the stack at all, it is what waits.
  if (frames.some(one => NETWORK_FUNCTION.test(one))) return 'network-files';
  if (frame !== undefined || DISK_TASK.test(task)) return 'disk';
  return frames.some(one => !PLUMBING.test(one)) ? 'other' : 'unknown';
}

function framesBelow(log: readonly LogLine[], index: number): readonly string[] {
  const frames: string[] = [];
  const file = log[index]?.at.file;
  for (const line of log.slice(index + 1, index + 1 + LINES_OF_STACK)) {
    if (line.at.file !== file || HUNG.test(line.text)) break;
    const name = FRAME.exec(line.text)?.[1];
    if (name !== undefined) frames.push(name);
  }
  return frames;
}

/** What a process in state D sleeps in (`wchan`). */
export function waitsFor({ waitsIn, command }: ProcessRow): BlockedOn {
  // `ps aux` has no wchan: what a thread of the kernel waits for its name tells.
  if (waitsIn === undefined || waitsIn === '-' || waitsIn === '0')
    return DISK_TASK.test(command.replace(/^\[/u, '')) ? 'disk' : 'unknown';
  if (NETWORK_FUNCTION.test(waitsIn)) return 'network-files';
  // A semaphore in a disk's queue: below it lies the file system's own lock, held over I/O.
  return DISK_FUNCTION.test(waitsIn) || DISK_LOCK.test(waitsIn) ? 'disk' : 'other';
}

const DISK_LOCK =
  /^(?:rwsem_down_write_slowpath|wait_on_|io_wait|lock_page|lock_buffer|wait_for_stable_page)/u;

export function uninterruptible({ processes }: NodeEvidence): readonly ProcessRow[] {
  return processes.filter(({ state }) => state?.startsWith('D') === true);
}

/** The longest that one and the same task was told of: the kernel repeats it each two minutes. */
export function longestHung(tasks: readonly HungTask[]): HungTask | undefined {
  return [...tasks].sort((a, b) => b.seconds - a.seconds)[0];
}

/** `nfs: server 10.0.0.9 not responding, still trying`, not followed by its `OK`. */
export function silentNfsServers(
  reading: Reading,
): readonly { readonly server: string; readonly at: Place }[] {
  const said = reading.said(NFS, 'kernel');
  const servers = new Map<string, { readonly server: string; readonly at: Place; readonly isOk: boolean }>();
  for (const { match, at } of said) {
    const server = (match[1] ?? '').slice(0, 253);
    if (servers.size < MOST_TASKS || servers.has(server))
      servers.set(server, { server, at, isOk: match[2] === 'OK' });
  }
  return [...servers.values()].filter(({ isOk }) => !isOk);
}

const NFS = /\bnfs4?: server (\S{1,253}) (OK|not responding)/u;
