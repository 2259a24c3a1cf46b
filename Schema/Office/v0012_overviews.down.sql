DROP VIEW assistant_workload;
DROP VIEW action_center;
DROP VIEW batch_overview;
DROP VIEW queue_overview;
DROP VIEW submission_overview;
DROP VIEW directory_performance;
DROP VIEW customer_submission_summary;
DROP VIEW customer_overview;
