/// A business rule in Swift that runs inside the transaction that changes a row.
///
/// - ``before(_:_:on:perform:)`` modifies or rejects a record before it is written.
/// - ``after(_:_:on:when:perform:)`` runs for every changed row, for any statement.
/// - ``atCommit(_:_:on:collect:combine:perform:)`` runs once for each transaction and key.
///
/// Triggers run in the order in which they are installed. If a trigger throws, the statement is
/// undone.
public struct Trigger: Sendable {
  /// The name of the trigger in ``Database/triggers`` and in errors.
  public let name: String
  /// The table that the trigger watches.
  public let table: String
  /// When the trigger runs.
  public let timing: Timing
  /// The events that the trigger runs for.
  public let events: Set<Event>
  /// The columns of which an update must change at least one; nil for any update.
  public let observedColumns: [String]?

  /// A column that an update must not change; nil for none.
  @usableFromInline let unchangedColumn: String?
  /// The conditions of the trigger.
  @usableFromInline let conditions: [ChangeCondition]
  @usableFromInline let rowColumns: [String]
  /// The number of leading columns that are read from the old row, while the others are read from
  /// the new row; nil if all are read from both.
  @usableFromInline let oldColumnCount: Int?
  @usableFromInline let action: Action

  /// When a trigger runs.
  public enum Timing: String, Sendable, Hashable {
    /// Before a record is written.
    case before
    /// After the statement, for each changed row.
    case after
    /// Before the commit, once for each key.
    case atCommit
  }

  /// The kind of a change.
  public enum Event: String, Sendable, Hashable, CaseIterable, BitwiseCopyable {
    case insert, update, delete
  }

  @usableFromInline
  typealias Perform =
    @Sendable (borrowing CapturedChange, borrowing WriteTransaction) throws -> Void

  @usableFromInline
  enum Action: Sendable {
    case before(any BeforeAction)
    case after(Perform)
    case atCommit(@Sendable () -> AtCommitQueue)
  }

  @usableFromInline
  init(
    name: String, table: String, timing: Timing, events: Set<Event>, observedColumns: [String]?,
    unchangedColumn: String? = nil, conditions: [ChangeCondition] = [], rowColumns: [String],
    oldColumnCount: Int? = nil, action: Action
  ) {
    self.name = name
    self.table = table
    self.timing = timing
    self.events = events
    self.observedColumns = observedColumns
    self.unchangedColumn = unchangedColumn
    self.conditions = conditions
    self.rowColumns = rowColumns
    self.oldColumnCount = oldColumnCount
    self.action = action
  }
}

extension Trigger {
  /// The changes that a trigger runs for.
  public struct Events: Sendable {
    @usableFromInline let set: Set<Event>
    @usableFromInline let columns: [String]?
    @usableFromInline var unchanged: String?
    @usableFromInline var conditions: [ChangeCondition] = []

    /// Every insert, update and delete.
    public static let any = Events(set: Set(Event.allCases), columns: nil)
    /// Every insert.
    public static let insert = Events(set: [.insert], columns: nil)
    /// Every update.
    public static let update = Events(set: [.update], columns: nil)
    /// Every delete.
    public static let delete = Events(set: [.delete], columns: nil)
    /// Every insert and update.
    public static let insertOrUpdate = Events(set: [.insert, .update], columns: nil)

    /// Every update that changes at least one of the columns.
    public static func update(of columns: String...) -> Events {
      Events(set: [.update], columns: columns)
    }

    /// Every update that does not change `column`.
    public static func update(leaving column: String) -> Events {
      Events(set: [.update], columns: nil, unchanged: column)
    }

    /// Every insert, every delete, and every update that changes at least one of the columns.
    public static func insertDeleteOrUpdate(of columns: String...) -> Events {
      Events(set: Set(Event.allCases), columns: columns)
    }

    /// Every insert, and every update that changes at least one of the columns.
    public static func insertOrUpdate(of columns: String...) -> Events {
      Events(set: [.insert, .update], columns: columns)
    }
  }

  /// Creates a trigger that may modify or reject a record before it is written.
  ///
  /// It runs for typed writes only. Use ``after(_:_:on:when:perform:)`` for a rule that must hold
  /// for every statement.
  ///
  /// - Parameters:
  ///   - name: the name in ``Database/triggers`` and in errors.
  ///   - events: the writes that it runs for.
  ///   - type: the record type of the table.
  ///   - perform: receives the record to modify (for a delete, the deleted record), and the old
  ///     record of an update if the caller passed it. If it throws, the write is rejected.
  public static func before<R: Record>(
    _ name: String, _ events: Events, on type: R.Type,
    perform: @escaping @Sendable (inout R, R?, borrowing WriteTransaction) throws -> Void
  ) -> Trigger {
    Trigger(
      name: name, table: R.tableName, timing: .before, events: events.set,
      observedColumns: events.columns, rowColumns: R.columns,
      action: .before(TypedBeforeAction<R>(events: events.set, perform: perform)))
  }

  /// Creates a trigger that runs for every changed row, whether by a typed write, an SQL statement,
  /// an upsert, a REPLACE, or a foreign key action.
  ///
  /// The trigger may write; the rows that it changes run triggers in turn, up to
  /// ``Database/Configuration/triggerDepthLimit``. If it throws, the statement and everything that
  /// it caused is undone.
  ///
  /// - Parameters:
  ///   - name: the name in ``Database/triggers`` and in errors.
  ///   - events: the changes that it runs for.
  ///   - type: the row type to decode.
  ///   - when: a condition on the decoded change; nil for none.
  ///   - perform: the action.
  @inlinable
  public static func after<R: TableRow>(
    _ name: String, _ events: Events, on type: R.Type,
    when: (@Sendable (RowChange<R>) -> Bool)? = nil,
    perform: @escaping @Sendable (RowChange<R>, borrowing WriteTransaction) throws -> Void
  ) -> Trigger {
    Trigger(
      name: name, table: R.tableName, timing: .after, events: events.set,
      observedColumns: events.columns, unchangedColumn: events.unchanged,
      conditions: events.conditions, rowColumns: R.columns,
      action: .after { captured, transaction in
        let change = try captured.decode(R.self)
        if let when, !when(change) { return }
        try perform(change, transaction)
      })
  }

  /// Creates a trigger on updates that reads different columns of the old and new row.
  ///
  /// - Parameters:
  ///   - name: the name in ``Database/triggers`` and in errors.
  ///   - events: the updates that it runs for.
  ///   - old: the row type to decode from the old row.
  ///   - new: the row type to decode from the new row.
  ///   - perform: the action.
  @inlinable
  package static func afterUpdate<Old: TableRow, New: TableRow>(
    _ name: String, _ events: Events, from old: Old.Type, to new: New.Type,
    perform: @escaping @Sendable (Old, New, borrowing WriteTransaction) throws -> Void
  ) -> Trigger {
    let count = Old.columns.count
    return Trigger(
      name: name, table: New.tableName, timing: .after, events: [.update],
      observedColumns: events.columns, unchangedColumn: events.unchanged,
      conditions: events.conditions, rowColumns: Old.columns + New.columns,
      oldColumnCount: count,
      action: .after { captured, transaction in
        try perform(
          captured.row(new: false), captured.row(new: true, skipping: count), transaction)
      })
  }

  /// Creates a trigger on updates that reads only the new row.
  ///
  /// - Parameters:
  ///   - name: the name in ``Database/triggers`` and in errors.
  ///   - events: the updates that it runs for.
  ///   - new: the row type to decode from the new row.
  ///   - perform: the action.
  @inlinable
  package static func afterUpdate<New: TableRow>(
    _ name: String, _ events: Events, to new: New.Type,
    perform: @escaping @Sendable (New, borrowing WriteTransaction) throws -> Void
  ) -> Trigger {
    Trigger(
      name: name, table: New.tableName, timing: .after, events: [.update],
      observedColumns: events.columns, unchangedColumn: events.unchanged,
      conditions: events.conditions, rowColumns: New.columns, oldColumnCount: 0,
      action: .after { captured, transaction in
        try perform(captured.row(new: true), transaction)
      })
  }

  /// Creates a trigger that refuses to delete rows of a table, by `REPLACE` as well.
  ///
  /// SQL triggers on deletions don't run for the rows that `REPLACE` deletes.
  ///
  /// - Parameter table: the table.
  public static func appendOnly(_ table: String) -> Trigger {
    Trigger(
      name: "\(table).append_only", table: table, timing: .after, events: [.delete],
      observedColumns: nil, rowColumns: [],
      action: .after { _, _ in
        throw SQLiteError(
          code: .constraintTrigger, message: "\(table) is append-only", operation: .step)
      })
  }

  /// Creates a trigger that runs once for each transaction and key, before the commit.
  ///
  /// Use it for derived values: a thousand changed items cause one update of their batch. A
  /// rollback to a savepoint discards what was collected since.
  ///
  /// - Parameters:
  ///   - name: the name in ``Database/triggers`` and in errors.
  ///   - events: the changes that it collects from.
  ///   - type: the row type to decode.
  ///   - collect: passes each key that a change concerns, with its contribution, to `emit`.
  ///   - combine: adds a contribution to the earlier ones of the same key.
  ///   - perform: processes one key. Keys are processed in the order of their first change.
  @inlinable
  public static func atCommit<R: TableRow, Key: Hashable & Sendable, Delta: Sendable>(
    _ name: String, _ events: Events, on type: R.Type,
    collect: @escaping @Sendable (RowChange<R>, _ emit: (Key, Delta) -> Void) throws -> Void,
    combine: @escaping @Sendable (inout Delta, Delta) -> Void,
    perform: @escaping @Sendable (Key, Delta, borrowing WriteTransaction) throws -> Void
  ) -> Trigger {
    Trigger(
      name: name, table: R.tableName, timing: .atCommit, events: events.set,
      observedColumns: events.columns, unchangedColumn: events.unchanged,
      conditions: events.conditions, rowColumns: R.columns,
      action: .atCommit {
        AtCommitQueue.make(name: name, collect: collect, combine: combine, perform: perform)
      })
  }
}
