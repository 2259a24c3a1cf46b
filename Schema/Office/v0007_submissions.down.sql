DROP TABLE submission_work;
DROP TABLE submissions;
