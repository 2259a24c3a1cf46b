DROP TABLE customers_search;
DROP TABLE credentials;
DROP TABLE customers;
