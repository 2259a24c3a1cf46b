#include "cpostgres.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// From libpq-fe.h.
enum { connection_ok = 0, command_ok = 1, tuples_ok = 2 };

static void *(*connectdb)(const char *);
static int (*status)(void *);
static char *(*error_message)(void *);
static void (*finish)(void *);
static void *(*exec)(void *, const char *);
static void *(*prepare)(void *, const char *, const char *, int, const unsigned *);
static void *(*exec_prepared)(
    void *, const char *, int, const char *const *, const int *, const int *, int);
static int (*result_status)(void *);
static int (*row_count)(void *);
static int (*field_count)(void *);
static char *(*get_value)(void *, int, int);
static int (*get_length)(void *, int, int);
static void (*clear)(void *);

struct cpostgres {
  void *connection;
  char message[400];
  char first[4][64];
  char *row;
  size_t row_size;
};

static int load(void) {
  if (clear) return 1;
  static const char *const names[] = {"libpq.so.5", "libpq.so", "libpq.5.dylib", "libpq.dylib"};
  void *library = NULL;
  for (int i = 0; i < 4 && !library; i++) library = dlopen(names[i], RTLD_NOW);
  if (!library) return 0;
  *(void **)&connectdb = dlsym(library, "PQconnectdb");
  *(void **)&status = dlsym(library, "PQstatus");
  *(void **)&error_message = dlsym(library, "PQerrorMessage");
  *(void **)&finish = dlsym(library, "PQfinish");
  *(void **)&exec = dlsym(library, "PQexec");
  *(void **)&prepare = dlsym(library, "PQprepare");
  *(void **)&exec_prepared = dlsym(library, "PQexecPrepared");
  *(void **)&result_status = dlsym(library, "PQresultStatus");
  *(void **)&row_count = dlsym(library, "PQntuples");
  *(void **)&field_count = dlsym(library, "PQnfields");
  *(void **)&get_value = dlsym(library, "PQgetvalue");
  *(void **)&get_length = dlsym(library, "PQgetlength");
  *(void **)&clear = dlsym(library, "PQclear");
  return connectdb && status && error_message && finish && exec && prepare && exec_prepared &&
         result_status && row_count && field_count && get_value && get_length && clear;
}

cpostgres *cpostgres_connect(const char *parameters) {
  if (!load()) return NULL;
  cpostgres *client = calloc(1, sizeof(cpostgres));
  if (!client) return NULL;
  client->connection = connectdb(parameters);
  if (!client->connection || status(client->connection) != connection_ok) {
    cpostgres_close(client);
    return NULL;
  }
  return client;
}

void cpostgres_close(cpostgres *client) {
  if (!client) return;
  if (client->connection) finish(client->connection);
  free(client->row);
  free(client);
}

const char *cpostgres_message(const cpostgres *client) { return client->message; }

static int check(cpostgres *client, void *result) {
  int code = result_status(result);
  if (code == command_ok || code == tuples_ok) return 0;
  snprintf(client->message, sizeof(client->message), "%s", error_message(client->connection));
  return 1;
}

int cpostgres_execute(cpostgres *client, const char *sql) {
  void *result = exec(client->connection, sql);
  int failed = check(client, result);
  clear(result);
  return failed;
}

int cpostgres_prepare(cpostgres *client, const char *name, const char *sql) {
  void *result = prepare(client->connection, name, sql, 0, NULL);
  int failed = check(client, result);
  clear(result);
  return failed;
}

int cpostgres_run(cpostgres *client, const char *name, int count, const char *const *values) {
  void *result = exec_prepared(client->connection, name, count, values, NULL, NULL, 0);
  if (check(client, result)) {
    clear(result);
    return -1;
  }
  int rows = row_count(result), columns = field_count(result);
  for (int row = 0; row < rows; row++) {
    size_t used = 0;
    for (int column = 0; column < columns; column++) {
      const char *value = get_value(result, row, column);
      size_t size = (size_t)get_length(result, row, column);
      if (used + size > client->row_size) {
        char *larger = realloc(client->row, (used + size) * 2 + 4096);
        if (!larger) break;
        client->row = larger;
        client->row_size = (used + size) * 2 + 4096;
      }
      memcpy(client->row + used, value, size);
      used += size;
      if (row == 0 && column < 4)
        snprintf(client->first[column], sizeof(client->first[column]), "%s", value);
    }
  }
  clear(result);
  return rows;
}

const char *cpostgres_first_value(const cpostgres *client, int column) {
  return column >= 0 && column < 4 ? client->first[column] : "";
}
