#include "backoffice_sqlite.h"

int backoffice_db_config_boolean(sqlite3 *db, int option, int value, int *result) {
  return sqlite3_db_config(db, option, value, result);
}

int backoffice_overwrite_memory(sqlite3 *db, const void *bytes, int64_t size) {
  sqlite3_file *file = NULL;
  sqlite3_int64 current = 0;
  unsigned char counter[4];
  int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (code != SQLITE_OK) return code;
  if (file == NULL || file->pMethods == NULL) return SQLITE_MISUSE;
  if ((code = file->pMethods->xRead(file, counter, 4, 24)) != SQLITE_OK) return code;
  for (int index = 3; index >= 0 && ++counter[index] == 0; index--) {}
  if ((code = file->pMethods->xFileSize(file, &current)) != SQLITE_OK) return code;
  if (current > size && (code = file->pMethods->xTruncate(file, size)) != SQLITE_OK) return code;
  if ((code = file->pMethods->xWrite(file, bytes, (int)size, 0)) != SQLITE_OK) return code;
  // SQLite uses the page count in the header only if the second counter is equal.
  if ((code = file->pMethods->xWrite(file, counter, 4, 24)) != SQLITE_OK) return code;
  return file->pMethods->xWrite(file, counter, 4, 92);
}
