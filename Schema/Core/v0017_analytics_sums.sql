-- Sums from which a refresh of analytics reads a day's figures, however long the history behind it.
-- They follow from status_history by days of the store's zone, which SQL does not know: a file that
-- has history asks for them by the setting rebuild.analytics.flows, and the next opening fills them.

-- Over the transitions of cause 'change', the time from the entity's first history row to the move.
-- Seconds and the microseconds beyond them apart: the sums of a million old customers fit.
ALTER TABLE analytics_flows ADD COLUMN age_seconds INTEGER NOT NULL DEFAULT 0 CHECK (age_seconds >= 0);
ALTER TABLE analytics_flows ADD COLUMN age_microseconds INTEGER NOT NULL DEFAULT 0 CHECK (age_microseconds >= 0);

-- A customer is active for 30 days from a change of status on. Active customers of an owner at the end of a
-- day are the running sum of delta: those who become active on the day less those who end to be.
CREATE TABLE analytics_activity (
    pipeline TEXT NOT NULL,
    day      TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    owner_id BLOB NOT NULL CHECK (length(owner_id) = 16),
    delta    INTEGER NOT NULL,
    PRIMARY KEY (pipeline, day, owner_id)
) STRICT, WITHOUT ROWID;

-- From which day on an owner's snapshots, and with them those of the whole system, are out of date.
CREATE TABLE analytics_dirty (
    pipeline TEXT NOT NULL,
    owner_id BLOB NOT NULL CHECK (length(owner_id) = 16),
    day      TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    PRIMARY KEY (pipeline, owner_id)
) STRICT, WITHOUT ROWID;

INSERT INTO analytics_dirty (pipeline, owner_id, day)
SELECT o.pipeline, o.owner_id, s.value
FROM (
    SELECT pipeline, owner_id FROM analytics_flows WHERE entity_kind = 'customer'
    UNION SELECT pipeline, owner_id FROM analytics_snapshots WHERE scope = 'owner'
) o, store_settings s WHERE s.key = 'analytics.dirty_from';
DELETE FROM store_settings WHERE key = 'analytics.dirty_from';

INSERT INTO store_settings (key, value, updated_at)
SELECT 'analytics.stored_until', day, 0 FROM (SELECT max(bucket_end_date) AS day FROM analytics_snapshots)
WHERE day IS NOT NULL;

INSERT INTO store_settings (key, value, updated_at)
SELECT 'rebuild.analytics.flows', '', 0 WHERE EXISTS (SELECT 1 FROM status_history);

-- The first and the last snapshots of a pipeline and scope, and any stretch of them, are one probe away.
DROP INDEX analytics_snapshots_owner;
CREATE INDEX analytics_snapshots_scope
    ON analytics_snapshots (pipeline, scope, owner_id, bucket_kind, bucket_start_date);
