#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faultvfs_state.h"

// The recording: what was written, synced, deleted, renamed, and acknowledged.

void faultvfs_free_recording(faultvfs *vfs) {
  for (int64_t index = 0; index < vfs->event_count; index++) free(vfs->events[index].bytes);
  for (int index = 0; index < vfs->file_count; index++) {
    free(vfs->files[index].name);
    free(vfs->files[index].bytes);
  }
  free(vfs->events);
  free(vfs->files);
  free(vfs->folder);
  vfs->events = NULL;
  vfs->files = NULL;
  vfs->folder = NULL;
  vfs->event_count = vfs->event_capacity = 0;
  vfs->file_count = 0;
  vfs->recording = 0;
}

static int add_file(faultvfs *vfs, const char *name) {
  recorded_file *files = realloc(vfs->files, (size_t)(vfs->file_count + 1) * sizeof *files);
  if (files == NULL) abort();
  vfs->files = files;
  files[vfs->file_count] = (recorded_file){.name = strdup(name)};
  return vfs->file_count++;
}

static int ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length >= tail && strcmp(text + length - tail, end) == 0;
}

int faultvfs_file_number(faultvfs *vfs, const char *path) {
  if (!vfs->recording) return -1;
  size_t length = strlen(vfs->folder);
  if (strncmp(path, vfs->folder, length) != 0 || path[length] != '/') return -1;
  const char *name = path + length + 1;
  for (int index = 0; index < vfs->file_count; index++) {
    if (strcmp(vfs->files[index].name, name) == 0) return index;
  }
  return add_file(vfs, name);
}

void faultvfs_append(faultvfs *vfs, event_kind kind, int file, sqlite3_int64 offset,
                     const void *bytes, int length) {
  if (!vfs->recording) return;
  if (vfs->event_count == vfs->event_capacity) {
    int64_t capacity = vfs->event_capacity ? vfs->event_capacity * 2 : 256;
    event *events = realloc(vfs->events, (size_t)capacity * sizeof *events);
    if (events == NULL) abort();
    vfs->events = events;
    vfs->event_capacity = capacity;
  }
  unsigned char *copy = NULL;
  if (length > 0) {
    copy = malloc((size_t)length);
    if (copy == NULL) abort();
    memcpy(copy, bytes, (size_t)length);
  }
  vfs->events[vfs->event_count++] = (event){kind, file, offset, length, copy};
}

char *faultvfs_joined(const char *folder, const char *name) {
  size_t size = strlen(folder) + strlen(name) + 2;
  char *path = malloc(size);
  if (path == NULL) abort();
  snprintf(path, size, "%s/%s", folder, name);
  return path;
}

static int load(recorded_file *file, const char *folder) {
  char *path = faultvfs_joined(folder, file->name);
  FILE *stream = fopen(path, "rb");
  free(path);
  if (stream == NULL) return -1;
  fseek(stream, 0, SEEK_END);
  file->size = ftell(stream);
  rewind(stream);
  file->existed = 1;
  file->bytes = malloc(file->size > 0 ? (size_t)file->size : 1);
  if (file->bytes == NULL) abort();
  size_t count = fread(file->bytes, 1, (size_t)file->size, stream);
  fclose(stream);
  return count == (size_t)file->size ? 0 : -1;
}

int faultvfs_record(faultvfs *vfs, const char *folder) {
  pthread_mutex_lock(&vfs->mutex);
  faultvfs_free_recording(vfs);
  // SQLite asks for files by names without symbolic links.
  vfs->folder = realpath(folder, NULL);
  if (vfs->folder == NULL) vfs->folder = strdup(folder);
  int result = 0;
  DIR *directory = opendir(folder);
  if (directory == NULL) {
    result = -1;
  } else {
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
      // The shared memory of a dead system is never used again.
      if (entry->d_name[0] == '.' || ends_with(entry->d_name, "-shm")) continue;
      int number = add_file(vfs, entry->d_name);
      if (load(&vfs->files[number], folder) != 0) result = -1;
    }
    closedir(directory);
  }
  vfs->recording = result == 0;
  pthread_mutex_unlock(&vfs->mutex);
  return result;
}

void faultvfs_stop_recording(faultvfs *vfs) {
  pthread_mutex_lock(&vfs->mutex);
  vfs->recording = 0;
  pthread_mutex_unlock(&vfs->mutex);
}

void faultvfs_acknowledge(faultvfs *vfs) {
  pthread_mutex_lock(&vfs->mutex);
  faultvfs_append(vfs, EVENT_ACKNOWLEDGE, -1, 0, NULL, 0);
  pthread_mutex_unlock(&vfs->mutex);
}

int64_t faultvfs_recorded(faultvfs *vfs) { return vfs->event_count; }

int64_t faultvfs_acknowledged(faultvfs *vfs, int64_t at) {
  int64_t count = 0;
  for (int64_t index = 0; index < at && index < vfs->event_count; index++) {
    if (vfs->events[index].kind == EVENT_ACKNOWLEDGE) count++;
  }
  return count;
}

int faultvfs_is_barrier(faultvfs *vfs, int64_t at) {
  if (at < 0 || at >= vfs->event_count) return 0;
  event_kind kind = vfs->events[at].kind;
  return kind == EVENT_SYNC || kind == EVENT_SYNC_FOLDER || kind == EVENT_ACKNOWLEDGE;
}
