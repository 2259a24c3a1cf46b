#ifndef FAULTVFS_FILE_H
#define FAULTVFS_FILE_H

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

extern const sqlite3_io_methods faultvfs_methods;

// Whether this operation is to fail, and the code it answers then.
int faultvfs_refuse(faultvfs *vfs, uint32_t operation, int io_error, int full);

#endif
