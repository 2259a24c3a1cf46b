#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "faultvfs_state.h"

// The files that a power failure would have left, from a recording.

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
  char *path = faultvfs_joined(folder, name);
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
