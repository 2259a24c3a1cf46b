// Made from the .sql files; to make it again: BACKOFFICE_EMBED=1 swift test --filter BackofficeSchemaTests.EmbeddedSchemaTests
// swift-format-ignore-file

internal import BackofficeStorage

extension CoreSchema {
  static let v0001StoreSettings = Migration(
    version: 1, name: "store_settings",
    embedded: #"""
-- Meta: settings of one store, a key and a value each (base currency, reporting time zone, retention periods).

CREATE TABLE store_settings (
    key        TEXT PRIMARY KEY NOT NULL CHECK (key <> ''),
    value      TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

"""#,
    down: #"""
DROP TABLE store_settings;

"""#,
    checksum: "a5127c2244b93dc3f55797af373150fef75d9a7ca7ce73f80be0e9f3343f7ab3")
}
