// Made from the .sql files; to make it again: BACKOFFICE_EMBED=1 swift test --filter BackofficeSchemaTests.EmbeddedSchemaTests
// swift-format-ignore-file

internal import BackofficeStorage

extension CoreSchema {
  static let v0015QueueSchedules = Migration(
    version: 15, name: "queue_schedules",
    embedded: #"""
-- Schedules in cron notation that survive whatever the clock does.

-- The first run of an interval; no run of any schedule comes before it.
ALTER TABLE queue_schedules ADD COLUMN anchor_at INTEGER;
-- The most missed runs that are made up for, and how late a run may be.
ALTER TABLE queue_schedules ADD COLUMN max_catch_up INTEGER NOT NULL DEFAULT 100
    CHECK (max_catch_up BETWEEN 1 AND 1000);
ALTER TABLE queue_schedules ADD COLUMN grace_seconds INTEGER CHECK (grace_seconds > 0);
-- When next_run_at was worked out; later than now, the clock was set back.
ALTER TABLE queue_schedules ADD COLUMN checked_at INTEGER;
ALTER TABLE queue_schedules ADD COLUMN last_error TEXT;

-- Intervals of older files go on from where they stand.
UPDATE queue_schedules SET anchor_at = next_run_at WHERE interval_seconds IS NOT NULL;

CREATE INDEX queue_schedules_checked ON queue_schedules (checked_at) WHERE is_enabled = 1;

-- One row a run: whatever happens, a time of a schedule has one item.
CREATE TABLE queue_schedule_runs (
    pk            INTEGER PRIMARY KEY,
    schedule_id   BLOB NOT NULL REFERENCES queue_schedules (id) ON DELETE CASCADE,
    due_at        INTEGER NOT NULL,
    queue_item_id BLOB REFERENCES queue_items (id) ON DELETE SET NULL,
    enqueued_at   INTEGER NOT NULL,
    UNIQUE (schedule_id, due_at)
) STRICT;

CREATE INDEX queue_schedule_runs_item ON queue_schedule_runs (queue_item_id)
    WHERE queue_item_id IS NOT NULL;

"""#,
    down: #"""
DROP TABLE queue_schedule_runs;
DROP INDEX queue_schedules_checked;
ALTER TABLE queue_schedules DROP COLUMN last_error;
ALTER TABLE queue_schedules DROP COLUMN checked_at;
ALTER TABLE queue_schedules DROP COLUMN grace_seconds;
ALTER TABLE queue_schedules DROP COLUMN max_catch_up;
ALTER TABLE queue_schedules DROP COLUMN anchor_at;

"""#,
    checksum: "101effaa71b9c213045bbe08cfadf0488eb2fdfdf4aacf7611ab5b2612ef1385")
}
