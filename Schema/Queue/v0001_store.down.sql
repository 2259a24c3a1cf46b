DROP TABLE store_upkeep;
DROP TABLE store_settings;
