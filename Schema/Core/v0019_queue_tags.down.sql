DROP TABLE queue_item_tags;
ALTER TABLE queue_attempts DROP COLUMN result;
