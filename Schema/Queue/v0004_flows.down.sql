DROP TABLE batch_callbacks;
DROP TABLE queue_dependencies;
