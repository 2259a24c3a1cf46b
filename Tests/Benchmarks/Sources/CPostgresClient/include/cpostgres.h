// A PostgreSQL client over the libpq of the machine, found when the program runs: machines without
// it build the benchmarks all the same.
#ifndef CPOSTGRES_H
#define CPOSTGRES_H

#include <stdint.h>

#pragma clang assume_nonnull begin

typedef struct cpostgres cpostgres;

/// Connects; NULL without libpq or without a server.
cpostgres *_Nullable cpostgres_connect(const char *parameters);
void cpostgres_close(cpostgres *_Nullable client);
const char *cpostgres_message(const cpostgres *client);
/// Runs SQL text with any number of statements; 0 when all went well.
int cpostgres_execute(cpostgres *client, const char *sql);
int cpostgres_prepare(cpostgres *client, const char *name, const char *sql);
/// Runs a prepared statement with text parameters, and copies every value of every row.
///
/// Answers the number of rows, or -1. The first values of the first row stay readable until the
/// next run.
int cpostgres_run(
    cpostgres *client, const char *name, int count,
    const char *_Nullable const *_Nullable values);
const char *cpostgres_first_value(const cpostgres *client, int column);

#pragma clang assume_nonnull end

#endif
