DROP TABLE system_metrics;
DROP TABLE dashboard_summary;
DROP TABLE submission_analytics_daily;
DROP TABLE analytics_snapshots;
