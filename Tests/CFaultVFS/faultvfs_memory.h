#ifndef FAULTVFS_MEMORY_H
#define FAULTVFS_MEMORY_H

#include <stdint.h>

// Whether allocation `index` fails in this process, which may be a child made for that.
int faultvfs_fork_refuses(int64_t index);
// Counts the present allocation as failed, and all that follow if `persistent`.
void faultvfs_memory_fail_now(int persistent);

#endif
