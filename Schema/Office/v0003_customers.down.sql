DROP TABLE customers_search;
DROP TABLE credentials;
DROP TABLE customer_merges;
DROP TABLE customers;
