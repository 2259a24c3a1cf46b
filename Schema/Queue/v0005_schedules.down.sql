DROP TABLE queue_schedule_runs;
DROP TABLE queue_schedules;
