#include <sqlite3.h>
#include <stdatomic.h>
#include <stddef.h>

#include "faultvfs_memory.h"
#include "include/faultvfs.h"

// SQLite's allocator with failures. SQLite takes one for the whole process, before anything else is
// asked of it, so this is for a program of its own.

static sqlite3_mem_methods real;
static atomic_llong count;
static atomic_llong failing_from = -1;
static atomic_llong failing_until = -1;
static atomic_llong failed;

static int refuses(void) {
  long long index = atomic_fetch_add(&count, 1);
  if (faultvfs_fork_refuses(index)) return 1;
  long long from = atomic_load(&failing_from);
  if (from < 0 || index < from || index > atomic_load(&failing_until)) return 0;
  atomic_fetch_add(&failed, 1);
  return 1;
}

static void *fault_malloc(int size) { return refuses() ? NULL : real.xMalloc(size); }

static void *fault_realloc(void *bytes, int size) {
  return refuses() ? NULL : real.xRealloc(bytes, size);
}

int faultvfs_install_allocator(void) {
  int code = sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
  if (code != SQLITE_OK) return code;
  // A lock that a forking thread holds would have no owner in the child process.
  code = sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  if (code != SQLITE_OK) return code;
  sqlite3_mem_methods methods = real;
  methods.xMalloc = fault_malloc;
  methods.xRealloc = fault_realloc;
  return sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

void faultvfs_fail_allocations(int64_t at, int persistent) {
  atomic_store(&failing_from, -1);
  atomic_store(&count, 0);
  atomic_store(&failed, 0);
  atomic_store(&failing_until, persistent ? INT64_MAX : at);
  atomic_store(&failing_from, at);
}

void faultvfs_memory_fail_now(int persistent) {
  // One has failed already, without having been looked up.
  atomic_store(&failing_until, persistent ? INT64_MAX : -1);
  atomic_store(&failing_from, persistent ? 0 : -1);
  atomic_store(&failed, 1);
}

int64_t faultvfs_allocations(void) { return atomic_load(&count); }

int64_t faultvfs_failed_allocations(void) { return atomic_load(&failed); }

int64_t faultvfs_memory_used(void) { return sqlite3_memory_used(); }
