// Shows ThreadSanitizer how Swift's Mutex hands itself over between two threads that contend.
//
// The fast way of `Synchronization.Mutex` is compiled into the program and seen; the slow one is in
// a library that is not instrumented, and goes through the kernel. Without this, every contended
// lock looks like a race. Loaded before the tests by Tests/sanitize, on Linux only.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

void __tsan_acquire(void *address) __attribute__((weak));
void __tsan_release(void *address) __attribute__((weak));

typedef SWIFT void lock_function(uint32_t thread, SELF void *handle);
typedef SWIFT void unlock_function(SELF void *handle);

SWIFT void lock_slow(uint32_t thread, SELF void *handle) __asm__(
    "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
SWIFT void unlock_slow(SELF void *handle) __asm__(
    "$s15Synchronization12_MutexHandleV11_unlockSlowyyF");

SWIFT void lock_slow(uint32_t thread, SELF void *handle) {
  static lock_function *real;
  if (!real) {
    real = (lock_function *)dlsym(
        RTLD_NEXT, "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
  }
  real(thread, handle);
  if (__tsan_acquire) __tsan_acquire(handle);
}

SWIFT void unlock_slow(SELF void *handle) {
  static unlock_function *real;
  if (!real) {
    real = (unlock_function *)dlsym(
        RTLD_NEXT, "$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
  }
  if (__tsan_release) __tsan_release(handle);
  real(handle);
}
