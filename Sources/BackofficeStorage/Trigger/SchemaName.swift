/// A name of the schema, compared as SQLite compares names: by bytes, without the case of ASCII
/// letters.
///
/// Swift compares strings by canonical equivalence, so that two tables of SQLite could be one.
struct SchemaName: Hashable, Sendable {
  private let bytes: [UInt8]

  init(_ name: String) {
    bytes = name.utf8.map { byte in
      byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
  }
}
