DROP TABLE audit_log;
DROP TABLE status_history;
