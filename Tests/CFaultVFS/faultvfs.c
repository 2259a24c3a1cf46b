#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faultvfs_file.h"
#include "faultvfs_state.h"

// MARK: Faults

int faultvfs_refuse(faultvfs *vfs, uint32_t operation, int io_error, int full) {
  int code = SQLITE_OK;
  pthread_mutex_lock(&vfs->mutex);
  if (vfs->mask & operation) {
    int64_t index = vfs->count++;
    if (!vfs->armed && index < FAULTVFS_KINDS) {
      vfs->kinds[index] = (unsigned char)__builtin_ctz(operation);
    }
    if (vfs->armed && (index == vfs->at || (vfs->persistent && index > vfs->at))) {
      if (vfs->kind == FAULTVFS_KILL) raise(SIGKILL);
      code = vfs->kind == FAULTVFS_DISK_FULL ? full : io_error;
      vfs->system_error = vfs->kind == FAULTVFS_DISK_FULL ? ENOSPC : EIO;
      if (vfs->failed++ == 0) vfs->failed_operation = operation;
    }
  }
  pthread_mutex_unlock(&vfs->mutex);
  return code;
}

int faultvfs_refuses(faultvfs *vfs, uint32_t operation) { return faultvfs_refuse(vfs, operation, 1, 1); }

// MARK: The VFS

static faultvfs *as_vfs(sqlite3_vfs *vfs) { return (faultvfs *)vfs->pAppData; }

static int vfs_open(sqlite3_vfs *base, const char *path, sqlite3_file *file, int flags,
                    int *out_flags) {
  faultvfs *vfs = as_vfs(base);
  fault_file *self = (fault_file *)file;
  file->pMethods = NULL;
  int full = flags & SQLITE_OPEN_CREATE ? SQLITE_CANTOPEN : SQLITE_OK;
  int code = faultvfs_refuse(vfs, FAULTVFS_OPEN, SQLITE_CANTOPEN, full);
  if (code != SQLITE_OK) return code;
  int log = flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL);
  self->owner = vfs;
  self->path = path;
  self->syncs_folder = log && (flags & SQLITE_OPEN_CREATE);
  self->real = (sqlite3_file *)(self + 1);
  self->real->pMethods = NULL;
  code = vfs->real->xOpen(vfs->real, path, self->real, flags, out_flags);
  // Also after a failure: SQLite closes what has methods.
  if (code != SQLITE_OK && self->real->pMethods == NULL) return code;
  file->pMethods = &faultvfs_methods;
  pthread_mutex_lock(&vfs->mutex);
  vfs->open_files++;
  pthread_mutex_unlock(&vfs->mutex);
  return code;
}

static int vfs_delete(sqlite3_vfs *base, const char *path, int sync_folder) {
  faultvfs *vfs = as_vfs(base);
  int code = faultvfs_refuse(vfs, FAULTVFS_DELETE, SQLITE_IOERR_DELETE, SQLITE_IOERR_DELETE);
  if (code != SQLITE_OK) return code;
  code = vfs->real->xDelete(vfs->real, path, 0);
  if (code != SQLITE_OK) return code;
  pthread_mutex_lock(&vfs->mutex);
  int number = faultvfs_file_number(vfs, path);
  if (number >= 0) {
    faultvfs_append(vfs, EVENT_DELETE, number, 0, NULL, 0);
    if (sync_folder) faultvfs_append(vfs, EVENT_SYNC_FOLDER, -1, 0, NULL, 0);
  }
  pthread_mutex_unlock(&vfs->mutex);
  return SQLITE_OK;
}

static int vfs_access(sqlite3_vfs *base, const char *path, int flags, int *result) {
  faultvfs *vfs = as_vfs(base);
  int code = faultvfs_refuse(vfs, FAULTVFS_ACCESS, SQLITE_IOERR_ACCESS, SQLITE_IOERR_ACCESS);
  if (code != SQLITE_OK) return code;
  return vfs->real->xAccess(vfs->real, path, flags, result);
}

static int vfs_full_path(sqlite3_vfs *base, const char *path, int size, char *result) {
  faultvfs *vfs = as_vfs(base);
  return vfs->real->xFullPathname(vfs->real, path, size, result);
}

static int vfs_randomness(sqlite3_vfs *base, int size, char *result) {
  faultvfs *vfs = as_vfs(base);
  return vfs->real->xRandomness(vfs->real, size, result);
}

static int vfs_sleep(sqlite3_vfs *base, int microseconds) {
  faultvfs *vfs = as_vfs(base);
  return vfs->real->xSleep(vfs->real, microseconds);
}

static int vfs_current_time(sqlite3_vfs *base, double *result) {
  faultvfs *vfs = as_vfs(base);
  return vfs->real->xCurrentTime(vfs->real, result);
}

static int vfs_last_error(sqlite3_vfs *base, int size, char *result) {
  faultvfs *vfs = as_vfs(base);
  pthread_mutex_lock(&vfs->mutex);
  int injected = vfs->system_error;
  pthread_mutex_unlock(&vfs->mutex);
  if (injected != 0) return injected;
  return vfs->real->xGetLastError ? vfs->real->xGetLastError(vfs->real, size, result) : 0;
}

static int vfs_current_time64(sqlite3_vfs *base, sqlite3_int64 *result) {
  faultvfs *vfs = as_vfs(base);
  return vfs->real->xCurrentTimeInt64(vfs->real, result);
}

// MARK: Life and control

faultvfs *faultvfs_create(void) {
  static atomic_uint numbers;
  if (sqlite3_initialize() != SQLITE_OK) return NULL;
  faultvfs *vfs = calloc(1, sizeof(faultvfs));
  if (vfs == NULL) return NULL;
  vfs->real = sqlite3_vfs_find(NULL);
  pthread_mutex_init(&vfs->mutex, NULL);
  snprintf(vfs->name, sizeof vfs->name, "fault-%u", atomic_fetch_add(&numbers, 1));
  vfs->base = (sqlite3_vfs){
      .iVersion = 2,
      .szOsFile = (int)sizeof(fault_file) + vfs->real->szOsFile,
      .mxPathname = vfs->real->mxPathname,
      .zName = vfs->name,
      .pAppData = vfs,
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
  if (sqlite3_vfs_register(&vfs->base, 0) != SQLITE_OK) {
    free(vfs);
    return NULL;
  }
  return vfs;
}

void faultvfs_destroy(faultvfs *vfs) {
  sqlite3_vfs_unregister(&vfs->base);
  faultvfs_free_recording(vfs);
  pthread_mutex_destroy(&vfs->mutex);
  free(vfs);
}

const char *faultvfs_name(faultvfs *vfs) { return vfs->name; }

static void start(faultvfs *vfs, uint32_t mask, int armed, int64_t at, int persistent, int kind) {
  pthread_mutex_lock(&vfs->mutex);
  vfs->mask = mask;
  vfs->count = 0;
  vfs->armed = armed;
  vfs->at = at;
  vfs->persistent = persistent;
  vfs->kind = kind;
  vfs->failed = 0;
  vfs->failed_operation = 0;
  vfs->system_error = 0;
  pthread_mutex_unlock(&vfs->mutex);
}

void faultvfs_reset(faultvfs *vfs, uint32_t mask) { start(vfs, mask, 0, 0, 0, 0); }

void faultvfs_arm(faultvfs *vfs, uint32_t mask, int64_t at, int persistent, int kind) {
  start(vfs, mask, 1, at, persistent, kind);
}

void faultvfs_disarm(faultvfs *vfs) {
  pthread_mutex_lock(&vfs->mutex);
  vfs->armed = 0;
  vfs->system_error = 0;
  pthread_mutex_unlock(&vfs->mutex);
}

int64_t faultvfs_count(faultvfs *vfs) {
  pthread_mutex_lock(&vfs->mutex);
  int64_t count = vfs->count;
  pthread_mutex_unlock(&vfs->mutex);
  return count;
}

int faultvfs_kind(faultvfs *vfs, int64_t at) {
  return at >= 0 && at < FAULTVFS_KINDS ? vfs->kinds[at] : 0;
}

int64_t faultvfs_failed(faultvfs *vfs) {
  pthread_mutex_lock(&vfs->mutex);
  int64_t failed = vfs->failed;
  pthread_mutex_unlock(&vfs->mutex);
  return failed;
}

uint32_t faultvfs_failed_operation(faultvfs *vfs) {
  pthread_mutex_lock(&vfs->mutex);
  uint32_t operation = vfs->failed_operation;
  pthread_mutex_unlock(&vfs->mutex);
  return operation;
}

int faultvfs_open_files(faultvfs *vfs) {
  pthread_mutex_lock(&vfs->mutex);
  int count = vfs->open_files;
  pthread_mutex_unlock(&vfs->mutex);
  return count;
}
