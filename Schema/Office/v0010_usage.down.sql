DROP TABLE credit_entries;
DROP TABLE credit_holds;
DROP TABLE credit_balances;
DROP TABLE usage_records;
DROP TABLE usage_events;
