// Made from the .sql files; to make it again: BACKOFFICE_EMBED=1 swift test --filter BackofficeSchemaTests.EmbeddedSchemaTests
// swift-format-ignore-file

internal import BackofficeStorage

extension CoreSchema {
  static let v0004CustomersSearch = Migration(
    version: 4, name: "customers_search",
    embedded: #"""
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

"""#,
    down: #"""
DROP TABLE customers_search;

"""#,
    checksum: "9c4c8a248d322f71b5b5ce50d28c28ff7ef88efadceb2f7d46ea030b2f9de632")
}
