// Made from Schema/Analytics; to make it again: BACKOFFICE_EMBED=1 swift test --filter SchemaTests.EmbeddedSchemaTests
// swift-format-ignore-file

package import BackofficeMigrations

/// The tables of the pack `analytics`, as Schema/Analytics has them.
package enum AnalyticsSchema {
  package static let migrations = MigrationPack(
    "analytics",
    trusted: [
      Migration(
        version: 1, name: "flows",
        embedded: #"""
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

"""#,
        down: #"""
DROP TABLE analytics_dirty;
DROP TABLE analytics_conversions;
DROP TABLE analytics_activity;
DROP TABLE analytics_flows;
DELETE FROM store_settings
WHERE key IN ('analytics.computed_until', 'analytics.stored_until', 'rebuild.analytics.flows',
    'rebuild.analytics.conversions');

"""#,
        checksum: "e117a14ed4933c67d4930fbfd11849783c4c6a6eb68abc5350e15164bb9d3ab7"),
      Migration(
        version: 2, name: "snapshots",
        embedded: #"""
-- Stored figures.

-- The figures of a pipeline at the end of a day, week or month.
CREATE TABLE analytics_snapshots (
    pk                          INTEGER PRIMARY KEY,
    bucket_kind                 TEXT NOT NULL CHECK (bucket_kind = 'daily' OR bucket_kind = 'weekly'
        OR bucket_kind = 'monthly'),
    bucket_start_date           TEXT NOT NULL CHECK (bucket_start_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    bucket_end_date             TEXT NOT NULL CHECK (bucket_end_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'), -- last day, inclusive
    pipeline                    TEXT NOT NULL DEFAULT 'sales',
    scope                       TEXT NOT NULL CHECK (scope IN ('system', 'owner')),
    owner_id                    BLOB NOT NULL DEFAULT X'00000000000000000000000000000000' CHECK (length(owner_id) = 16),
    -- at the end of the bucket, except new_customers
    total_customers             INTEGER NOT NULL DEFAULT 0 CHECK (total_customers >= 0),
    new_customers               INTEGER NOT NULL DEFAULT 0 CHECK (new_customers >= 0),       -- created in the bucket
    active_customers            INTEGER NOT NULL DEFAULT 0 CHECK (active_customers >= 0),    -- any status change in its last 30 days
    converted_customers         INTEGER NOT NULL DEFAULT 0 CHECK (converted_customers >= 0), -- in a converted status
    lost_customers              INTEGER NOT NULL DEFAULT 0 CHECK (lost_customers >= 0),
    -- how many customers are in each status at the end of the bucket
    status_counts               TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(status_counts)),
    -- customers who converted within the bucket: first history row to the conversion
    cycle_time_sum_microseconds INTEGER NOT NULL DEFAULT 0 CHECK (cycle_time_sum_microseconds >= 0),
    cycle_time_count            INTEGER NOT NULL DEFAULT 0 CHECK (cycle_time_count >= 0),
    computed_at                 INTEGER NOT NULL,
    UNIQUE (bucket_kind, bucket_start_date, pipeline, scope, owner_id),
    CHECK (bucket_end_date >= bucket_start_date),
    CHECK (scope = 'owner' OR owner_id = X'00000000000000000000000000000000'),
    CHECK (converted_customers <= total_customers AND lost_customers <= total_customers)
) STRICT;

CREATE INDEX analytics_snapshots_scope
    ON analytics_snapshots (pipeline, scope, owner_id, bucket_kind, bucket_start_date);

-- Submissions by day, directory, customer and currency.
CREATE TABLE submission_analytics_daily (
    pk                               INTEGER PRIMARY KEY,
    day                              TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    directory_id                     BLOB NOT NULL REFERENCES directories (id) ON DELETE RESTRICT,
    customer_id                      BLOB NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    currency                         TEXT NOT NULL DEFAULT 'USD' CHECK (currency GLOB '[A-Z][A-Z][A-Z]'),
    submission_count                 INTEGER NOT NULL DEFAULT 0 CHECK (submission_count >= 0),
    delivered_count                  INTEGER NOT NULL DEFAULT 0 CHECK (delivered_count >= 0), -- submitted, under review or approved
    approved_count                   INTEGER NOT NULL DEFAULT 0 CHECK (approved_count >= 0),
    rejected_count                   INTEGER NOT NULL DEFAULT 0 CHECK (rejected_count >= 0),
    pending_count                    INTEGER NOT NULL DEFAULT 0 CHECK (pending_count >= 0),   -- pending or submitting
    failed_count                     INTEGER NOT NULL DEFAULT 0 CHECK (failed_count >= 0),
    compliant_count                  INTEGER NOT NULL DEFAULT 0 CHECK (compliant_count >= 0),
    manual_intervention_count        INTEGER NOT NULL DEFAULT 0 CHECK (manual_intervention_count >= 0),
    automated_count                  INTEGER NOT NULL DEFAULT 0 CHECK (automated_count >= 0), -- any method but manual
    automated_delivered_count        INTEGER NOT NULL DEFAULT 0 CHECK (automated_delivered_count >= 0),
    retried_count                    INTEGER NOT NULL DEFAULT 0 CHECK (retried_count >= 0),
    approval_time_sum_microseconds   INTEGER NOT NULL DEFAULT 0 CHECK (approval_time_sum_microseconds >= 0),
    approval_time_count              INTEGER NOT NULL DEFAULT 0 CHECK (approval_time_count >= 0),
    processing_time_sum_microseconds INTEGER NOT NULL DEFAULT 0 CHECK (processing_time_sum_microseconds >= 0),
    processing_time_count            INTEGER NOT NULL DEFAULT 0 CHECK (processing_time_count >= 0),
    quality_sum                      INTEGER NOT NULL DEFAULT 0 CHECK (quality_sum >= 0),
    quality_count                    INTEGER NOT NULL DEFAULT 0 CHECK (quality_count >= 0),
    credits_consumed_sum             INTEGER NOT NULL DEFAULT 0 CHECK (credits_consumed_sum >= 0),
    traffic_estimate_sum             INTEGER NOT NULL DEFAULT 0 CHECK (traffic_estimate_sum >= 0),
    leads_estimate_sum               INTEGER NOT NULL DEFAULT 0 CHECK (leads_estimate_sum >= 0),
    cost_minor_sum                   INTEGER NOT NULL DEFAULT 0 CHECK (cost_minor_sum >= 0),
    computed_at                      INTEGER NOT NULL,
    UNIQUE (day, directory_id, customer_id, currency),
    CHECK (approved_count <= delivered_count),
    CHECK (delivered_count + rejected_count + pending_count + failed_count <= submission_count),
    CHECK (automated_delivered_count <= automated_count)
) STRICT;

CREATE INDEX submission_analytics_daily_directory ON submission_analytics_daily (directory_id, day);
CREATE INDEX submission_analytics_daily_customer ON submission_analytics_daily (customer_id, day);

-- The figures of the whole office as of the last refresh.
CREATE TABLE dashboard_summary (
    pk                             INTEGER PRIMARY KEY CHECK (pk = 1),
    total_customers                INTEGER NOT NULL DEFAULT 0 CHECK (total_customers >= 0),
    active_customers               INTEGER NOT NULL DEFAULT 0 CHECK (active_customers >= 0),
    trial_customers                INTEGER NOT NULL DEFAULT 0 CHECK (trial_customers >= 0),
    top_tier_customers           INTEGER NOT NULL DEFAULT 0 CHECK (top_tier_customers >= 0),
    total_submissions              INTEGER NOT NULL DEFAULT 0 CHECK (total_submissions >= 0),
    delivered_submissions          INTEGER NOT NULL DEFAULT 0 CHECK (delivered_submissions >= 0),
    approved_submissions           INTEGER NOT NULL DEFAULT 0 CHECK (approved_submissions >= 0),
    rejected_submissions           INTEGER NOT NULL DEFAULT 0 CHECK (rejected_submissions >= 0),
    submissions_last_24_hours      INTEGER NOT NULL DEFAULT 0 CHECK (submissions_last_24_hours >= 0),
    submissions_last_7_days        INTEGER NOT NULL DEFAULT 0 CHECK (submissions_last_7_days >= 0),
    total_queue_items              INTEGER NOT NULL DEFAULT 0 CHECK (total_queue_items >= 0),
    pending_queue_items            INTEGER NOT NULL DEFAULT 0 CHECK (pending_queue_items >= 0), -- pending and retrying
    running_queue_items            INTEGER NOT NULL DEFAULT 0 CHECK (running_queue_items >= 0),
    total_actions                  INTEGER NOT NULL DEFAULT 0 CHECK (total_actions >= 0),
    open_actions                   INTEGER NOT NULL DEFAULT 0 CHECK (open_actions >= 0),
    unassigned_actions             INTEGER NOT NULL DEFAULT 0 CHECK (unassigned_actions >= 0),
    overdue_actions                INTEGER NOT NULL DEFAULT 0 CHECK (overdue_actions >= 0),
    approval_time_sum_microseconds INTEGER NOT NULL DEFAULT 0 CHECK (approval_time_sum_microseconds >= 0),
    approval_time_count            INTEGER NOT NULL DEFAULT 0 CHECK (approval_time_count >= 0),
    credits_consumed_sum           INTEGER NOT NULL DEFAULT 0 CHECK (credits_consumed_sum >= 0),
    cost_minor_sums                TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(cost_minor_sums)), -- by currency
    refreshed_at                   INTEGER NOT NULL
) STRICT;

-- Measurements recorded by programs.
CREATE TABLE system_metrics (
    pk          INTEGER PRIMARY KEY,
    metric_type TEXT NOT NULL CHECK (metric_type <> ''),
    metric_name TEXT NOT NULL CHECK (metric_name <> ''),
    value       REAL NOT NULL,
    dimensions  TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(dimensions)),
    at          INTEGER NOT NULL
) STRICT;

CREATE INDEX system_metrics_name ON system_metrics (metric_name, at);
CREATE INDEX system_metrics_type ON system_metrics (metric_type, at);
CREATE INDEX system_metrics_time ON system_metrics (at);

"""#,
        down: #"""
DROP TABLE system_metrics;
DROP TABLE dashboard_summary;
DROP TABLE submission_analytics_daily;
DROP TABLE analytics_snapshots;

"""#,
        checksum: "cb60d06e8b1c48d7f1c131110db49567275a00af068d582ec16733d1f636b0a1"),
    ])
}
