#ifndef FAULTVFS_HEAP_H
#define FAULTVFS_HEAP_H

#include <sqlite3.h>

#define HEAP_SHM_REGIONS 64

typedef struct heap_handle heap_handle;

typedef struct {
  // NULL for a file that lost its name and is still open.
  char *name;
  int in_use;
  int handles;
  unsigned char *bytes;
  sqlite3_int64 size;
  sqlite3_int64 capacity;
  // The database lock: how many hold SHARED, and who holds more.
  int readers;
  heap_handle *writer;
  // The shared memory, its locks, and how many handles use it.
  char *regions[HEAP_SHM_REGIONS];
  int region_handles;
  int shared[SQLITE_SHM_NLOCK];
  heap_handle *exclusive[SQLITE_SHM_NLOCK];
} heap_file;

struct heap_handle {
  sqlite3_file base;
  heap_file *file;
  int level;
  int delete_on_close;
  int maps_memory;
  unsigned int shared_mask;
};

extern const sqlite3_io_methods faultvfs_heap_methods;

void faultvfs_heap_resize(heap_file *file, sqlite3_int64 size);
// Takes the name away; what is open stays until it is closed.
void faultvfs_heap_unname(heap_file *file);
void faultvfs_heap_forget_memory(heap_file *file);

#endif
