DROP INDEX analytics_snapshots_scope;
CREATE INDEX analytics_snapshots_owner ON analytics_snapshots (scope, owner_id, bucket_kind, bucket_start_date);

INSERT OR REPLACE INTO store_settings (key, value, updated_at)
SELECT 'analytics.dirty_from', day, 0 FROM (SELECT min(day) AS day FROM analytics_dirty)
WHERE day IS NOT NULL;
DELETE FROM store_settings WHERE key IN ('analytics.stored_until', 'rebuild.analytics.flows');

DROP TABLE analytics_dirty;
DROP TABLE analytics_activity;

ALTER TABLE analytics_flows DROP COLUMN age_microseconds;
ALTER TABLE analytics_flows DROP COLUMN age_seconds;
