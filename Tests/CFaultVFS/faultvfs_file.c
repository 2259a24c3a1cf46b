#include "faultvfs_file.h"

// The methods of a file: each asks whether it is to fail, hands on to the system's, and notes what it
// changed.

static fault_file *as_fault(sqlite3_file *file) { return (fault_file *)file; }

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
  int code = faultvfs_refuse(self->owner, FAULTVFS_READ, SQLITE_IOERR_READ, SQLITE_IOERR_READ);
  if (code != SQLITE_OK) return code;
  return self->real->pMethods->xRead(self->real, bytes, length, offset);
}

static int fault_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset) {
  fault_file *self = as_fault(file);
  faultvfs *vfs = self->owner;
  int refused = faultvfs_refuse(vfs, FAULTVFS_WRITE, SQLITE_IOERR_WRITE, SQLITE_FULL);
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
  int code = faultvfs_refuse(self->owner, FAULTVFS_TRUNCATE, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_TRUNCATE);
  if (code != SQLITE_OK) return code;
  code = self->real->pMethods->xTruncate(self->real, size);
  if (code == SQLITE_OK) note(self, EVENT_TRUNCATE, size, NULL, 0);
  return code;
}

static int fault_sync(sqlite3_file *file, int flags) {
  (void)flags;
  fault_file *self = as_fault(file);
  int code = faultvfs_refuse(self->owner, FAULTVFS_SYNC, SQLITE_IOERR_FSYNC, SQLITE_IOERR_FSYNC);
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
  int code = faultvfs_refuse(self->owner, FAULTVFS_SIZE, SQLITE_IOERR_FSTAT, SQLITE_IOERR_FSTAT);
  if (code != SQLITE_OK) return code;
  return self->real->pMethods->xFileSize(self->real, size);
}

static int fault_lock(sqlite3_file *file, int level) {
  fault_file *self = as_fault(file);
  int code = faultvfs_refuse(self->owner, FAULTVFS_LOCK, SQLITE_IOERR_LOCK, SQLITE_IOERR_LOCK);
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
  int code = faultvfs_refuse(self->owner, FAULTVFS_SHM_MAP, SQLITE_IOERR_SHMMAP, SQLITE_IOERR_SHMSIZE);
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
        faultvfs_refuse(self->owner, FAULTVFS_SHM_LOCK, SQLITE_IOERR_SHMLOCK, SQLITE_IOERR_SHMLOCK);
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

const sqlite3_io_methods faultvfs_methods = {
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
