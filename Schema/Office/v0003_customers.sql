-- Customers. Soft-deleted; a purge anonymises a customer and keeps the row.

CREATE TABLE customers (
    pk                       INTEGER PRIMARY KEY,
    id                       BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    external_id              TEXT,                   -- at the program's identity provider
    -- sales pipeline
    pipeline                 TEXT NOT NULL DEFAULT 'sales',
    status                   TEXT NOT NULL DEFAULT 'customer_called',
    owner_id                 BLOB REFERENCES staff (id) ON DELETE RESTRICT,
    -- person
    full_name                TEXT NOT NULL,
    email                    TEXT,                   -- as entered
    email_key                TEXT CHECK (email_key <> '' AND email_key = lower(email_key)),  -- normalised
    phone                    TEXT,                   -- as entered
    phone_key                TEXT CHECK (phone_key GLOB '[0-9]*' AND phone_key NOT GLOB '*[^0-9x]*'), -- digits, and x with an extension
    mobile                   TEXT,
    preferred_contact_method TEXT CHECK (preferred_contact_method <> ''),
    address                  TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(address)),
    location                 TEXT,
    time_zone                TEXT NOT NULL DEFAULT 'UTC',
    age                      INTEGER CHECK (age BETWEEN 1 AND 149),
    gender                   TEXT,
    education                TEXT,
    -- business
    company_name             TEXT,
    business_type            TEXT,
    business_requirements    TEXT,
    business_data            TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(business_data)),
    tags                     TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
    -- account
    execution_mode           TEXT NOT NULL DEFAULT 'automatic' CHECK (execution_mode <> ''),
    is_active                INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    is_verified              INTEGER NOT NULL DEFAULT 0 CHECK (is_verified IN (0, 1)),
    notification_preferences TEXT NOT NULL
        DEFAULT '{"email_notifications":true,"submission_updates":true,"marketing_emails":false,"weekly_reports":true}'
        CHECK (json_valid(notification_preferences)),
    onboarding_completed     INTEGER NOT NULL DEFAULT 0 CHECK (onboarding_completed IN (0, 1)),
    onboarding_step          INTEGER NOT NULL DEFAULT 0 CHECK (onboarding_step >= 0),
    first_submission_completed INTEGER NOT NULL DEFAULT 0 CHECK (first_submission_completed IN (0, 1)),
    metadata                 TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
    created_at               INTEGER NOT NULL,
    updated_at               INTEGER NOT NULL,
    deleted_at               INTEGER,
    anonymised_at            INTEGER,
    merged_into              BLOB REFERENCES customers (id) ON DELETE RESTRICT, -- the survivor, which is never merged itself
    FOREIGN KEY (pipeline, status) REFERENCES status_definitions (pipeline, status) ON DELETE RESTRICT,
    CHECK ((email IS NULL) = (email_key IS NULL)),
    CHECK ((phone IS NULL) = (phone_key IS NULL)),
    CHECK (email_key IS NOT NULL OR phone_key IS NOT NULL OR anonymised_at IS NOT NULL),
    CHECK (anonymised_at IS NULL OR deleted_at IS NOT NULL),
    CHECK (merged_into IS NULL OR (deleted_at IS NOT NULL AND merged_into <> id))
) STRICT;

CREATE UNIQUE INDEX customers_email ON customers (email_key) WHERE email_key IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX customers_phone ON customers (phone_key) WHERE phone_key IS NOT NULL AND deleted_at IS NULL;
CREATE UNIQUE INDEX customers_external_id ON customers (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX customers_status ON customers (pipeline, status, owner_id, deleted_at);
CREATE INDEX customers_status_created ON customers (pipeline, status, created_at) WHERE deleted_at IS NULL;
CREATE INDEX customers_owner ON customers (owner_id, created_at) WHERE owner_id IS NOT NULL;
CREATE INDEX customers_created ON customers (created_at) WHERE deleted_at IS NULL;
CREATE INDEX customers_updated ON customers (updated_at) WHERE deleted_at IS NULL;
CREATE INDEX customers_company ON customers (company_name) WHERE company_name IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX customers_deleted ON customers (deleted_at) WHERE deleted_at IS NOT NULL AND anonymised_at IS NULL;
CREATE INDEX customers_deleted_email ON customers (email_key) WHERE email_key IS NOT NULL AND deleted_at IS NOT NULL;
CREATE INDEX customers_deleted_phone ON customers (phone_key) WHERE phone_key IS NOT NULL AND deleted_at IS NOT NULL;
CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into IS NOT NULL;

-- The merges of customers, with what each moved, which a repetition answers again.
CREATE TABLE customer_merges (
    pk           INTEGER PRIMARY KEY,
    duplicate_id BLOB NOT NULL UNIQUE REFERENCES customers (id) ON DELETE CASCADE,
    survivor_id  BLOB NOT NULL REFERENCES customers (id) ON DELETE CASCADE, -- at that time; customers.merged_into is the present one
    answer       TEXT NOT NULL CHECK (json_valid(answer)),
    merged_at    INTEGER NOT NULL,
    CHECK (duplicate_id <> survivor_id)
) STRICT;

CREATE INDEX customer_merges_survivor ON customer_merges (survivor_id);

-- The sign-in secrets of customers, as hashes.
CREATE TABLE credentials (
    pk                            INTEGER PRIMARY KEY,
    customer_id                   BLOB NOT NULL UNIQUE REFERENCES customers (id) ON DELETE CASCADE,
    password_hash                 TEXT,
    password_changed_at           INTEGER,
    email_verification_token_hash TEXT,
    email_verification_expires_at INTEGER,
    password_reset_token_hash     TEXT,
    password_reset_expires_at     INTEGER,
    failed_login_attempts         INTEGER NOT NULL DEFAULT 0 CHECK (failed_login_attempts >= 0),
    locked_until_at               INTEGER,
    last_login_at                 INTEGER,
    last_login_ip                 TEXT,
    last_portal_access_at         INTEGER,
    created_at                    INTEGER NOT NULL,
    updated_at                    INTEGER NOT NULL,
    CHECK ((email_verification_token_hash IS NULL) = (email_verification_expires_at IS NULL)),
    CHECK ((password_reset_token_hash IS NULL) = (password_reset_expires_at IS NULL))
) STRICT;

CREATE UNIQUE INDEX credentials_email_verification ON credentials (email_verification_token_hash) WHERE email_verification_token_hash IS NOT NULL;
CREATE UNIQUE INDEX credentials_password_reset ON credentials (password_reset_token_hash) WHERE password_reset_token_hash IS NOT NULL;

-- The full-text index of live customers: rowid is customers.pk. email and phone contain the normalised keys; business
-- contains the type and the requirements, and folded what the tokenizer does not fold.
CREATE VIRTUAL TABLE customers_search USING fts5 (
    full_name,
    company,
    email,
    phone,
    business,
    folded,
    tokenize = "unicode61 remove_diacritics 2",
    prefix = '2 3'
);
