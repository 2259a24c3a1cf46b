#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faultvfs_state.h"

// The recording, and the files that a power failure would have left.

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

static char *joined(const char *folder, const char *name) {
  size_t size = strlen(folder) + strlen(name) + 2;
  char *path = malloc(size);
  if (path == NULL) abort();
  snprintf(path, size, "%s/%s", folder, name);
  return path;
}

static int load(recorded_file *file, const char *folder) {
  char *path = joined(folder, file->name);
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

// MARK: Images

typedef struct {
  int exists;
  unsigned char *bytes;
  sqlite3_int64 size;
  sqlite3_int64 capacity;
} image_file;

static uint64_t next_random(uint64_t *state) {
  // splitmix64: any seed will do, 0 included.
  uint64_t value = (*state += 0x9e3779b97f4a7c15u);
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

static void resize(image_file *file, sqlite3_int64 size) {
  if (size > file->capacity) {
    sqlite3_int64 capacity = size * 2;
    unsigned char *bytes = realloc(file->bytes, (size_t)capacity);
    if (bytes == NULL) abort();
    file->bytes = bytes;
    file->capacity = capacity;
  }
  // What a truncation took away, or a write jumped over, reads as zeros.
  if (size > file->size) memset(file->bytes + file->size, 0, (size_t)(size - file->size));
  file->size = size;
}

static void put(image_file *file, sqlite3_int64 offset, const unsigned char *bytes, int length) {
  if (length == 0) return;
  if (offset + length > file->size) resize(file, offset + length);
  memcpy(file->bytes + offset, bytes, (size_t)length);
}

static void apply(image_file *file, const event *event) {
  switch (event->kind) {
    case EVENT_WRITE:
      file->exists = 1;
      put(file, event->offset, event->bytes, event->length);
      break;
    case EVENT_TRUNCATE:
      resize(file, event->offset);
      break;
    case EVENT_DELETE:
      file->exists = 0;
      file->size = 0;
      break;
    default:
      break;
  }
}

// Writes of which each sector of 512 bytes is kept or lost by itself.
static void apply_torn(image_file *file, const event *event, uint64_t *random) {
  if (event->kind != EVENT_WRITE) {
    if (next_random(random) & 1) apply(file, event);
    return;
  }
  file->exists = 1;
  for (int start = 0; start < event->length;) {
    int length = 512 - (int)((event->offset + start) % 512);
    if (length > event->length - start) length = event->length - start;
    if (next_random(random) & 1) put(file, event->offset + start, event->bytes + start, length);
    start += length;
  }
}

// For each operation before `at` whether its effect is durable: the next sync of its file succeeded,
// or for a deletion the next one of the folder.
static unsigned char *durabilities(const faultvfs *vfs, int64_t at) {
  unsigned char *durable = calloc((size_t)at + 1, 1);
  unsigned char *synced = calloc((size_t)vfs->file_count + 1, 1);
  if (durable == NULL || synced == NULL) abort();
  int folder_synced = 0;
  for (int64_t index = at - 1; index >= 0; index--) {
    const event *event = &vfs->events[index];
    switch (event->kind) {
      case EVENT_SYNC:
        synced[event->file] = 1;
        break;
      case EVENT_SYNC_FAILED:
        synced[event->file] = 0;
        break;
      case EVENT_SYNC_FOLDER:
        folder_synced = 1;
        break;
      case EVENT_DELETE:
        durable[index] = synced[event->file] || folder_synced;
        break;
      case EVENT_RENAME:
        durable[index] = folder_synced;
        // What is synced later under the new name says nothing of what it replaced.
        synced[event->offset] = 0;
        break;
      case EVENT_ACKNOWLEDGE:
        break;
      default:
        durable[index] = synced[event->file];
        break;
    }
  }
  free(synced);
  return durable;
}

static uint64_t hashed(uint64_t hash, const unsigned char *bytes, sqlite3_int64 size) {
  sqlite3_int64 index = 0;
  for (; index + 8 <= size; index += 8) {
    uint64_t word;
    memcpy(&word, bytes + index, 8);
    hash = (hash ^ word) * 0x100000001b3u;
    hash ^= hash >> 29;
  }
  for (; index < size; index++) hash = (hash ^ bytes[index]) * 0x100000001b3u;
  return hash;
}

static int store_file(const image_file *file, const char *folder, const char *name) {
  char *path = joined(folder, name);
  int result = 0;
  if (!file->exists) {
    unlink(path);
  } else {
    FILE *stream = fopen(path, "wb");
    if (stream == NULL) {
      result = -1;
    } else {
      if (fwrite(file->bytes, 1, (size_t)file->size, stream) != (size_t)file->size) result = -1;
      if (fclose(stream) != 0) result = -1;
    }
  }
  free(path);
  return result;
}

int faultvfs_image(faultvfs *vfs, int64_t at, int mode, uint64_t seed, const char *folder,
                   uint64_t *digest) {
  image_file *files = calloc((size_t)vfs->file_count + 1, sizeof *files);
  if (files == NULL) abort();
  for (int index = 0; index < vfs->file_count; index++) {
    const recorded_file *file = &vfs->files[index];
    files[index].exists = file->existed;
    if (file->existed) put(&files[index], 0, file->bytes, (int)file->size);
  }
  if (at > vfs->event_count) at = vfs->event_count;
  uint64_t random = seed;
  unsigned char *durable = durabilities(vfs, at);
  for (int64_t index = 0; index < at; index++) {
    const event *event = &vfs->events[index];
    if (event->file < 0) continue;
    image_file *file = &files[event->file];
    if (event->kind == EVENT_RENAME) {
      int happens = durable[index] || mode == FAULTVFS_KEPT ||
                    (mode != FAULTVFS_DROPPED && (next_random(&random) & 1));
      if (!happens) continue;
      free(files[event->offset].bytes);
      files[event->offset] = *file;
      *file = (image_file){0};
      continue;
    }
    if (durable[index]) {
      apply(file, event);
    } else if (mode == FAULTVFS_KEPT) {
      apply(file, event);
    } else if (mode == FAULTVFS_MIXED) {
      if (next_random(&random) & 1) apply(file, event);
    } else if (mode == FAULTVFS_TORN) {
      apply_torn(file, event, &random);
    }
  }
  free(durable);
  int result = 0;
  uint64_t hash = 0xcbf29ce484222325u;
  for (int index = 0; index < vfs->file_count; index++) {
    const image_file *file = &files[index];
    hash = hashed(hash, (const unsigned char *)vfs->files[index].name,
                  (sqlite3_int64)strlen(vfs->files[index].name));
    hash = (hash ^ (uint64_t)file->exists) * 0x100000001b3u;
    if (file->exists) hash = hashed(hash, file->bytes, file->size);
    if (folder != NULL && store_file(file, folder, vfs->files[index].name) != 0) result = -1;
    free(file->bytes);
  }
  free(files);
  *digest = hash;
  return result;
}
