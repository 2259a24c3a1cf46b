DROP TABLE subscription_events;
DROP TABLE subscriptions;
DROP TABLE tier_versions;
DROP TABLE tiers;
