#ifndef FAULTVFS_H
#define FAULTVFS_H

#include <stdint.h>

// A SQLite VFS for tests, in front of the system's own: it counts operations, fails chosen ones,
// and records writes and syncs so that the files can be rebuilt as a power failure would have left
// them. Each instance is registered under a name of its own and holds all of its state, so tests
// run side by side. See https://www.sqlite.org/vfs.html.

typedef struct faultvfs faultvfs;

// The kinds of operation that are counted, as bits of a mask.
enum {
  FAULTVFS_OPEN = 1 << 0,
  FAULTVFS_DELETE = 1 << 1,
  FAULTVFS_ACCESS = 1 << 2,
  FAULTVFS_READ = 1 << 3,
  FAULTVFS_WRITE = 1 << 4,
  FAULTVFS_TRUNCATE = 1 << 5,
  FAULTVFS_SYNC = 1 << 6,
  FAULTVFS_SIZE = 1 << 7,
  FAULTVFS_LOCK = 1 << 8,
  FAULTVFS_SHM_MAP = 1 << 9,
  FAULTVFS_SHM_LOCK = 1 << 10,
  // The steps by which a finished copy gets its name, outside SQLite.
  FAULTVFS_PUBLISH_SYNC = 1 << 11,
  FAULTVFS_PUBLISH_RENAME = 1 << 12,
  FAULTVFS_PUBLISH_FOLDER = 1 << 13,
  FAULTVFS_EVERYTHING = (1 << 14) - 1,
  // What a disk without room refuses.
  FAULTVFS_GROWTH = FAULTVFS_OPEN | FAULTVFS_WRITE | FAULTVFS_SHM_MAP | FAULTVFS_PUBLISH_SYNC
};

// What a chosen operation answers.
enum {
  FAULTVFS_IO_ERROR = 0,
  FAULTVFS_DISK_FULL = 1,
  // Nothing: the process is killed before it.
  FAULTVFS_KILL = 2
};

// What a power failure leaves of the writes that no sync covers.
enum {
  FAULTVFS_DROPPED = 0,
  FAULTVFS_KEPT = 1,
  FAULTVFS_MIXED = 2,
  FAULTVFS_TORN = 3
};

// Makes and registers an instance; NULL when memory runs out.
faultvfs *faultvfs_create(void);
// Unregisters and frees; every connection that used it must be closed.
void faultvfs_destroy(faultvfs *vfs);
// The name to open files with.
const char *faultvfs_name(faultvfs *vfs);

// Starts counting from 0 without failing anything.
void faultvfs_reset(faultvfs *vfs, uint32_t mask);
// Starts counting from 0, and fails the operation `at` (from 0), or all from there on.
void faultvfs_arm(faultvfs *vfs, uint32_t mask, int64_t at, int persistent, int kind);
// Stops failing.
void faultvfs_disarm(faultvfs *vfs);
// How many operations of the mask were asked for since the last reset or arm.
int64_t faultvfs_count(faultvfs *vfs);
// The kind of operation `at` among those counted since the last reset, as the number of its bit.
int faultvfs_kind(faultvfs *vfs, int64_t at);
// How many of them were failed.
int64_t faultvfs_failed(faultvfs *vfs);
// The kind of the first operation that was failed, a bit of the mask.
uint32_t faultvfs_failed_operation(faultvfs *vfs);
// Whether a file of the instance is open.
int faultvfs_open_files(faultvfs *vfs);

// Starts a recording: what the files of `folder` hold now counts as durable.
int faultvfs_record(faultvfs *vfs, const char *folder);
// Ends the recording; it can still be turned into images.
void faultvfs_stop_recording(faultvfs *vfs);
// Notes in the recording that a commit was acknowledged.
void faultvfs_acknowledge(faultvfs *vfs);
// How many operations the recording has.
int64_t faultvfs_recorded(faultvfs *vfs);
// How many commits were acknowledged before operation `at`.
int64_t faultvfs_acknowledged(faultvfs *vfs, int64_t at);
// Whether operation `at` makes something durable (a sync, a synced delete, an acknowledgement).
int faultvfs_is_barrier(faultvfs *vfs, int64_t at);
// Writes to `folder` what a power failure before operation `at` would leave, and gives a digest of
// it; answers 0, or -1 when a file could not be written.
int faultvfs_image(faultvfs *vfs, int64_t at, int mode, uint64_t seed, const char *folder,
                   uint64_t *digest);

// The steps of publishing a finished file, counted, failed and recorded like SQLite's own
// operations; each answers 0, or -1.
int faultvfs_publish_sync(faultvfs *vfs, const char *path);
int faultvfs_publish_rename(faultvfs *vfs, const char *from, const char *to);
int faultvfs_publish_folder(faultvfs *vfs, const char *path);

// Takes from the calling thread, or gives back, what lets a superuser ignore the rights of files.
// Answers 0 when rights count (or count no more), -1 where the system cannot do that.
int faultvfs_obey_rights(int obey);

// Looks at a file with nothing but SQLite: answers 0 when `PRAGMA integrity_check` and
// `PRAGMA foreign_key_check` find nothing, else 1 and the findings in `problems`. `state` gets one
// line a table with its number of rows and a digest of them, without times that were measured.
// Both texts are freed with faultvfs_free.
int faultvfs_inspect(const char *path, char **problems, char **state);
// The same for a file that is there, on the default VFS.
int faultvfs_inspect_open(const char *path, char **problems, char **state);
void faultvfs_free(char *text);

// Puts an allocator that can fail under SQLite; before anything else is asked of it.
int faultvfs_install_allocator(void);
// Counts allocations from 0, and fails the one at `at`, or all from there on; none when negative.
void faultvfs_fail_allocations(int64_t at, int persistent);
int64_t faultvfs_allocations(void);
int64_t faultvfs_failed_allocations(void);
// Forks at every `every`-th allocation from `from` on, twice: a child that fails it alone, and one
// that fails all from there on; the process must have one thread. Up to `at_once` children run.
void faultvfs_fork_allocations(int64_t every, int64_t from, int at_once);
// Whether this process is such a child, and of which allocation.
int faultvfs_is_child(int64_t *at, int *persistent);
// How a child ends.
enum {
  FAULTVFS_CHILD_SUCCEEDED = 0,
  FAULTVFS_CHILD_REFUSED = 10,
  FAULTVFS_CHILD_COMPLAINED = 11
};
void faultvfs_leave(int verdict) __attribute__((noreturn));
typedef struct {
  int64_t allocations;
  // Alone, and from there on.
  int64_t failures[2];
  // Children whose work ended in an error.
  int64_t errors;
  // Those that complained or crashed, and those that crashed or hung.
  int64_t problems;
  int64_t crashes;
} faultvfs_fork_report;
// Waits for the children, in the parent.
faultvfs_fork_report faultvfs_fork_end(void);
enum { FAULTVFS_IN_CHILD = 1000 };
// Forks a child and waits for its end. In the child FAULTVFS_IN_CHILD; in the parent the signal that
// ended it, or -1 minus its status.
int faultvfs_fork_child(void);
// How many threads the process has; 0 if unknown.
int faultvfs_thread_count(void);
// What a process of the family found out about files with a digest; 0 if none looked.
int faultvfs_verdict(uint64_t digest);
void faultvfs_note_verdict(uint64_t digest, int value);
int64_t faultvfs_verdicts(void);

// A VFS named "heap", the default one from then on: its files live in the memory of this process,
// and a fork() gets a copy of all of them.
int faultvfs_heap_register(void);
void faultvfs_heap_clear(void);
void faultvfs_heap_put(const char *name, const void *bytes, int64_t size);
// The bytes of a file until it is changed; the size is -1 when there is no such file.
const void *faultvfs_heap_bytes(const char *name, int64_t *size);
int faultvfs_heap_rename(const char *from, const char *to);
int faultvfs_heap_remove(const char *name);
// Removes all files whose names have an ending.
void faultvfs_heap_remove_ending(const char *end);
// Of the names and bytes of all files.
uint64_t faultvfs_heap_digest(uint64_t seed);

// What SQLite has allocated and not freed, in bytes.
int64_t faultvfs_memory_used(void);

#endif
