// The connection behind a limit; for the files of this target only.
#ifndef CLIMIT_LIMIT_H
#define CLIMIT_LIMIT_H

#include <sqlite3.h>

#include "climit.h"

sqlite3 *_Nonnull climit_database(climit *_Nonnull limit);
/// Keeps SQLite's last message, and what it is about.
void climit_remember(climit *_Nonnull limit, const char *_Nonnull what);

#endif
