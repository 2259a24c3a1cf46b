-- The staff who own customers. Soft-deleted.

CREATE TABLE staff (
    pk            INTEGER PRIMARY KEY,
    id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    name          TEXT NOT NULL,
    phone         TEXT NOT NULL,
    phone_key     TEXT NOT NULL,                     -- the digits of phone, and x with an extension
    email         TEXT,
    email_key     TEXT CHECK (email_key = lower(email_key)),
    role          TEXT NOT NULL DEFAULT 'sales' CHECK (role <> ''),
    password_hash TEXT,
    is_active     INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    last_login_at INTEGER,
    metadata      TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    deleted_at    INTEGER,
    CHECK (phone = phone_key OR phone = '+' || phone_key),
    CHECK (phone_key GLOB '[0-9]*' AND phone_key NOT GLOB '*[^0-9x]*'),
    CHECK ((email IS NULL) = (email_key IS NULL))
) STRICT;

CREATE UNIQUE INDEX staff_phone ON staff (phone_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX staff_email ON staff (email_key) WHERE email_key IS NOT NULL AND deleted_at IS NULL;
