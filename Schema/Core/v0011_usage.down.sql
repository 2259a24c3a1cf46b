DROP TABLE credit_entries;
DROP TABLE usage_records;
DROP TABLE usage_events;
