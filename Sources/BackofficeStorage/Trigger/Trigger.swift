/// A rule of the business in Swift, run by the store inside the transaction that changes a row.
///
/// - ``before(_:_:on:perform:)`` shapes or refuses a record that a program is about to write.
/// - ``after(_:_:on:when:perform:)`` sees every row that changed, however it was changed.
/// - ``atCommit(_:_:on:collect:combine:perform:)`` runs once per transaction and key.
///
/// Triggers run in the order in which they were installed. What they throw undoes the statement.
public struct Trigger: Sendable {
  /// What the trigger is called in ``Database/triggers`` and in errors.
  public let name: String
  /// The table it watches.
  public let table: String
  /// When it runs.
  public let timing: Timing
  /// The changes it runs for.
  public let events: Set<Event>
  /// The columns of which at least one has to change in an update; nil for any.
  public let observedColumns: [String]?

  /// A column that an update must leave as it was; nil for none.
  @usableFromInline let untouchedColumn: String?
  /// What else must hold of a change.
  @usableFromInline let conditions: [ChangeCondition]
  @usableFromInline let rowColumns: [String]
  /// How many of them, from the first on, are read of the row before, and the others of the row now;
  /// nil when all are read of both.
  @usableFromInline let oldColumnCount: Int?
  @usableFromInline let action: Action

  /// When a trigger runs.
  public enum Timing: String, Sendable, Hashable {
    /// Before a record is written.
    case before
    /// After the statement, for each row it changed.
    case after
    /// Before the transaction commits, once per key.
    case atCommit
  }

  /// A kind of change.
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
    untouchedColumn: String? = nil, conditions: [ChangeCondition] = [], rowColumns: [String],
    oldColumnCount: Int? = nil, action: Action
  ) {
    self.name = name
    self.table = table
    self.timing = timing
    self.events = events
    self.observedColumns = observedColumns
    self.untouchedColumn = untouchedColumn
    self.conditions = conditions
    self.rowColumns = rowColumns
    self.oldColumnCount = oldColumnCount
    self.action = action
  }
}

extension Trigger {
  /// The changes that a trigger runs for, and the columns it watches in updates.
  public struct Events: Sendable {
    @usableFromInline let set: Set<Event>
    @usableFromInline let columns: [String]?
    @usableFromInline var untouched: String?
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

    /// Updates that change at least one of the columns.
    public static func update(of columns: String...) -> Events {
      Events(set: [.update], columns: columns)
    }

    /// Updates that leave `column` as it was.
    public static func update(leaving column: String) -> Events {
      Events(set: [.update], columns: nil, untouched: column)
    }

    /// Inserts, deletes, and updates that change at least one of the columns.
    public static func insertDeleteOrUpdate(of columns: String...) -> Events {
      Events(set: Set(Event.allCases), columns: columns)
    }

    /// Inserts, and updates that change at least one of the columns.
    public static func insertOrUpdate(of columns: String...) -> Events {
      Events(set: [.insert, .update], columns: columns)
    }
  }

  /// A rule that sees a record before it is written, and may change or refuse it.
  ///
  /// Runs for typed writes only: a rule that must hold whatever the statement was belongs in
  /// ``after(_:_:on:when:perform:)``.
  ///
  /// - Parameters:
  ///   - name: what ``Database/triggers`` and errors call it.
  ///   - events: the writes it runs for.
  ///   - type: the record of the table.
  ///   - perform: gets the record to change (for a delete, the one that goes), and the old one of
  ///     an update when the caller has it. What it throws refuses the write.
  public static func before<R: Record>(
    _ name: String, _ events: Events, on type: R.Type,
    perform: @escaping @Sendable (inout R, R?, borrowing WriteTransaction) throws -> Void
  ) -> Trigger {
    Trigger(
      name: name, table: R.tableName, timing: .before, events: events.set,
      observedColumns: events.columns, rowColumns: R.columns,
      action: .before(TypedBeforeAction<R>(events: events.set, perform: perform)))
  }

  /// A rule that sees every row that changed: by a typed write, an SQL statement, an upsert, a
  /// REPLACE, or a foreign key's cascade.
  ///
  /// It may write; the rows it changes fire triggers in turn, to a depth limit. What it throws
  /// undoes the statement and everything that followed from it.
  ///
  /// - Parameters:
  ///   - name: what ``Database/triggers`` and errors call it.
  ///   - events: the changes it runs for.
  ///   - type: what is read of a row of the table.
  ///   - when: a condition on the typed change; nil for none.
  ///   - perform: the rule.
  @inlinable
  public static func after<R: TableRow>(
    _ name: String, _ events: Events, on type: R.Type,
    when: (@Sendable (RowChange<R>) -> Bool)? = nil,
    perform: @escaping @Sendable (RowChange<R>, borrowing WriteTransaction) throws -> Void
  ) -> Trigger {
    Trigger(
      name: name, table: R.tableName, timing: .after, events: events.set,
      observedColumns: events.columns, untouchedColumn: events.untouched,
      conditions: events.conditions, rowColumns: R.columns,
      action: .after { captured, transaction in
        let change = try captured.decode(R.self)
        if let when, !when(change) { return }
        try perform(change, transaction)
      })
  }

  /// A rule on updates that needs less of the old row than of the new one.
  ///
  /// - Parameters:
  ///   - name: what ``Database/triggers`` and errors call it.
  ///   - events: the updates it runs for.
  ///   - old: what it reads of the row before.
  ///   - new: what it reads of the row now.
  ///   - perform: the rule.
  @inlinable
  package static func afterUpdate<Old: TableRow, New: TableRow>(
    _ name: String, _ events: Events, from old: Old.Type, to new: New.Type,
    perform: @escaping @Sendable (Old, New, borrowing WriteTransaction) throws -> Void
  ) -> Trigger {
    let count = Old.columns.count
    return Trigger(
      name: name, table: New.tableName, timing: .after, events: [.update],
      observedColumns: events.columns, untouchedColumn: events.untouched,
      conditions: events.conditions, rowColumns: Old.columns + New.columns,
      oldColumnCount: count,
      action: .after { captured, transaction in
        try perform(
          captured.row(new: false), captured.row(new: true, skipping: count), transaction)
      })
  }

  /// A rule on updates that needs nothing of the old row.
  ///
  /// - Parameters:
  ///   - name: what ``Database/triggers`` and errors call it.
  ///   - events: the updates it runs for.
  ///   - new: what it reads of the row now.
  ///   - perform: the rule.
  @inlinable
  package static func afterUpdate<New: TableRow>(
    _ name: String, _ events: Events, to new: New.Type,
    perform: @escaping @Sendable (New, borrowing WriteTransaction) throws -> Void
  ) -> Trigger {
    Trigger(
      name: name, table: New.tableName, timing: .after, events: [.update],
      observedColumns: events.columns, untouchedColumn: events.untouched,
      conditions: events.conditions, rowColumns: New.columns, oldColumnCount: 0,
      action: .after { captured, transaction in
        try perform(captured.row(new: true), transaction)
      })
  }

  /// A rule that runs once per transaction and key, just before the commit.
  ///
  /// For derived values: a thousand changed items make one update of their batch. A rollback to a
  /// savepoint takes back what was collected since.
  ///
  /// - Parameters:
  ///   - name: what ``Database/triggers`` and errors call it.
  ///   - events: the changes it collects from.
  ///   - type: what is read of a row of the table.
  ///   - collect: hands the keys that a change concerns, each with its contribution, to `emit`.
  ///   - combine: adds a later contribution of the same key to the earlier ones.
  ///   - perform: writes what follows for one key. Keys come in the order of their first change.
  @inlinable
  public static func atCommit<R: TableRow, Key: Hashable & Sendable, Delta: Sendable>(
    _ name: String, _ events: Events, on type: R.Type,
    collect: @escaping @Sendable (RowChange<R>, _ emit: (Key, Delta) -> Void) throws -> Void,
    combine: @escaping @Sendable (inout Delta, Delta) -> Void,
    perform: @escaping @Sendable (Key, Delta, borrowing WriteTransaction) throws -> Void
  ) -> Trigger {
    Trigger(
      name: name, table: R.tableName, timing: .atCommit, events: events.set,
      observedColumns: events.columns, untouchedColumn: events.untouched,
      conditions: events.conditions, rowColumns: R.columns,
      action: .atCommit {
        AtCommitQueue.make(name: name, collect: collect, combine: combine, perform: perform)
      })
  }
}
