#include "backoffice_sqlite.h"

#include <stdio.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/sysmacros.h>
#endif

// SQLite's write lock is byte 120 of the shared-memory file
// (https://www.sqlite.org/walformat.html). This reads the kernel's list of locks, because opening
// and closing the file would release all locks that this process has on it.
int64_t backoffice_lock_holder(const char *path, char *name, size_t size) {
  int64_t holder = 0;
  if (size > 0) name[0] = 0;
#ifdef __linux__
  char text[4200];
  struct stat status;
  if (snprintf(text, sizeof text, "%s-shm", path) >= (int)sizeof text) return 0;
  if (stat(text, &status) != 0) return 0;
  FILE *locks = fopen("/proc/locks", "re");
  if (locks == NULL) return 0;
  while (holder == 0 && fgets(text, sizeof text, locks) != NULL) {
    long long process;
    unsigned int major_number, minor_number;
    unsigned long long inode, start;
    // The line of a process that waits for a lock contains an arrow, and does not match.
    if (sscanf(text, "%*u: POSIX %*s WRITE %lld %x:%x:%llu %llu", &process, &major_number,
               &minor_number, &inode, &start) == 5 &&
        process > 0 && inode == status.st_ino && start == 120 &&
        major_number == major(status.st_dev) && minor_number == minor(status.st_dev)) {
      holder = process;
    }
  }
  fclose(locks);
  if (holder == 0 || size == 0) return holder;
  snprintf(text, sizeof text, "/proc/%lld/comm", (long long)holder);
  FILE *command = fopen(text, "re");
  if (command == NULL) return holder;
  if (fgets(name, (int)size, command) != NULL) name[strcspn(name, "\n")] = 0;
  fclose(command);
#else
  (void)path;
#endif
  return holder;
}
