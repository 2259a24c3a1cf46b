#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <dirent.h>
#endif

#include <backoffice_sqlite.h>

#include "faultvfs_memory.h"
#include "include/faultvfs.h"

// Fails every allocation of a piece of work that runs once: at each, a child is forked, which fails
// it, does the rest of the work, and ends with a verdict, while the parent goes on without failures.

#define MOST_JOBS 16
// A child that takes longer hangs.
#define SECONDS_OF_A_CHILD 120

typedef struct {
  pid_t process;
  int64_t at;
  int persistent;
} job;

static int forking;
static int is_child;
static int64_t first, every, own_at;
static int own_persistent;
static int most;
static job jobs[MOST_JOBS];
static int running;
static faultvfs_fork_report report;

static void wait_for_one(void) {
  int status = 0;
  pid_t process = waitpid(-1, &status, 0);
  if (process < 0) abort();
  int index = 0;
  while (index < running && jobs[index].process != process) index++;
  if (index == running) return;
  job ended = jobs[index];
  jobs[index] = jobs[--running];
  report.failures[ended.persistent]++;
  if (WIFEXITED(status) && WEXITSTATUS(status) == FAULTVFS_CHILD_SUCCEEDED) return;
  if (WIFEXITED(status) && WEXITSTATUS(status) == FAULTVFS_CHILD_REFUSED) {
    report.errors++;
    return;
  }
  report.problems++;
  if (WIFEXITED(status) && WEXITSTATUS(status) == FAULTVFS_CHILD_COMPLAINED) return;
  report.crashes++;
  printf("problem: allocation %lld%s: the process ended by %s %d\n", (long long)ended.at,
         ended.persistent ? " on" : "", WIFSIGNALED(status) ? "signal" : "status",
         WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
  fflush(stdout);
}

// Forks; true in the child.
static int branch(int64_t index, int persistent) {
  while (running >= most) wait_for_one();
  fflush(stdout);
  pid_t process = fork();
  if (process < 0) abort();
  if (process > 0) {
    jobs[running++] = (job){process, index, persistent};
    return 0;
  }
  forking = 0;
  is_child = 1;
  // Its files live in the heap, of which it has a copy, so it may go on with them.
  backoffice_forks = 0;
  own_at = index;
  own_persistent = persistent;
  running = 0;
  alarm(SECONDS_OF_A_CHILD);
  faultvfs_memory_fail_now(persistent);
  return 1;
}

int faultvfs_fork_refuses(int64_t index) {
  if (!forking) return 0;
  // Between those that fail alone, where not all are tried.
  for (int persistent = 0; persistent < 2; persistent++) {
    int64_t start = persistent ? (first + every / 2) % every : first;
    if (index % every == start && branch(index, persistent)) return 1;
  }
  return 0;
}

int faultvfs_fork_child(void) {
  fflush(stdout);
  pid_t process = fork();
  if (process < 0) abort();
  if (process == 0) {
    alarm(SECONDS_OF_A_CHILD);
    return FAULTVFS_IN_CHILD;
  }
  int status = 0;
  if (waitpid(process, &status, 0) != process) abort();
  return WIFSIGNALED(status) ? WTERMSIG(status) : -1 - WEXITSTATUS(status);
}

int faultvfs_thread_count(void) {
  int count = 0;
#ifdef __linux__
  DIR *tasks = opendir("/proc/self/task");
  if (tasks == NULL) return -1;
  for (struct dirent *entry; (entry = readdir(tasks)) != NULL;) count += entry->d_name[0] != '.';
  closedir(tasks);
#endif
  return count;
}

static void share_verdicts(void);

void faultvfs_fork_allocations(int64_t every_nth, int64_t from, int at_once) {
  memset(&report, 0, sizeof report);
  every = every_nth > 0 ? every_nth : 1;
  first = from % every;
  most = at_once < 1 ? 1 : at_once > MOST_JOBS ? MOST_JOBS : at_once;
  share_verdicts();
  faultvfs_fail_allocations(-1, 0);
  forking = 1;
}

int faultvfs_is_child(int64_t *at, int *persistent) {
  *at = own_at;
  *persistent = own_persistent;
  return is_child;
}

void faultvfs_leave(int verdict) {
  fflush(stdout);
  _exit(verdict);
}

faultvfs_fork_report faultvfs_fork_end(void) {
  forking = 0;
  report.allocations = faultvfs_allocations();
  while (running > 0) wait_for_one();
  return report;
}

// MARK: What the children know of each other's files

#define VERDICTS (1 << 20)

typedef struct {
  _Atomic uint64_t digest;
  _Atomic int32_t value;
} verdict;

static verdict *verdicts;

// Before the first fork, or each child has its own.
static void share_verdicts(void) {
  if (verdicts != NULL) return;
  verdicts = mmap(NULL, VERDICTS * sizeof(verdict), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (verdicts == MAP_FAILED) abort();
}

static verdict *place(uint64_t digest) {
  share_verdicts();
  if (digest == 0) digest = 1;
  for (uint64_t step = 0; step < VERDICTS; step++) {
    verdict *candidate = &verdicts[(digest + step) % VERDICTS];
    uint64_t empty = 0;
    if (candidate->digest == digest ||
        atomic_compare_exchange_strong(&candidate->digest, &empty, digest) || empty == digest) {
      return candidate;
    }
  }
  fprintf(stderr, "faultvfs: too many different files\n");
  abort();
}

int faultvfs_verdict(uint64_t digest) { return place(digest)->value; }

void faultvfs_note_verdict(uint64_t digest, int value) { place(digest)->value = value; }

int64_t faultvfs_verdicts(void) {
  int64_t count = 0;
  for (int64_t index = 0; verdicts != NULL && index < VERDICTS; index++) {
    count += verdicts[index].value != 0;
  }
  return count;
}
