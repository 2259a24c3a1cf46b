// What a tape is made of; for the files of this target only.
#ifndef CLIMIT_TAPE_H
#define CLIMIT_TAPE_H

#include "climit.h"

struct climit_chunk;

struct climit_tape {
  char *_Nullable *_Nullable statements;
  int statement_count, statement_capacity;
  climit_step *_Nullable steps;
  int step_count, step_capacity;
  climit_value *_Nullable values;
  int value_count, value_capacity;
  int *_Nullable operations;
  int operation_count, operation_capacity;
  struct climit_chunk *_Nullable chunks;
};

/// Space for bytes that stay where they are as long as the tape.
char *_Nullable climit_tape_bytes(climit_tape *_Nonnull tape, size_t size);
/// The number of a statement, the same for the same text; -1 without memory.
int climit_tape_add_statement(climit_tape *_Nonnull tape, const char *_Nonnull sql);
climit_step *_Nullable climit_tape_add_step(climit_tape *_Nonnull tape);
climit_value *_Nullable climit_tape_add_values(climit_tape *_Nonnull tape, int count);

#endif
