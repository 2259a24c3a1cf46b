-- Full-text index over live customers: rowid is customers.pk. Kept by a rule of the library.
-- email and phone hold the normalised keys; business holds the type and requirements.

CREATE VIRTUAL TABLE customers_search USING fts5 (
    full_name,
    company,
    email,
    phone,
    business,
    tokenize = "unicode61 remove_diacritics 2",
    prefix = '2 3'
);
