DROP TABLE subscription_charges;
DROP TABLE subscription_events;
DROP TABLE subscription_facts;
DROP TABLE subscriptions;
DROP TABLE tier_versions;
DROP TABLE tiers;
