#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "climit.h"

int64_t climit_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t climit_thread_nanoseconds(void) {
  struct timespec used;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

static int64_t status_field(const char *name) {
  FILE *file = fopen("/proc/self/status", "r");
  if (!file) return 0;
  char line[256];
  int64_t value = 0;
  while (fgets(line, sizeof(line), file)) {
    if (strncmp(line, name, strlen(name)) == 0) value = strtoll(line + strlen(name), NULL, 10);
  }
  fclose(file);
  return value;
}

int64_t climit_resident_kib(void) { return status_field("VmRSS:"); }
int64_t climit_peak_kib(void) { return status_field("VmHWM:"); }

// See proc(5): 5 resets the peak.
void climit_reset_peak(void) {
  FILE *file = fopen("/proc/self/clear_refs", "w");
  if (!file) return;
  fputs("5", file);
  fclose(file);
}
