import Synchronization

extension Migrator {
  /// The options of a migrator; the defaults are the safe choices.
  public struct Options: Sendable {
    /// Which migrations share a transaction; by default, each has its own.
    public var grouping: Grouping = .perMigration
    /// The files of migrations that may run after later ones of their pack have run, with or
    /// without the pack (`core/v0003_customers.sql`).
    ///
    /// A file can also allow it with a comment `-- backoffice:out-of-order` at its start.
    public var outOfOrder: Set<String> = []
    /// When a run starts with a snapshot of the file; by default, before destructive runs.
    public var snapshots: SnapshotPolicy = .beforeDestructiveRuns(keeping: 3)
    /// Whether a double-quoted string that names no column is a string literal, as is SQLite's
    /// default; false by default, because a misspelled name would become a value.
    public var allowsDoubleQuotedTexts = false
    /// Whether a `BEGIN` and a `COMMIT` around all statements of a file, and commands of the sqlite3 shell that change no
    /// database, such as `.timeout`, are skipped with a notice; false by default, and such a file is
    /// rejected.
    public var unwrapsTransactions = false
    /// Whether a down script without statements reverts a migration that changed the schema; false
    /// by default, and such a migration is not reverted.
    public var allowsEmptyDowns = false
    /// Functions that the scripts may call, unless SQLite has them itself.
    public var functions: [SQLFunction] = []
    /// Whether migrations of a folder run beside the record of another tool that has run them;
    /// false by default, and the record must be adopted first (``Migrator/adopt(_:of:from:)``).
    public var ignoresOtherTools = false
    /// The interval of progress events of a long migration; 250 ms by default.
    public var progressInterval: Duration = .milliseconds(250)
    /// Cancels a run from another thread; cancelling the task has the same effect.
    public var cancellation: MigrationCancellation?
    /// Code that runs with each migration.
    public var hooks = Hooks()
    /// The free disk space, for tests; nil to ask the system.
    package var freeBytes: Int64?
    /// Whether a step is refused that takes along what its pack did not make: not for a trial on a database
    /// that holds nothing else.
    var protectsOtherHands = true

    /// Creates the default settings.
    public init() {}
  }

  /// Which migrations of a run share a transaction.
  public enum Grouping: String, Sendable, Hashable {
    /// Each migration has its own transaction; those before a failure stay applied.
    case perMigration
    /// The whole run is one transaction; a failure rolls back everything, including the ledger.
    case together
    /// The run is one transaction if the database has no migrations, so that a new file has all or
    /// none of them; otherwise each migration has its own.
    case togetherWhenNew
  }

  /// When a run starts with a snapshot of the file, and how many snapshots are kept.
  public enum SnapshotPolicy: Sendable, Hashable {
    /// Never.
    case never
    /// Before a destructive run: one that reverts migrations, or whose scripts drop or delete.
    case beforeDestructiveRuns(keeping: Int)
    /// Before every run.
    case always(keeping: Int)
  }

  /// Code that runs with each migration, in its transaction.
  ///
  /// If a hook throws, the migration is rolled back and the run throws a ``MigrationFailure``.
  public struct Hooks: Sendable {
    /// Runs before the first statement of a migration.
    public var beforeEach:
      (@Sendable (MigrationStep, borrowing MigrationTransaction) throws -> Void)?
    /// Runs after the last statement of a migration, before foreign keys are checked.
    public var afterEach:
      (@Sendable (MigrationStep, borrowing MigrationTransaction) throws -> Void)?
    /// Runs after a failed migration was rolled back.
    public var onError: (@Sendable (MigrationStep, any Error) -> Void)?

    /// Creates hooks that do nothing.
    public init() {}
  }
}

/// Cancels a run of migrations from another thread, such as a signal handler.
///
/// The running migration is rolled back; committed ones stay applied.
public final class MigrationCancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  /// Creates a cancellation.
  public init() {}

  /// Whether the run was cancelled.
  public var isCancelled: Bool { flag.load(ordering: .acquiring) }

  /// Cancels the run, and interrupts the running statement.
  public func cancel() { flag.store(true, ordering: .releasing) }
}
