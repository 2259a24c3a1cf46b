#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faultvfs_state.h"

typedef struct {
  sqlite3_file base;
  faultvfs *owner;
  // SQLite keeps the text alive while the file is open; NULL for a temporary file.
  const char *path;
  // Whether the first sync makes the name durable too, as SQLite does for its logs.
  int syncs_folder;
  sqlite3_file *real;
} fault_file;

static fault_file *as_fault(sqlite3_file *file) { return (fault_file *)file; }

// Whether this operation is to fail, and the code it answers then.
static int refuse(faultvfs *vfs, uint32_t operation, int io_error, int full) {
  int code = SQLITE_OK;
  pthread_mutex_lock(&vfs->mutex);
  if (vfs->mask & operation) {
    int64_t index = vfs->count++;
    if (!vfs->armed && index < FAULTVFS_KINDS) {
      vfs->kinds[index] = (unsigned char)__builtin_ctz(operation);
    }
    if (vfs->armed && (index == vfs->at || (vfs->persistent && index > vfs->at))) {
      code = vfs->kind == FAULTVFS_DISK_FULL ? full : io_error;
      vfs->system_error = vfs->kind == FAULTVFS_DISK_FULL ? ENOSPC : EIO;
      if (vfs->failed++ == 0) vfs->failed_operation = operation;
    }
  }
  pthread_mutex_unlock(&vfs->mutex);
  return code;
}

int faultvfs_refuses(faultvfs *vfs, uint32_t operation) { return refuse(vfs, operation, 1, 1); }

// Notes an operation on a file, when a recording runs.
static void note(fault_file *file, event_kind kind, sqlite3_int64 offset, const void *bytes,
                 int length) {
  faultvfs *vfs = file->owner;
  if (file->path == NULL) return;
  pthread_mutex_lock(&vfs->mutex);
  int number = faultvfs_file_number(vfs, file->path);
  if (number >= 0) {
    faultvfs_append(vfs, kind, number, offset, bytes, length);
    if (kind == EVENT_SYNC && file->syncs_folder) {
      faultvfs_append(vfs, EVENT_SYNC_FOLDER, -1, 0, NULL, 0);
    }
  }
  if (kind == EVENT_SYNC) file->syncs_folder = 0;
  pthread_mutex_unlock(&vfs->mutex);
}

// MARK: Files

static int fault_close(sqlite3_file *file) {
  fault_file *self = as_fault(file);
  int code = self->real->pMethods ? self->real->pMethods->xClose(self->real) : SQLITE_OK;
  pthread_mutex_lock(&self->owner->mutex);
  self->owner->open_files--;
  pthread_mutex_unlock(&self->owner->mutex);
  return code;
}

static int fault_read(sqlite3_file *file, void *bytes, int length, sqlite3_int64 offset) {
  fault_file *self = as_fault(file);
  int code = refuse(self->owner, FAULTVFS_READ, SQLITE_IOERR_READ, SQLITE_IOERR_READ);
  if (code != SQLITE_OK) return code;
  return self->real->pMethods->xRead(self->real, bytes, length, offset);
}

static int fault_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset) {
  fault_file *self = as_fault(file);
  faultvfs *vfs = self->owner;
  int refused = refuse(vfs, FAULTVFS_WRITE, SQLITE_IOERR_WRITE, SQLITE_FULL);
  // A write that fails may have come half-way.
  int reached = refused == SQLITE_OK ? length : (length / 2) & ~511;
  if (reached > 0) {
    int code = self->real->pMethods->xWrite(self->real, bytes, reached, offset);
    if (code != SQLITE_OK) return code;
    note(self, EVENT_WRITE, offset, bytes, reached);
  }
  return refused;
}

static int fault_truncate(sqlite3_file *file, sqlite3_int64 size) {
  fault_file *self = as_fault(file);
  int code = refuse(self->owner, FAULTVFS_TRUNCATE, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_TRUNCATE);
  if (code != SQLITE_OK) return code;
  code = self->real->pMethods->xTruncate(self->real, size);
  if (code == SQLITE_OK) note(self, EVENT_TRUNCATE, size, NULL, 0);
  return code;
}

static int fault_sync(sqlite3_file *file, int flags) {
  (void)flags;
  fault_file *self = as_fault(file);
  int code = refuse(self->owner, FAULTVFS_SYNC, SQLITE_IOERR_FSYNC, SQLITE_IOERR_FSYNC);
  if (code != SQLITE_OK) {
    note(self, EVENT_SYNC_FAILED, 0, NULL, 0);
    return code;
  }
  // The disk is simulated, so the real one need not be waited for.
  note(self, EVENT_SYNC, 0, NULL, 0);
  return SQLITE_OK;
}

static int fault_size(sqlite3_file *file, sqlite3_int64 *size) {
  fault_file *self = as_fault(file);
  int code = refuse(self->owner, FAULTVFS_SIZE, SQLITE_IOERR_FSTAT, SQLITE_IOERR_FSTAT);
  if (code != SQLITE_OK) return code;
  return self->real->pMethods->xFileSize(self->real, size);
}

static int fault_lock(sqlite3_file *file, int level) {
  fault_file *self = as_fault(file);
  int code = refuse(self->owner, FAULTVFS_LOCK, SQLITE_IOERR_LOCK, SQLITE_IOERR_LOCK);
  if (code != SQLITE_OK) return code;
  return self->real->pMethods->xLock(self->real, level);
}

static int fault_unlock(sqlite3_file *file, int level) {
  fault_file *self = as_fault(file);
  return self->real->pMethods->xUnlock(self->real, level);
}

static int fault_check_reserved(sqlite3_file *file, int *result) {
  fault_file *self = as_fault(file);
  return self->real->pMethods->xCheckReservedLock(self->real, result);
}

static int fault_control(sqlite3_file *file, int operation, void *argument) {
  fault_file *self = as_fault(file);
  return self->real->pMethods->xFileControl(self->real, operation, argument);
}

static int fault_sector_size(sqlite3_file *file) {
  fault_file *self = as_fault(file);
  return self->real->pMethods->xSectorSize(self->real);
}

static int fault_characteristics(sqlite3_file *file) {
  fault_file *self = as_fault(file);
  return self->real->pMethods->xDeviceCharacteristics(self->real);
}

static int fault_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory) {
  fault_file *self = as_fault(file);
  int code = refuse(self->owner, FAULTVFS_SHM_MAP, SQLITE_IOERR_SHMMAP, SQLITE_IOERR_SHMSIZE);
  if (code != SQLITE_OK) {
    *memory = NULL;
    return code;
  }
  return self->real->pMethods->xShmMap(self->real, page, size, extend, memory);
}

static int fault_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  fault_file *self = as_fault(file);
  // Giving a lock back cannot fail in a way that anybody is told of.
  if (flags & SQLITE_SHM_LOCK) {
    int code =
        refuse(self->owner, FAULTVFS_SHM_LOCK, SQLITE_IOERR_SHMLOCK, SQLITE_IOERR_SHMLOCK);
    if (code != SQLITE_OK) return code;
  }
  return self->real->pMethods->xShmLock(self->real, offset, count, flags);
}

static void fault_shm_barrier(sqlite3_file *file) {
  fault_file *self = as_fault(file);
  self->real->pMethods->xShmBarrier(self->real);
}

static int fault_shm_unmap(sqlite3_file *file, int delete) {
  fault_file *self = as_fault(file);
  return self->real->pMethods->xShmUnmap(self->real, delete);
}

static const sqlite3_io_methods fault_methods = {
    .iVersion = 2,
    .xClose = fault_close,
    .xRead = fault_read,
    .xWrite = fault_write,
    .xTruncate = fault_truncate,
    .xSync = fault_sync,
    .xFileSize = fault_size,
    .xLock = fault_lock,
    .xUnlock = fault_unlock,
    .xCheckReservedLock = fault_check_reserved,
    .xFileControl = fault_control,
    .xSectorSize = fault_sector_size,
    .xDeviceCharacteristics = fault_characteristics,
    .xShmMap = fault_shm_map,
    .xShmLock = fault_shm_lock,
    .xShmBarrier = fault_shm_barrier,
    .xShmUnmap = fault_shm_unmap,
};

// MARK: The VFS

static faultvfs *as_vfs(sqlite3_vfs *vfs) { return (faultvfs *)vfs->pAppData; }

static int vfs_open(sqlite3_vfs *base, const char *path, sqlite3_file *file, int flags,
                    int *out_flags) {
  faultvfs *vfs = as_vfs(base);
  fault_file *self = as_fault(file);
  file->pMethods = NULL;
  int full = flags & SQLITE_OPEN_CREATE ? SQLITE_CANTOPEN : SQLITE_OK;
  int code = refuse(vfs, FAULTVFS_OPEN, SQLITE_CANTOPEN, full);
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
  file->pMethods = &fault_methods;
  pthread_mutex_lock(&vfs->mutex);
  vfs->open_files++;
  pthread_mutex_unlock(&vfs->mutex);
  return code;
}

static int vfs_delete(sqlite3_vfs *base, const char *path, int sync_folder) {
  faultvfs *vfs = as_vfs(base);
  int code = refuse(vfs, FAULTVFS_DELETE, SQLITE_IOERR_DELETE, SQLITE_IOERR_DELETE);
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
  int code = refuse(vfs, FAULTVFS_ACCESS, SQLITE_IOERR_ACCESS, SQLITE_IOERR_ACCESS);
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
