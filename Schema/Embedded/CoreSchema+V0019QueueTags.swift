// Made from the .sql files; to make it again: BACKOFFICE_EMBED=1 swift test --filter BackofficeSchemaTests.EmbeddedSchemaTests
// swift-format-ignore-file

internal import BackofficeStorage

extension CoreSchema {
  static let v0019QueueTags = Migration(
    version: 19, name: "queue_tags",
    embedded: #"""
-- What an attempt left behind that another one followed, and items that are found by their tags.

-- What an attempt that failed had found out all the same. What a completed one handed in stands in the item alone.
ALTER TABLE queue_attempts ADD COLUMN result TEXT CHECK (result IS NULL OR json_valid(result));

-- Kept from the tags of queue_items; items without tags have no rows here.
CREATE TABLE queue_item_tags (
    tag     TEXT NOT NULL CHECK (tag <> ''),
    item_pk INTEGER NOT NULL REFERENCES queue_items (pk) ON DELETE CASCADE,
    PRIMARY KEY (tag, item_pk)
) STRICT, WITHOUT ROWID;

CREATE INDEX queue_item_tags_item ON queue_item_tags (item_pk);

INSERT INTO queue_item_tags (tag, item_pk)
SELECT DISTINCT t.value, q.pk FROM queue_items q, json_each(q.tags) t
WHERE q.tags <> '[]' AND json_type(q.tags) = 'array' AND t.type = 'text' AND t.value <> '';

"""#,
    down: #"""
DROP TABLE queue_item_tags;
ALTER TABLE queue_attempts DROP COLUMN result;

"""#,
    checksum: "385a847f88b3da778148c3c57ad6a800176e9363b0f216353d5a1e0d077fbbd5")
}
