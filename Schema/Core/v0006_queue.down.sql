DROP TABLE queue_schedules;
DROP TABLE queue_attempts;
DROP TABLE queue_items;
DROP TABLE batches;
DROP TABLE queue_controls;
