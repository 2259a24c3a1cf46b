DROP TABLE queue_schedule_runs;
DROP INDEX queue_schedules_checked;
ALTER TABLE queue_schedules DROP COLUMN last_error;
ALTER TABLE queue_schedules DROP COLUMN checked_at;
ALTER TABLE queue_schedules DROP COLUMN grace_seconds;
ALTER TABLE queue_schedules DROP COLUMN max_catch_up;
ALTER TABLE queue_schedules DROP COLUMN anchor_at;
