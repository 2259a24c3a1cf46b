#include <stdlib.h>
#include <string.h>

#include "faultvfs_heap.h"

// The methods of a file of the heap.

static heap_handle *as_handle(sqlite3_file *file) { return (heap_handle *)file; }

static int heap_close(sqlite3_file *base) {
  heap_handle *self = as_handle(base);
  heap_file *file = self->file;
  if (file->writer == self) file->writer = NULL;
  if (self->level >= SQLITE_LOCK_SHARED) file->readers--;
  file->handles--;
  if (file->handles == 0 && (file->name == NULL || self->delete_on_close)) faultvfs_heap_unname(file);
  return SQLITE_OK;
}

static int heap_read(sqlite3_file *base, void *bytes, int length, sqlite3_int64 offset) {
  heap_file *file = as_handle(base)->file;
  sqlite3_int64 there = file->size > offset ? file->size - offset : 0;
  int count = there < length ? (int)there : length;
  if (count > 0) memcpy(bytes, file->bytes + offset, (size_t)count);
  if (count == length) return SQLITE_OK;
  memset((char *)bytes + count, 0, (size_t)(length - count));
  return SQLITE_IOERR_SHORT_READ;
}

static int heap_write(sqlite3_file *base, const void *bytes, int length, sqlite3_int64 offset) {
  heap_file *file = as_handle(base)->file;
  if (offset + length > file->size) faultvfs_heap_resize(file, offset + length);
  memcpy(file->bytes + offset, bytes, (size_t)length);
  return SQLITE_OK;
}

static int heap_truncate(sqlite3_file *base, sqlite3_int64 size) {
  faultvfs_heap_resize(as_handle(base)->file, size);
  return SQLITE_OK;
}

static int heap_sync(sqlite3_file *base, int flags) {
  (void)base, (void)flags;
  return SQLITE_OK;
}

static int heap_size(sqlite3_file *base, sqlite3_int64 *size) {
  *size = as_handle(base)->file->size;
  return SQLITE_OK;
}

static int heap_lock(sqlite3_file *base, int level) {
  heap_handle *self = as_handle(base);
  heap_file *file = self->file;
  if (self->level >= level) return SQLITE_OK;
  int other = file->writer != NULL && file->writer != self;
  if (level == SQLITE_LOCK_SHARED) {
    if (other && file->writer->level >= SQLITE_LOCK_PENDING) return SQLITE_BUSY;
    file->readers++;
  } else {
    if (other) return SQLITE_BUSY;
    file->writer = self;
    if (level == SQLITE_LOCK_EXCLUSIVE && file->readers > 1) {
      self->level = SQLITE_LOCK_PENDING;
      return SQLITE_BUSY;
    }
  }
  self->level = level;
  return SQLITE_OK;
}

static int heap_unlock(sqlite3_file *base, int level) {
  heap_handle *self = as_handle(base);
  heap_file *file = self->file;
  if (self->level <= level) return SQLITE_OK;
  if (file->writer == self) file->writer = NULL;
  if (level == SQLITE_LOCK_NONE && self->level >= SQLITE_LOCK_SHARED) file->readers--;
  self->level = level;
  return SQLITE_OK;
}

static int heap_check_reserved(sqlite3_file *base, int *result) {
  *result = as_handle(base)->file->writer != NULL;
  return SQLITE_OK;
}

static int heap_control(sqlite3_file *base, int operation, void *argument) {
  (void)base, (void)operation, (void)argument;
  return SQLITE_NOTFOUND;
}

static int heap_sector_size(sqlite3_file *base) {
  (void)base;
  return 4096;
}

static int heap_characteristics(sqlite3_file *base) {
  (void)base;
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

// MARK: Shared memory

static int heap_shm_map(sqlite3_file *base, int page, int size, int extend,
                        void volatile **memory) {
  heap_handle *self = as_handle(base);
  heap_file *file = self->file;
  if (!self->maps_memory) {
    self->maps_memory = 1;
    file->region_handles++;
  }
  *memory = NULL;
  if (page >= HEAP_SHM_REGIONS) return SQLITE_IOERR_SHMSIZE;
  if (file->regions[page] == NULL && extend) {
    file->regions[page] = calloc(1, (size_t)size);
    if (file->regions[page] == NULL) abort();
  }
  *memory = file->regions[page];
  return SQLITE_OK;
}

static int heap_shm_lock(sqlite3_file *base, int offset, int count, int flags) {
  heap_handle *self = as_handle(base);
  heap_file *file = self->file;
  if (flags & SQLITE_SHM_LOCK) {
    for (int slot = offset; slot < offset + count; slot++) {
      heap_handle *holder = file->exclusive[slot];
      if (holder != NULL && holder != self) return SQLITE_BUSY;
      int mine = (self->shared_mask >> slot) & 1;
      if ((flags & SQLITE_SHM_EXCLUSIVE) && file->shared[slot] > mine) return SQLITE_BUSY;
    }
  }
  for (int slot = offset; slot < offset + count; slot++) {
    unsigned int bit = 1u << slot;
    if (flags & SQLITE_SHM_EXCLUSIVE) {
      file->exclusive[slot] = flags & SQLITE_SHM_LOCK ? self : NULL;
    } else if ((flags & SQLITE_SHM_LOCK) && !(self->shared_mask & bit)) {
      self->shared_mask |= bit;
      file->shared[slot]++;
    } else if ((flags & SQLITE_SHM_UNLOCK) && (self->shared_mask & bit)) {
      self->shared_mask &= ~bit;
      file->shared[slot]--;
    }
  }
  return SQLITE_OK;
}

static void heap_shm_barrier(sqlite3_file *base) { (void)base; }

static int heap_shm_unmap(sqlite3_file *base, int delete) {
  heap_handle *self = as_handle(base);
  heap_file *file = self->file;
  if (!self->maps_memory) return SQLITE_OK;
  self->maps_memory = 0;
  for (int slot = 0; slot < SQLITE_SHM_NLOCK; slot++) {
    if (file->exclusive[slot] == self) file->exclusive[slot] = NULL;
    if ((self->shared_mask >> slot) & 1) file->shared[slot]--;
  }
  self->shared_mask = 0;
  if (--file->region_handles == 0 && delete) faultvfs_heap_forget_memory(file);
  return SQLITE_OK;
}

const sqlite3_io_methods faultvfs_heap_methods = {
    .iVersion = 2,
    .xClose = heap_close,
    .xRead = heap_read,
    .xWrite = heap_write,
    .xTruncate = heap_truncate,
    .xSync = heap_sync,
    .xFileSize = heap_size,
    .xLock = heap_lock,
    .xUnlock = heap_unlock,
    .xCheckReservedLock = heap_check_reserved,
    .xFileControl = heap_control,
    .xSectorSize = heap_sector_size,
    .xDeviceCharacteristics = heap_characteristics,
    .xShmMap = heap_shm_map,
    .xShmLock = heap_shm_lock,
    .xShmBarrier = heap_shm_barrier,
    .xShmUnmap = heap_shm_unmap,
};
