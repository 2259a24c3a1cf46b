#ifndef FAULTVFS_STATE_H
#define FAULTVFS_STATE_H

#include <pthread.h>
#include <sqlite3.h>

#include "include/faultvfs.h"

// How many operations keep their kind.
#define FAULTVFS_KINDS 20000

// An operation of the recording.
typedef enum {
  EVENT_WRITE,
  EVENT_TRUNCATE,
  EVENT_SYNC,
  // What waited for it may never reach the disk, regardless of later syncs.
  EVENT_SYNC_FAILED,
  EVENT_DELETE,
  // The offset holds the number of the file whose name it takes.
  EVENT_RENAME,
  EVENT_SYNC_FOLDER,
  EVENT_ACKNOWLEDGE
} event_kind;

typedef struct {
  event_kind kind;
  int file;
  sqlite3_int64 offset;
  int length;
  unsigned char *bytes;
} event;

// A file of the recording: its name within the folder, and what it held at the start.
typedef struct {
  char *name;
  int existed;
  unsigned char *bytes;
  sqlite3_int64 size;
} recorded_file;

struct faultvfs {
  sqlite3_vfs base;
  sqlite3_vfs *real;
  char name[32];
  pthread_mutex_t mutex;

  uint32_t mask;
  int64_t count;
  int64_t at;
  int persistent;
  int kind;
  int armed;
  int64_t failed;
  uint32_t failed_operation;
  // What the system would have said of the last failure (errno).
  int system_error;
  int open_files;
  // The kind of each operation that was counted without failing any, as the number of its bit.
  unsigned char kinds[FAULTVFS_KINDS];

  int recording;
  char *folder;
  recorded_file *files;
  int file_count;
  event *events;
  int64_t event_count;
  int64_t event_capacity;
};

// The recorded number of a path, or -1 when it is outside the recorded folder.
int faultvfs_file_number(faultvfs *vfs, const char *path);
// Appends to the recording; the mutex must be held.
void faultvfs_append(faultvfs *vfs, event_kind kind, int file, sqlite3_int64 offset,
                     const void *bytes, int length);
void faultvfs_free_recording(faultvfs *vfs);
// The path of a name in a folder; freed by the caller.
char *faultvfs_joined(const char *folder, const char *name);
// Whether this operation is to fail.
int faultvfs_refuses(faultvfs *vfs, uint32_t operation);

#endif
