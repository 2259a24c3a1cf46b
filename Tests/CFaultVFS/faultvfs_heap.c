#include "faultvfs_heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/faultvfs.h"

// A VFS whose files live in the heap of one process with one thread, so that a fork() has a copy of
// its own of everything. Locks are real: connections of the process conflict as they would on disk.

#define HEAP_FILES 16

static heap_file files[HEAP_FILES];
static sqlite3_vfs *real;

// MARK: Files by name

static heap_file *find(const char *name) {
  for (int index = 0; index < HEAP_FILES; index++) {
    if (files[index].name != NULL && strcmp(files[index].name, name) == 0) return &files[index];
  }
  return NULL;
}

static heap_file *make(const char *name) {
  for (int index = 0; index < HEAP_FILES; index++) {
    heap_file *file = &files[index];
    if (file->in_use) continue;
    memset(file, 0, sizeof *file);
    file->in_use = 1;
    if (name != NULL && (file->name = strdup(name)) == NULL) abort();
    return file;
  }
  fprintf(stderr, "faultvfs: more than %d files in the heap\n", HEAP_FILES);
  abort();
}

void faultvfs_heap_forget_memory(heap_file *file) {
  for (int index = 0; index < HEAP_SHM_REGIONS; index++) {
    free(file->regions[index]);
    file->regions[index] = NULL;
  }
}

void faultvfs_heap_unname(heap_file *file) {
  free(file->name);
  file->name = NULL;
  if (file->handles > 0) return;
  faultvfs_heap_forget_memory(file);
  free(file->bytes);
  memset(file, 0, sizeof *file);
}

void faultvfs_heap_resize(heap_file *file, sqlite3_int64 size) {
  if (size > file->capacity) {
    sqlite3_int64 capacity = size + size / 2 + 65536;
    unsigned char *bytes = realloc(file->bytes, (size_t)capacity);
    if (bytes == NULL) abort();
    file->bytes = bytes;
    file->capacity = capacity;
  }
  if (size > file->size) memset(file->bytes + file->size, 0, (size_t)(size - file->size));
  file->size = size;
}

// MARK: The VFS

static int vfs_open(sqlite3_vfs *base, const char *path, sqlite3_file *result, int flags,
                    int *out_flags) {
  (void)base;
  heap_handle *self = (heap_handle *)result;
  memset(self, 0, sizeof *self);
  heap_file *file = path == NULL ? NULL : find(path);
  if (file != NULL && (flags & SQLITE_OPEN_EXCLUSIVE)) return SQLITE_CANTOPEN;
  if (file == NULL) {
    if (!(flags & SQLITE_OPEN_CREATE)) return SQLITE_CANTOPEN;
    file = make(path);
  }
  file->handles++;
  self->file = file;
  self->delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  self->base.pMethods = &faultvfs_heap_methods;
  if (out_flags != NULL) *out_flags = flags;
  return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *base, const char *path, int sync_folder) {
  (void)base, (void)sync_folder;
  heap_file *file = find(path);
  if (file == NULL) return SQLITE_IOERR_DELETE_NOENT;
  faultvfs_heap_unname(file);
  return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *base, const char *path, int flags, int *result) {
  (void)base, (void)flags;
  *result = find(path) != NULL;
  return SQLITE_OK;
}

static int vfs_full_path(sqlite3_vfs *base, const char *path, int size, char *result) {
  (void)base;
  return snprintf(result, (size_t)size, "%s", path) < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int vfs_randomness(sqlite3_vfs *base, int size, char *result) {
  (void)base;
  // The same logs on every run: what they hold is compared byte by byte.
  memset(result, 42, (size_t)size);
  return size;
}

static int vfs_sleep(sqlite3_vfs *base, int microseconds) {
  (void)base;
  return real->xSleep(real, microseconds);
}

static int vfs_current_time(sqlite3_vfs *base, double *result) {
  (void)base;
  return real->xCurrentTime(real, result);
}

static int vfs_current_time64(sqlite3_vfs *base, sqlite3_int64 *result) {
  (void)base;
  return real->xCurrentTimeInt64(real, result);
}

static int vfs_last_error(sqlite3_vfs *base, int size, char *result) {
  (void)base, (void)size, (void)result;
  return 0;
}

static sqlite3_vfs heap_vfs = {
    .iVersion = 2,
    .szOsFile = sizeof(heap_handle),
    .mxPathname = 1024,
    .zName = "heap",
    .xOpen = vfs_open,
    .xDelete = vfs_delete,
    .xAccess = vfs_access,
    .xFullPathname = vfs_full_path,
    .xRandomness = vfs_randomness,
    .xSleep = vfs_sleep,
    .xCurrentTime = vfs_current_time,
    .xGetLastError = vfs_last_error,
    .xCurrentTimeInt64 = vfs_current_time64,
};

int faultvfs_heap_register(void) {
  int code = sqlite3_initialize();
  if (code != SQLITE_OK) return code;
  real = sqlite3_vfs_find(NULL);
  // The one without a name, so that it applies when no name is given.
  return sqlite3_vfs_register(&heap_vfs, 1);
}

// MARK: Contents

void faultvfs_heap_clear(void) {
  for (int index = 0; index < HEAP_FILES; index++) {
    if (files[index].name != NULL) faultvfs_heap_unname(&files[index]);
  }
}

void faultvfs_heap_put(const char *name, const void *bytes, int64_t size) {
  heap_file *file = find(name);
  if (file == NULL) file = make(name);
  file->size = 0;
  faultvfs_heap_resize(file, size);
  if (size > 0) memcpy(file->bytes, bytes, (size_t)size);
}

const void *faultvfs_heap_bytes(const char *name, int64_t *size) {
  heap_file *file = find(name);
  *size = file == NULL ? -1 : file->size;
  return file == NULL ? NULL : file->bytes;
}

int faultvfs_heap_rename(const char *from, const char *to) {
  heap_file *file = find(from);
  if (file == NULL) return -1;
  heap_file *old = find(to);
  if (old != NULL) faultvfs_heap_unname(old);
  free(file->name);
  file->name = strdup(to);
  return 0;
}

int faultvfs_heap_remove(const char *name) {
  heap_file *file = find(name);
  if (file == NULL) return -1;
  faultvfs_heap_unname(file);
  return 0;
}

void faultvfs_heap_remove_ending(const char *end) {
  size_t tail = strlen(end);
  for (int index = 0; index < HEAP_FILES; index++) {
    const char *name = files[index].name;
    if (name == NULL || strlen(name) < tail) continue;
    if (strcmp(name + strlen(name) - tail, end) == 0) faultvfs_heap_unname(&files[index]);
  }
}

static uint64_t mixed(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9fb21c651e98df25u;
  return hash ^ (hash >> 29);
}

static uint64_t digest(const heap_file *file, uint64_t seed) {
  uint64_t hash = mixed(seed, (uint64_t)file->size);
  for (const char *byte = file->name; *byte; byte++) hash = mixed(hash, (unsigned char)*byte);
  // Four at once, since each step waits for the one before.
  uint64_t lanes[4] = {hash, hash + 1, hash + 2, hash + 3}, words[4];
  sqlite3_int64 at = 0;
  for (; at + (sqlite3_int64)sizeof words <= file->size; at += sizeof words) {
    memcpy(words, file->bytes + at, sizeof words);
    for (int lane = 0; lane < 4; lane++) lanes[lane] = mixed(lanes[lane], words[lane]);
  }
  for (int lane = 0; lane < 4; lane++) hash = mixed(hash, lanes[lane]);
  for (; at < file->size; at++) hash = mixed(hash, file->bytes[at]);
  return hash;
}

uint64_t faultvfs_heap_digest(uint64_t seed) {
  // A sum, so that the places of the files do not count.
  uint64_t sum = 0;
  for (int index = 0; index < HEAP_FILES; index++) {
    if (files[index].name != NULL) sum += digest(&files[index], seed);
  }
  return sum;
}
