import BackofficeQueue
import Synchronization

/// A rule of a program that throws for items of the kind `bad` and batches named `bad`, once it is
/// switched on.
final class Refusals: Sendable {
  struct No: Error, CustomStringConvertible { let description = "no" }

  private struct Item: TableRow {
    static let tableName = "queue_items"
    let kind: String

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      kind = try column("kind")
    }
  }

  private struct Parent: TableRow {
    static let tableName = "batches"
    let name: String

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      name = try column("name")
    }
  }

  private let isOn = Mutex(false)
  /// Whether the rules run at the commit.
  private let throwsAtCommit: Bool

  init(throwsAtCommit: Bool = false) { self.throwsAtCommit = throwsAtCommit }

  func switchOn() { isOn.withLock { $0 = true } }

  var triggers: [Trigger] {
    guard !throwsAtCommit else {
      return [atCommit(Item.self) { $0.kind }, atCommit(Parent.self, .delete) { $0.name }]
    }
    return [
      .after("program.items", .any, on: Item.self) { [self] change, _ in
        if (change.new ?? change.old)?.kind == "bad", isOn.withLock(\.self) { throw No() }
      },
      .after("program.batches", .delete, on: Parent.self) { [self] change, _ in
        if change.old?.name == "bad", isOn.withLock(\.self) { throw No() }
      },
    ]
  }

  private func atCommit<R: TableRow>(
    _ type: R.Type, _ events: Trigger.Events = .any, _ name: @escaping @Sendable (R) -> String
  ) -> Trigger {
    .atCommit(
      "program.\(R.tableName)", events, on: R.self,
      collect: { change, emit in
        if let row = change.new ?? change.old { emit(name(row), 1) }
      }, combine: { $0 += $1 },
      perform: { [self] key, _, _ in
        if key == "bad", isOn.withLock(\.self) { throw No() }
      })
  }
}
