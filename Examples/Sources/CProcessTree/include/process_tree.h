#ifndef PROCESS_TREE_H
#define PROCESS_TREE_H

#include <sys/types.h>

/// A command in a process group of its own, below a guard.
///
/// The guard is a child of the caller. It ends the whole group when the command has ended, when it is
/// told to, and when the caller has gone, however that happened: it notices the end of `control`.
struct process_tree {
    pid_t guard;  ///< the guard, which the caller must wait for
    int control;  ///< write PROCESS_TREE_… bytes here; closing it kills the group
    int report;   ///< one struct process_tree_end can be read here, then the end
};

/// Bytes for `control`.
enum { PROCESS_TREE_TERMINATE = 'T', PROCESS_TREE_KILL = 'K' };

/// How a command ended.
struct process_tree_end {
    int failure;  ///< the error of starting it, or 0
    int status;   ///< as waitpid reports it
};

/// Starts a command, found by PATH.
///
/// `input`, `output` and `error` become its standard streams; the caller closes its own copies.
/// Returns 0, or the error.
int process_tree_start(struct process_tree *tree, char *const arguments[], char *const environment[],
                       int input, int output, int error);

#endif
