/**
 * Where a kernel function is defined, by kernel version: a table, nothing that reads it.
 *
 * A file's name, then its functions: `name from..until line line line line`. `from` and `until` are the first and the
 * last version (`X.Y`, or `X.Y.Z` within a stable series) that has the function in that file; an open end means "as far
 * as we looked". A gap between two rows of a function is a move whose release was not looked up: no file is named
 * there. The four lines are those of {@link KERNEL_LINE_VERSIONS}, `-` where the function was not seen.
 *
 * Origin: function definitions found in the sources of Debian's linux-source 5.10.223, 6.1.176, 6.12.107 and 7.2.13,
 * whose patches may move a line by a few. The releases between those four come from the history of the moves (futex
 * split in 5.16, memcontrol-v1.c in 6.11, shrinker.c in 6.7, kernel/cgroup/ in 4.11, rstat.c in 4.18, the common
 * memory.stat formatter in 6.5). How to extend it: docs/sources.md.
 */

export const KERNEL_LINE_VERSIONS = ['5.10.223', '6.1.176', '6.12.107', '7.2.13'] as const;

export const KERNEL_SYMBOL_TABLE = `
arch/x86/entry/common.c
  do_syscall_64 4.6..6.12 39 69 71 -
arch/x86/entry/entry_64.S
  entry_SYSCALL_64_after_hwframe 4.2.. - - - -
arch/x86/entry/syscall_64.c
  do_syscall_64 7.2.. - - - 90
  x64_sys_call .. - 27 30 38
fs/dcache.c
  __d_lookup .. 2365 2462 2293 2589
  __d_lookup_rcu .. 2240 2353 2184 2471
  d_alloc .. 1791 1852 1714 1986
  d_alloc_parallel .. 2540 2640 2471 2762
  __d_alloc .. 1708 1768 1630 1903
  dput .. 864 899 845 1035
  shrink_dentry_list .. 1122 1182 1068 1279
  prune_dcache_sb .. 1220 1280 1161 1367
  shrink_dcache_sb .. 1259 1319 1200 1406
fs/drop_caches.c
  drop_caches_sysctl_handler .. 49 50 51 51
  drop_pagecache_sb .. 17 18 19 19
fs/eventpoll.c
  ep_poll .. 1845 1746 2161 2255
  do_epoll_wait .. 2329 2217 2642 2805
  ep_send_events .. 1786 1597 2058 2128
fs/inode.c
  iput .. 1709 1846 1889 2027
  evict .. 556 682 700 799
fs/kernfs/dir.c
  kernfs_iop_lookup 3.14.. 1098 1164 1189 1248
  kernfs_dop_revalidate 3.14.. 559 1097 1112 1171
  kernfs_fop_readdir 3.14.. 1688 1821 1843 1970
fs/kernfs/file.c
  kernfs_seq_show 3.14.. 162 217 217 210
  kernfs_fop_read_iter 5.10.. 238 294 294 287
  kernfs_fop_read 3.14..5.9 - - - -
  kernfs_fop_open 3.14.. 597 659 610 603
  kernfs_get_open_node 3.14.. 523 581 532 525
fs/kernfs/inode.c
  kernfs_iop_permission 3.14.. 275 277 274 275
fs/namei.c
  do_filp_open ..6.12 3444 3810 4019 -
  path_openat .. 3405 3771 3980 4871
  link_path_walk .. 2113 2251 2356 2607
  lookup_fast .. 1465 1622 1669 1843
  walk_component .. 1849 1989 2049 2294
fs/namespace.c
  m_start .. 1286 1360 1590 1554
  m_next .. 1305 1379 1603 1567
fs/notify/fsnotify.c
  fsnotify .. 481 502 525 495
fs/notify/inotify/inotify_fsnotify.c
  inotify_handle_inode_event .. 59 59 59 59
fs/notify/inotify/inotify_user.c
  inotify_update_watch .. 626 640 639 626
  inotify_read .. 237 250 249 249
fs/open.c
  do_sys_openat2 .. 1211 1304 1405 1359
  do_sys_open .. 1240 1333 1433 1371
fs/proc/array.c
  do_task_stat .. 433 457 467 466
fs/proc/base.c
  proc_pid_readdir .. 3457 3562 3555 3557
  next_tgid .. 3431 3536 3529 3528
  proc_pid_lookup .. 3388 3493 3486 3474
fs/proc/fd.c
  proc_readfd_common .. 217 241 244 243
fs/proc/task_mmu.c
  show_smap .. 828 849 1155 1456
  clear_refs_write .. 1220 1244 1553 1855
fs/proc_namespace.c
  show_mountinfo .. 132 135 135 135
  mounts_open_common .. 239 242 238 234
fs/read_write.c
  vfs_read .. 476 450 549 554
  ksys_read .. 623 602 701 705
fs/readdir.c
  iterate_dir .. 40 40 85 87
fs/seq_file.c
  seq_read .. 151 151 151 152
  seq_read_iter .. 171 171 171 172
fs/stat.c
  vfs_statx .. 174 217 300 341
fs/super.c
  super_cache_scan .. 61 60 177 180
include/linux/entry-common.h
  syscall_exit_to_user_mode 7.2.. - - - 316
include/linux/memcontrol.h
  memcg_page_state 4.16..5.12 685 - - -
  memcg_page_state_local 5.2..5.12 699 - - -
  lruvec_page_state_local 5.2..6.1 776 1008 - -
  mod_memcg_state ..6.12 717 963 966 -
  count_memcg_events ..6.12 868 1058 1014 -
kernel/auditsc.c
  audit_log_exit .. 1525 1674 1678 1652
kernel/cgroup.c
  css_next_descendant_pre ..4.10 - - - -
  cgroup_seqfile_show ..4.10 - - - -
  cpu_stat_show ..4.10 - - - -
  cgroup_procs_show ..4.10 - - - -
  cgroup_mkdir ..4.10 - - - -
  cgroup_rmdir ..4.10 - - - -
  cgroup_destroy_locked ..4.10 - - - -
  css_killed_work_fn ..4.10 - - - -
  css_release_work_fn ..4.10 - - - -
  css_free_rwork_fn ..4.10 - - - -
  cgroup_file_notify ..4.10 - - - -
  proc_cgroupstats_show ..4.10 - - - -
  pidlist_array_load ..4.10 - - - -
  cgroup_pidlist_start ..4.10 - - - -
kernel/cgroup/cgroup-v1.c
  proc_cgroupstats_show 4.11.. 668 667 673 677
  pidlist_array_load 4.11.. 327 326 332 336
  cgroup_pidlist_start 4.11.. 388 387 393 397
kernel/cgroup/cgroup.c
  css_next_descendant_pre 4.11.. 4312 4627 4694 4850
  cgroup_seqfile_show 4.11.. 3874 4156 4246 4392
  cpu_stat_show 4.11.. 3620 3751 3831 3947
  cgroup_procs_show 4.11.. 4776 5091 5165 5332
  cgroup_mkdir 4.11.. 5459 5751 5852 6041
  cgroup_rmdir 4.11.. 5689 5982 6097 6322
  cgroup_destroy_locked 4.11.. 5617 5909 6024 6244
  css_killed_work_fn 4.11.. 5521 5813 5910 6099
  css_release_work_fn 4.11.. 5116 5420 5500 5670
  css_free_rwork_fn 4.11.. 5066 5371 5449 5619
  cgroup_file_notify 4.11.. 4207 4502 4568 4712
kernel/cgroup/rstat.c
  cgroup_rstat_flush 4.18..6.12 191 234 347 -
  cgroup_rstat_flush_locked 4.18..6.12 141 174 303 -
  cgroup_rstat_flush_irqsafe 4.18..6.12 206 249 - -
  cgroup_rstat_flush_hold 4.18..6.12 224 267 365 -
  cgroup_rstat_updated 4.18..6.12 25 29 85 -
  cgroup_rstat_cpu_pop_updated 4.18..6.12 83 91 - -
  cgroup_rstat_updated_list 4.18..6.12 - - 203 -
  css_rstat_flush 7.2.. - - - 409
  css_rstat_updated 7.2.. - - - 129
  css_rstat_updated_list 7.2.. - - - 290
  cgroup_base_stat_cputime_show 4.18.. 427 487 610 722
  cgroup_base_stat_flush 4.18.. 312 359 460 572
kernel/cgroup/stat.c
  cgroup_rstat_flush 4.15..4.17 - - - -
  cgroup_rstat_flush_locked 4.15..4.17 - - - -
  cgroup_rstat_flush_irqsafe 4.15..4.17 - - - -
  cgroup_rstat_flush_hold 4.15..4.17 - - - -
  cgroup_rstat_updated 4.15..4.17 - - - -
  cgroup_rstat_cpu_pop_updated 4.15..4.17 - - - -
  cgroup_rstat_updated_list 4.15..4.17 - - - -
  cgroup_base_stat_cputime_show 4.15..4.17 - - - -
  cgroup_base_stat_flush 4.15..4.17 - - - -
kernel/entry/common.c
  syscall_exit_to_user_mode 5.8..6.12 269 300 215 -
kernel/exit.c
  do_exit .. 762 808 883 907
kernel/fork.c
  copy_process .. 1870 2096 2163 2000
kernel/futex.c
  do_futex ..5.9 - - - -
  do_futex 5.11..5.15 - - - -
  futex_wait ..5.9 - - - -
  futex_wait 5.11..5.15 - - - -
  futex_wake ..5.9 - - - -
  futex_wake 5.11..5.15 - - - -
  futex_wait_setup ..5.9 - - - -
  futex_wait_setup 5.11..5.15 - - - -
  futex_wait_queue_me ..5.9 - - - -
  futex_wait_queue_me 5.11..5.15 - - - -
  hash_futex ..5.9 - - - -
  hash_futex 5.11..5.15 - - - -
kernel/futex/core.c
  do_futex 5.10.223..5.10 3723 - - -
  futex_wait 5.10.223..5.10 2694 - - -
  futex_wake 5.10.223..5.10 1600 - - -
  futex_wait_setup 5.10.223..5.10 2639 - - -
  futex_hash 5.16.. - 115 117 269
  futex_q_lock 5.16.. - 523 527 835
  futex_wait_queue_me 5.10.223..5.10 2590 - - -
  hash_futex 5.10.223..5.10 361 - - -
kernel/futex/syscalls.c
  do_futex 5.16.. - 113 112 108
kernel/futex/waitwake.c
  futex_wait 5.16.. - 632 688 741
  __futex_wait 6.12.. - - 647 701
  futex_wake 5.16.. - 143 155 178
  futex_wait_setup 5.16.. - 577 592 622
  futex_wait_queue 5.16..6.12 - 328 343 -
  futex_do_wait 7.2.. - - - 370
kernel/locking/mutex.c
  mutex_spin_on_owner .. 560 352 352 385
  __mutex_lock .. 1106 744 756 817
kernel/locking/osq_lock.c
  osq_lock .. 90 90 93 93
kernel/locking/qspinlock.c
  queued_spin_lock_slowpath 4.2.. 315 316 313 130
kernel/locking/rwsem.c
  rwsem_down_write_slowpath .. 1136 1115 1105 1139
kernel/sched/cpuacct.c
  cpuacct_stats_show .. 260 260 260 262
  cpuacct_percpu_seq_show .. 234 234 234 236
  __cpuacct_percpu_seq_show .. 209 209 209 211
kernel/sched/fair.c
  throttle_cfs_rq .. 4950 5310 5969 7070
  unthrottle_cfs_rq .. 5019 5397 6073 7135
  sched_cfs_period_timer .. 5394 5768 6579 7571
  update_blocked_averages ..6.1 8253 8821 - -
kernel/sched/psi.c
  psi_show 4.20.. 1010 1243 1247 1251
kernel/seccomp.c
  __seccomp_filter .. 927 1189 1244 1259
kernel/signal.c
  ptrace_stop .. 2112 2212 2242 2437
  ptrace_notify .. 2262 2354 2407 2602
kernel/time/hrtimer.c
  hrtimer_nanosleep .. 1982 2131 2133 2446
  do_nanosleep .. 1934 2083 2085 2399
  schedule_hrtimeout_range_clock ..6.12 2172 2320 2320 -
kernel/time/sleep_timeout.c
  schedule_hrtimeout_range_clock 7.2.. - - - 189
mm/list_lru.c
  memcg_reparent_list_lrus 5.18.. - 430 436 526
  memcg_drain_all_list_lrus 4.0..5.17 570 - - -
  list_lru_add .. 115 119 89 223
mm/madvise.c
  do_madvise .. 1066 1396 1422 1992
mm/memcontrol-v1.c
  memcg1_stat_format 6.11.. - - 2761 1936
  mem_cgroup_nr_lru_pages 6.11.. - - 2653 1812
  memcg_numa_stat_show 6.11.. - - 2671 1830
  mem_cgroup_usage 7.2.. - - - 429
  mem_cgroup_read_u64 6.11.. - - 2443 1615
  mem_cgroup_oom_control_read 6.11.. - - 2859 2036
  mem_cgroup_force_empty 6.11.. - - 2391 1539
  mem_cgroup_force_empty_write 6.11.. - - 2413 1561
  __mem_cgroup_threshold 6.11.. - - 1408 451
mm/memcontrol.c
  memcg_stat_show ..6.4 4080 4073 - -
  memory_stat_show .. 6445 6535 4201 4931
  memory_stat_format .. 1552 1545 1483 1751
  memcg_stat_format 6.5.. - - 1432 1693
  memcg1_stat_format 6.5..6.10 - - - -
  tree_stat ..4.18 - - - -
  accumulate_memcg_tree 4.19..5.1 - - - -
  mem_cgroup_read_stat ..4.12 - - - -
  mem_cgroup_read_events ..4.12 - - - -
  mem_cgroup_nr_lru_pages ..6.10 3984 3971 - -
  memcg_numa_stat_show ..6.10 4002 3989 - -
  memcg_page_state 5.13.. - 723 637 757
  memcg_page_state_local 5.13.. - 749 691 886
  lruvec_page_state_local 6.12.. - - 392 505
  mem_cgroup_iter .. 1138 1077 988 1213
  mem_cgroup_usage ..6.12 3571 3655 3055 -
  mem_cgroup_read_u64 ..6.10 3597 3682 - -
  mem_cgroup_oom_control_read ..6.10 4517 4505 - -
  mem_cgroup_css_alloc .. 5351 5350 3569 4170
  mem_cgroup_css_online .. 5415 5392 3619 4224
  mem_cgroup_css_offline .. 5435 5422 3663 4301
  mem_cgroup_css_released .. 5463 5451 3684 4328
  mem_cgroup_css_free .. 5470 5458 3692 4336
  memcg_offline_kmem .. 3729 3750 3103 3714
  memcg_reparent_objcgs .. 318 320 191 271
  drain_all_stock .. 2336 2325 1839 2276
  try_charge_memcg .. - 2630 2169 2595
  obj_cgroup_charge .. 3230 3353 2893 3498
  mod_memcg_state 7.2.. - - - 871
  __mod_memcg_lruvec_state .. 809 763 707 912
  count_memcg_events 7.2.. - - - 1028
  mem_cgroup_force_empty ..6.10 3495 3603 - -
  mem_cgroup_force_empty_write ..6.10 3524 3625 - -
  __mem_cgroup_threshold ..6.10 4192 4180 - -
  mem_cgroup_flush_stats 5.15.. - 640 608 729
  __mem_cgroup_flush_stats 5.15.. - 627 - 704
  do_flush_stats 6.2..6.12 - - 591 -
  flush_memcg_stats_dwork 5.15.. - 652 627 747
  mem_cgroup_css_rstat_flush 5.13.. - 5509 3748 4503
mm/mmap.c
  exit_mmap .. 3182 3224 1916 1273
mm/percpu.c
  pcpu_alloc ..6.9 1676 1722 - -
  pcpu_alloc_noprof 6.10.. - - 1743 1736
  pcpu_alloc_area .. 1167 1212 1216 1216
  pcpu_balance_workfn .. 2063 2232 2198 2196
  free_percpu .. 2080 2268 2234 2232
mm/shrinker.c
  shrink_slab 6.7.. - - 623 626
  do_shrink_slab 6.7.. - - 380 378
  shrink_slab_memcg 6.7.. - - 478 478
mm/slab.c
  cache_reap ..6.7 3950 3837 - -
mm/vmscan.c
  shrink_slab ..6.6 650 986 - -
  do_shrink_slab ..6.6 417 787 - -
  shrink_slab_memcg ..6.6 548 885 - -
  drop_slab .. 716 1053 427 414
  drop_slab_node .. 698 1034 414 401
  shrink_node .. 2674 6159 5980 6137
  shrink_lruvec .. 2434 5912 5713 5867
  balance_pgdat .. 3552 7028 6877 7055
  kswapd .. 3872 7350 7210 7390
  try_to_free_pages .. 3243 6679 6523 6667
  try_to_free_mem_cgroup_pages .. 3328 6764 6608 6753
net/ipv4/netfilter/ip_tables.c
  __do_replace .. 1037 1036 1034 1034
  get_counters .. 740 741 739 739
net/netfilter/nf_conntrack_netlink.c
  ctnetlink_dump_table .. 1119 1178 1187 1213
net/netfilter/nf_tables_core.c
  nft_do_chain .. 202 228 253 250
net/netfilter/x_tables.c
  xt_replace_table .. 1349 1407 1408 1539
net/netlink/af_netlink.c
  netlink_dump .. 2209 2170 2253 2282
`;
