DROP TABLE completion_meters;
DROP TABLE queue_item_credits;
