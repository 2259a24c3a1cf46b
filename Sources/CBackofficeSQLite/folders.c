#include "backoffice_sqlite.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

int backoffice_list_folder(const char *path, void *context,
                           void (*each)(void *context, const char *name)) {
  DIR *folder = opendir(path);
  if (folder == NULL) return errno;
  struct dirent *entry;
  while (errno = 0, (entry = readdir(folder)) != NULL) {
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      each(context, entry->d_name);
  }
  int code = errno;
  closedir(folder);
  return code;
}

int backoffice_is_folder(const char *path) {
  struct stat status;
  if (stat(path, &status) != 0) return -1;
  return S_ISDIR(status.st_mode) ? 1 : 0;
}

// The folder of a path; the caller frees it; NULL if memory runs out.
static char *folder_of(const char *path) {
  const char *slash = strrchr(path, '/');
  if (slash == NULL) return strdup(".");
  return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

int backoffice_sync_folder_of(const char *path) {
  char *folder = folder_of(path);
  if (folder == NULL) return -1;
  int result = backoffice_sync_file(folder);
  free(folder);
  return result;
}

int64_t backoffice_free_bytes(const char *path) {
  struct statvfs status;
  if (statvfs(path, &status) != 0) return -1;
  return (int64_t)status.f_bavail * (int64_t)status.f_frsize;
}

int backoffice_file_obstacles(const char *path) {
  int found = 0;
  struct stat status;
  if (stat(path, &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) found |= BACKOFFICE_IS_MISSING;
  } else {
    if (S_ISDIR(status.st_mode)) found |= BACKOFFICE_IS_FOLDER;
    if (S_ISREG(status.st_mode) && status.st_size == 0) found |= BACKOFFICE_IS_EMPTY;
    if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0) found |= BACKOFFICE_IS_UNREADABLE;
    if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0) found |= BACKOFFICE_IS_UNWRITABLE;
  }
  char *folder = folder_of(path);
  if (folder == NULL) return found;
  if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode)) {
    found |= BACKOFFICE_FOLDER_IS_MISSING;
  } else if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) != 0) {
    found |= BACKOFFICE_FOLDER_IS_UNWRITABLE;
  }
  free(folder);
  return found;
}
