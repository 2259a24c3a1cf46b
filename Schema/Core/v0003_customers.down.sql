DROP TABLE credentials;
DROP TABLE subscription_events;
DROP TABLE subscriptions;
DROP TABLE customers;
DROP TABLE staff;
