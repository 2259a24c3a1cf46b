#include "backoffice_sqlite.h"

#include <fcntl.h>
#include <stdio.h>

static uint32_t big_endian(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

int backoffice_has_foreign_log(sqlite3 *db, const char *path) {
  sqlite3_file *file = NULL;
  unsigned char header[100], log_header[32], frame[24 + 100];
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK) return 0;
  if (file == NULL || file->pMethods == NULL) return 0;
  if (file->pMethods->xRead(file, header, sizeof header, 0) != SQLITE_OK) return 0;
  if (memcmp(header, "SQLite format 3", 16) != 0) return 0;
  char name[4200];
  if (snprintf(name, sizeof name, "%s-wal", path) >= (int)sizeof name) return 0;
  int log = open(name, O_RDONLY | O_CLOEXEC);
  if (log < 0) return 0;
  int foreign = 0, known = 0;
  uint32_t size = (uint32_t)header[16] << 8 | header[17];
  if (size == 1) size = 65536;
  if (pread(log, log_header, sizeof log_header, 0) == (ssize_t)sizeof log_header &&
      (big_endian(log_header) & ~1u) == 0x377f0682u) {
    uint32_t log_size = big_endian(log_header + 8);
    // Limited to the usual size of a log, which almost always contains the first page near its
    // start.
    for (int64_t index = 0; index < 5000 && !foreign && !known; index++) {
      off_t offset = 32 + (off_t)index * (24 + (off_t)log_size);
      if (pread(log, frame, sizeof frame, offset) != (ssize_t)sizeof frame) break;
      // Frames after the last one of this log belong to an earlier log.
      if (memcmp(frame + 8, log_header + 16, 8) != 0) break;
      if (log_size != size) foreign = 1;
      if (big_endian(frame) != 1) continue;
      for (int mark = 60; mark <= 68; mark += 8) {
        uint32_t ours = big_endian(header + mark);
        uint32_t theirs = big_endian(frame + 24 + mark);
        if (ours != 0 && theirs != 0 && ours != theirs) foreign = 1;
        if (mark == 60 && ours != 0 && ours == theirs) known = 1;
      }
    }
  }
  close(log);
  return foreign;
}
