DROP TABLE directories;
DROP TABLE directory_categories;
