/*
 * Makes the kubelets' memory.stat reads slow for a while: hotCgroups PARENT SECONDS COUNT
 *
 * cgroup v1. Creates COUNT memory cgroups below PARENT, charges one page of a memfd to each and removes them: the page
 * keeps the dead cgroup alive. Then maps and unmaps the pages, so that the dead cgroups' statistics change, which is
 * what a read has to collect; dead cgroups that rest cost nothing (measured on Linux 6.18: 40,000 of them 0.19 ms a
 * read, 35 to 240 ms while they change). Prints "hot" when it begins. However it ends, the kernel frees the memfd and
 * with it the dead cgroups: nothing is left but PARENT, which the caller made.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Moves this process into a memory cgroup. */
static void enter(const char *cgroup) {
  char file[4096];
  snprintf(file, sizeof file, "%s/cgroup.procs", cgroup);
  FILE *procs = fopen(file, "w");
  if (!procs || fprintf(procs, "0") < 0 || fclose(procs)) fail(file);
}

int main(int argc, char **argv) {
  if (argc != 4) return fprintf(stderr, "usage: hotCgroups PARENT SECONDS COUNT\n"), 2;
  const char *parent = argv[1];
  const double seconds = atof(argv[2]);
  const long count = atol(argv[3]);
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const int memory = memfd_create("hot", 0);
  if (memory < 0 || ftruncate(memory, (off_t)(page * (size_t)count))) fail("memfd");

  char group[4096];
  for (long i = 0; i < count; i++) {
    snprintf(group, sizeof group, "%s/dead%ld", parent, i);
    if (mkdir(group, 0755)) fail(group);
    enter(group);
    /* The first touch of a page decides which cgroup it is charged to. */
    if (pwrite(memory, "x", 1, (off_t)(page * (size_t)i)) != 1) fail("charge");
    enter(parent);
    if (rmdir(group)) fail(group);
  }
  puts("hot");
  fflush(stdout);

  for (const double end = now() + seconds; now() < end;)
    for (long i = 0; i < count; i++) {
      char *at = mmap(NULL, page, PROT_READ, MAP_SHARED, memory, (off_t)(page * (size_t)i));
      if (at == MAP_FAILED) fail("mmap");
      (void)*(volatile char *)at;
      munmap(at, page);
    }
  return 0;
}
