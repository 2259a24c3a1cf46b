-- Daily sums of the status history. Every figure of the past follows from them.

-- Moves between statuses by day, owner and cause.
CREATE TABLE analytics_flows (
    pk          INTEGER PRIMARY KEY,
    entity_kind TEXT NOT NULL CHECK (entity_kind <> ''),
    pipeline    TEXT NOT NULL DEFAULT '',
    day         TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    owner_id    BLOB NOT NULL DEFAULT X'00000000000000000000000000000000' CHECK (length(owner_id) = 16),
    cause       TEXT NOT NULL DEFAULT 'change' CHECK (cause = 'create' OR cause = 'change' OR cause = 'delete'
        OR cause = 'restore' OR cause = 'reassign'),
    from_status TEXT NOT NULL DEFAULT '',
    to_status   TEXT NOT NULL DEFAULT '',
    transitions INTEGER NOT NULL DEFAULT 0 CHECK (transitions >= 0),
    -- Over the transitions of cause 'change', the time from the entity's first history row to the move. Seconds and
    -- microseconds are separate, so that the sums of a million old customers fit.
    age_seconds      INTEGER NOT NULL DEFAULT 0 CHECK (age_seconds >= 0),
    age_microseconds INTEGER NOT NULL DEFAULT 0 CHECK (age_microseconds >= 0),
    UNIQUE (entity_kind, pipeline, day, owner_id, cause, from_status, to_status),
    CHECK (from_status <> '' OR to_status <> '')
) STRICT;

CREATE INDEX analytics_flows_owner ON analytics_flows (entity_kind, pipeline, owner_id, day);

-- A customer is active for 30 days from a change of status on. The active customers of an owner at the end of a day are
-- the running sum of delta: customers becoming active on the day minus those becoming inactive.
CREATE TABLE analytics_activity (
    pipeline TEXT NOT NULL,
    day      TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    owner_id BLOB NOT NULL CHECK (length(owner_id) = 16),
    delta    INTEGER NOT NULL,
    PRIMARY KEY (pipeline, day, owner_id)
) STRICT, WITHOUT ROWID;

-- A customer converts once in a pipeline: with its first move from another status into a converted one. It counts for
-- the owner of that moment on first_day, as long as its last status in the pipeline is a converted one: rows of later
-- days take it away and give it back.
CREATE TABLE analytics_conversions (
    pipeline    TEXT NOT NULL,
    day         TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    first_day   TEXT NOT NULL CHECK (first_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    owner_id    BLOB NOT NULL CHECK (length(owner_id) = 16),
    conversions INTEGER NOT NULL,
    -- the time from the first history row to the conversion, as in analytics_flows
    age_seconds      INTEGER NOT NULL,
    age_microseconds INTEGER NOT NULL,
    PRIMARY KEY (pipeline, day, first_day, owner_id),
    CHECK (first_day <= day)
) STRICT, WITHOUT ROWID;

-- The first day from which the snapshots of an owner, and those of the whole store, are out of date.
CREATE TABLE analytics_dirty (
    pipeline TEXT NOT NULL,
    owner_id BLOB NOT NULL CHECK (length(owner_id) = 16),
    day      TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    PRIMARY KEY (pipeline, owner_id)
) STRICT, WITHOUT ROWID;

-- The flows depend on days in the store's zone, which SQL does not know. For a file with history, these settings
-- make the next opening compute them.
INSERT INTO store_settings (key, value, updated_at)
SELECT 'rebuild.analytics.flows', '', 0 WHERE EXISTS (SELECT 1 FROM status_history)
UNION ALL SELECT 'rebuild.analytics.conversions', '', 0 WHERE EXISTS (SELECT 1 FROM status_history);
