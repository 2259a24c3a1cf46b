DROP TABLE customers_search;
