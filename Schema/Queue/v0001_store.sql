-- The tables of every store.

CREATE TABLE store_settings (
    key        TEXT PRIMARY KEY NOT NULL CHECK (key <> ''),
    value      TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- The upkeep tasks that have run, each with its last run and the next.
CREATE TABLE store_upkeep (
    name             TEXT PRIMARY KEY NOT NULL CHECK (name <> ''),
    due_at           INTEGER NOT NULL,
    last_started_at  INTEGER,
    last_finished_at INTEGER,
    last_count       INTEGER NOT NULL DEFAULT 0 CHECK (last_count >= 0), -- entities of the last run
    last_error       TEXT,
    run_count        INTEGER NOT NULL DEFAULT 0 CHECK (run_count >= 0),
    failure_count    INTEGER NOT NULL DEFAULT 0 CHECK (failure_count >= 0) -- in a row
) STRICT;
