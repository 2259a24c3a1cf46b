-- Meta: settings of one store, a key and a value each (base currency, reporting time zone, retention periods).

CREATE TABLE store_settings (
    key        TEXT PRIMARY KEY NOT NULL CHECK (key <> ''),
    value      TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
