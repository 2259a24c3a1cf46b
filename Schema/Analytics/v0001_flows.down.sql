DROP TABLE analytics_dirty;
DROP TABLE analytics_conversions;
DROP TABLE analytics_activity;
DROP TABLE analytics_flows;
DELETE FROM store_settings
WHERE key IN ('analytics.computed_until', 'analytics.stored_until', 'rebuild.analytics.flows',
    'rebuild.analytics.conversions');
