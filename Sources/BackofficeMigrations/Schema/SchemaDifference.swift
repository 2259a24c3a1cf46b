/// The differences between two schemas.
public struct SchemaDifference: Sendable, Hashable {
  /// The differences, by table; empty if the schemas are equal.
  public let changes: [SchemaChange]

  /// Whether the schemas are equal.
  public var isEmpty: Bool { changes.isEmpty }

  /// One line for each difference.
  public var lines: [String] { changes.map(\.description) }
}

extension SchemaDifference: CustomStringConvertible {
  /// The first differences, and the number of the others, on one line.
  public var description: String {
    let shown = lines.prefix(6).joined(separator: "; ")
    return changes.count > 6 ? "\(shown); and \(changes.count - 6) more" : shown
  }
}

extension DatabaseSchema {
  /// Returns the changes from this schema to `other`.
  ///
  /// - Complexity: O(*n*) in the number of tables and columns.
  public func difference(to other: DatabaseSchema) -> SchemaDifference {
    guard self != other else { return SchemaDifference(changes: []) }
    var collector = SchemaChangeCollector()
    collector.pair(tables, other.tables, \.name) { collector, name, before, after in
      switch (before, after) {
      case (let before?, let after?): collector.compare(before, after)
      case (nil, let after?): collector.add(.table(name), .existence, nil, after.tableSummary)
      case (_, nil): collector.add(.table(name), .existence, name, nil)
      }
    }
    collector.pair(views, other.views, \.name) { collector, name, before, after in
      switch (before, after) {
      case (let before?, let after?):
        collector.value(.view(name), .definition, before.body, after.body)
        if before.body == after.body {
          collector.value(
            .view(name), .columnOrder, before.columns.joined(separator: ", "),
            after.columns.joined(separator: ", "))
        }
        collector.triggers(of: name, before.triggers, after.triggers)
      case (nil, _): collector.add(.view(name), .existence, nil, "")
      case (_, nil): collector.add(.view(name), .existence, name, nil)
      }
    }
    return SchemaDifference(changes: collector.changes)
  }
}

extension DatabaseSchema.Table {
  fileprivate var tableSummary: String {
    module.map { "virtual, using \($0)" } ?? columns.map(\.name).joined(separator: ", ")
  }
}

/// Collects the differences between two schemas.
struct SchemaChangeCollector {
  private(set) var changes: [SchemaChange] = []

  mutating func add(
    _ subject: SchemaChange.Subject, _ aspect: SchemaChange.Aspect, _ before: String?,
    _ after: String?
  ) {
    changes.append(SchemaChange(subject, aspect, before, after))
  }

  mutating func value(
    _ subject: SchemaChange.Subject, _ aspect: SchemaChange.Aspect, _ before: String?,
    _ after: String?
  ) {
    if before != after { add(subject, aspect, before, after) }
  }

  /// Calls `body` with the elements of two lists that have the same name, in the order of the
  /// names.
  mutating func pair<Element>(
    _ before: [Element], _ after: [Element], _ name: (Element) -> String,
    _ body: (inout SchemaChangeCollector, String, Element?, Element?) -> Void
  ) {
    let first = Dictionary(
      before.map { (name($0).lowercased(), $0) }, uniquingKeysWith: { one, _ in one })
    let second = Dictionary(
      after.map { (name($0).lowercased(), $0) }, uniquingKeysWith: { one, _ in one })
    for key in Set(first.keys).union(second.keys).sorted() {
      let shown = first[key].map(name) ?? second[key].map(name) ?? key
      body(&self, shown, first[key], second[key])
    }
  }

  mutating func flag(
    _ subject: SchemaChange.Subject, _ aspect: SchemaChange.Aspect, _ words: String,
    _ before: Bool, _ after: Bool
  ) {
    value(subject, aspect, before ? words : nil, after ? words : nil)
  }

  mutating func triggers(
    of table: String, _ before: [DatabaseSchema.Trigger], _ after: [DatabaseSchema.Trigger]
  ) {
    pair(before, after, \.name) { collector, name, before, after in
      let subject = SchemaChange.Subject.trigger(on: table, name: name)
      switch (before, after) {
      case (let before?, let after?):
        collector.value(subject, .definition, before.body, after.body)
      default:
        collector.add(subject, .existence, before.map { _ in name }, after.map { _ in "" })
      }
    }
  }
}
