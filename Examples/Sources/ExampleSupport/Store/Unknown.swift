package import Backoffice

/// Thrown for a name that does not exist in the store, with those that do.
package struct Unknown: Error, Hashable, CustomStringConvertible {
  package let thing: String
  package let name: String
  package let known: [String]

  /// - Parameters:
  ///   - thing: what has the name, such as `queue`.
  ///   - name: the name.
  ///   - store: the store.
  ///   - known: a query of the names that exist.
  package init(
    _ thing: String, _ name: String, in store: BackofficeStore, known: String
  ) throws {
    self.thing = thing
    self.name = name
    self.known = try store.read { transaction in
      try transaction.fetchAll(sql: known) { row in try row.value(at: 0) }
    }
  }

  package var description: String {
    let list = known.prefix(8).map(\.quoted).joined(separator: ", ")
    let sentence = Suggestion.sentence(for: name, in: known)
    return "there is no \(thing) \(name.quoted)"
      + (known.isEmpty
        ? "" : "; there is \(list)\(known.count > 8 ? ", …" : "")\(sentence.isEmpty ? "" : ".")")
      + sentence
  }
}
