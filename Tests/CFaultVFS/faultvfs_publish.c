#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faultvfs_state.h"

// What happens to a finished file outside SQLite, with the same faults and in the same recording.

// The recorded number of a path, whose folder may be named by a symbolic link; mutex held.
static int recorded_number(faultvfs *vfs, const char *path) {
  if (!vfs->recording) return -1;
  const char *slash = strrchr(path, '/');
  if (slash == NULL) return -1;
  char *folder = strndup(path, (size_t)(slash - path));
  char *real = folder == NULL ? NULL : realpath(folder, NULL);
  free(folder);
  if (real == NULL) return -1;
  size_t size = strlen(real) + strlen(slash) + 1;
  char *name = malloc(size);
  if (name == NULL) abort();
  snprintf(name, size, "%s%s", real, slash);
  int number = faultvfs_file_number(vfs, name);
  free(name);
  free(real);
  return number;
}

static void note(faultvfs *vfs, event_kind kind, const char *path) {
  pthread_mutex_lock(&vfs->mutex);
  int number = recorded_number(vfs, path);
  if (number >= 0) {
    faultvfs_append(vfs, kind, kind == EVENT_SYNC_FOLDER ? -1 : number, 0, NULL, 0);
  }
  pthread_mutex_unlock(&vfs->mutex);
}

int faultvfs_publish_sync(faultvfs *vfs, const char *path) {
  int refused = faultvfs_refuses(vfs, FAULTVFS_PUBLISH_SYNC);
  note(vfs, refused ? EVENT_SYNC_FAILED : EVENT_SYNC, path);
  return refused ? -1 : 0;
}

int faultvfs_publish_rename(faultvfs *vfs, const char *from, const char *to) {
  if (faultvfs_refuses(vfs, FAULTVFS_PUBLISH_RENAME)) return -1;
  if (rename(from, to) != 0) return -1;
  pthread_mutex_lock(&vfs->mutex);
  int source = recorded_number(vfs, from);
  int target = recorded_number(vfs, to);
  if (source >= 0 && target >= 0) faultvfs_append(vfs, EVENT_RENAME, source, target, NULL, 0);
  pthread_mutex_unlock(&vfs->mutex);
  return 0;
}

int faultvfs_publish_folder(faultvfs *vfs, const char *path) {
  if (faultvfs_refuses(vfs, FAULTVFS_PUBLISH_FOLDER)) return -1;
  note(vfs, EVENT_SYNC_FOLDER, path);
  return 0;
}
