#include "tape.h"

#include <stdlib.h>
#include <string.h>

struct climit_chunk {
  struct climit_chunk *next;
  size_t used, size;
  char bytes[];
};

static int grow(void **array, int *capacity, int needed, size_t element) {
  if (needed <= *capacity) return 1;
  int size = *capacity < 64 ? 64 : *capacity;
  while (size < needed) size *= 2;
  void *larger = realloc(*array, (size_t)size * element);
  if (!larger) return 0;
  *array = larger;
  *capacity = size;
  return 1;
}

climit_tape *climit_tape_make(void) { return calloc(1, sizeof(climit_tape)); }

void climit_tape_free(climit_tape *tape) {
  if (!tape) return;
  for (int i = 0; i < tape->statement_count; i++) free(tape->statements[i]);
  struct climit_chunk *chunk = tape->chunks;
  while (chunk) {
    struct climit_chunk *next = chunk->next;
    free(chunk);
    chunk = next;
  }
  free(tape->statements);
  free(tape->steps);
  free(tape->values);
  free(tape->operations);
  free(tape);
}

char *climit_tape_bytes(climit_tape *tape, size_t size) {
  struct climit_chunk *chunk = tape->chunks;
  if (!chunk || chunk->size - chunk->used < size) {
    size_t room = size > (1 << 20) ? size : (1 << 20);
    chunk = malloc(sizeof(*chunk) + room);
    if (!chunk) return NULL;
    chunk->next = tape->chunks;
    chunk->used = 0;
    chunk->size = room;
    tape->chunks = chunk;
  }
  char *bytes = chunk->bytes + chunk->used;
  chunk->used += size;
  return bytes;
}

int climit_tape_add_statement(climit_tape *tape, const char *sql) {
  for (int i = tape->statement_count - 1; i >= 0; i--) {
    if (strcmp(tape->statements[i], sql) == 0) return i;
  }
  if (!grow((void **)&tape->statements, &tape->statement_capacity, tape->statement_count + 1,
            sizeof(char *)))
    return -1;
  char *copy = strdup(sql);
  if (!copy) return -1;
  tape->statements[tape->statement_count] = copy;
  return tape->statement_count++;
}

climit_step *climit_tape_add_step(climit_tape *tape) {
  if (!grow((void **)&tape->steps, &tape->step_capacity, tape->step_count + 1,
            sizeof(climit_step)))
    return NULL;
  climit_step *step = &tape->steps[tape->step_count++];
  memset(step, 0, sizeof(*step));
  return step;
}

climit_value *climit_tape_add_values(climit_tape *tape, int count) {
  if (!grow((void **)&tape->values, &tape->value_capacity, tape->value_count + count,
            sizeof(climit_value)))
    return NULL;
  climit_value *values = &tape->values[tape->value_count];
  memset(values, 0, (size_t)count * sizeof(climit_value));
  tape->value_count += count;
  return values;
}

int climit_tape_begin_operation(climit_tape *tape) {
  if (!grow((void **)&tape->operations, &tape->operation_capacity, tape->operation_count + 1,
            sizeof(int)))
    return 1;
  tape->operations[tape->operation_count++] = tape->step_count;
  return 0;
}

int climit_tape_operation_count(const climit_tape *tape) { return tape->operation_count; }
int climit_tape_statement_count(const climit_tape *tape) { return tape->statement_count; }
int climit_tape_step_count(const climit_tape *tape) { return tape->step_count; }

const char *climit_tape_statement(const climit_tape *tape, int index) {
  return index >= 0 && index < tape->statement_count ? tape->statements[index] : "";
}

int climit_tape_first_step(const climit_tape *tape, int operation) {
  return operation < tape->operation_count ? tape->operations[operation] : tape->step_count;
}

climit_step climit_tape_step(const climit_tape *tape, int index) {
  climit_step none = {0};
  return index >= 0 && index < tape->step_count ? tape->steps[index] : none;
}

climit_value climit_tape_value(const climit_tape *tape, int index) {
  climit_value none = {0};
  return index >= 0 && index < tape->value_count ? tape->values[index] : none;
}
