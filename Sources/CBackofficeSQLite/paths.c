#define _GNU_SOURCE
#include "backoffice_sqlite.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

// The most symbolic links to files that do not exist.
#define MOST_LINKS 40

static int resolve(const char *path, char *resolved, int links) {
  if (realpath(path, resolved) != NULL) return 0;
  if (errno != ENOENT) return errno;
  if (links == MOST_LINKS) return ELOOP;
  const char *slash = strrchr(path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  size_t length = slash == NULL ? 0 : (size_t)(name - path);
  char target[PATH_MAX], next[PATH_MAX];
  ssize_t count = readlink(path, target, sizeof target - 1);
  if (count >= 0) {
    // SQLite creates the file that a link names.
    target[count] = 0;
    if (target[0] == '/') return resolve(target, resolved, links + 1);
    if (snprintf(next, sizeof next, "%.*s%s", (int)length, path, target) >= (int)sizeof next)
      return ENAMETOOLONG;
    return resolve(next, resolved, links + 1);
  }
  if (name[0] == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) return ENOTDIR;
  if (snprintf(next, sizeof next, "%.*s", (int)length, path) >= (int)sizeof next)
    return ENAMETOOLONG;
  if (realpath(length == 0 ? "." : next, target) == NULL) return errno == ENOENT ? ENOTDIR : errno;
  int used = snprintf(resolved, PATH_MAX, "%s/%s", strcmp(target, "/") == 0 ? "" : target, name);
  return used < PATH_MAX ? 0 : ENAMETOOLONG;
}

int backoffice_resolve_path(const char *path, char *resolved) { return resolve(path, resolved, 0); }

int backoffice_file_identity(const char *path, uint64_t *device, uint64_t *number) {
  struct stat status;
  if (stat(path, &status) != 0) return errno;
  *device = (uint64_t)status.st_dev;
  *number = (uint64_t)status.st_ino;
  return 0;
}

int backoffice_create_like(const char *path, const char *model) {
  struct stat wanted, made;
  int known = model != NULL && stat(model, &wanted) == 0;
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, known ? 0600 : 0666);
  if (file < 0) return errno;
  int code = 0;
  if (known) {
    mode_t mode = wanted.st_mode & 0777;
    // Only the superuser may give a file away; others may give it to one of their groups.
    if (fchown(file, wanted.st_uid, wanted.st_gid) != 0 &&
        fchown(file, (uid_t)-1, wanted.st_gid) != 0 &&
        (fstat(file, &made) != 0 || made.st_gid != wanted.st_gid)) {
      mode &= ~(mode_t)070;
    }
    if (fchmod(file, mode) != 0) code = errno;
  }
  if (close(file) != 0 && code == 0) code = errno;
  if (code != 0) unlink(path);
  return code;
}

int backoffice_forks = 0;

static void count_fork(void) { backoffice_forks++; }

__attribute__((constructor)) static void observe_forks(void) {
  pthread_atfork(NULL, NULL, count_fork);
}
