#include "backoffice_sqlite.h"

#include <stdlib.h>
#if defined(__linux__) && defined(__has_include)
#if __has_include(<sys/random.h>)
#include <sys/random.h>
#define BACKOFFICE_HAS_GETRANDOM 1
#endif
#endif

void backoffice_sleep_microseconds(int64_t microseconds) {
  struct timespec nap = {microseconds / 1000000, (microseconds % 1000000) * 1000};
  nanosleep(&nap, NULL);
}

int backoffice_random_bytes(void *bytes, size_t count) {
#if defined(BACKOFFICE_HAS_GETRANDOM)
  return getrandom(bytes, count, 0) == (ssize_t)count ? 0 : -1;
#elif defined(__APPLE__)
  arc4random_buf(bytes, count);
  return 0;
#else
  (void)bytes;
  (void)count;
  return -1;
#endif
}
