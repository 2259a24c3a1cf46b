import Synchronization

extension Migrator {
  /// How runs are carried out; each default is the safe one.
  public struct Options: Sendable {
    /// What is committed together: each migration by itself.
    public var grouping: Grouping = .eachAlone
    /// Migrations that may run although a later one of their pack has, by their file's name with or
    /// without the pack (`core/v0003_customers.sql`).
    ///
    /// A file may ask for it itself, by a comment `-- backoffice:out-of-order` at its head.
    public var outOfOrder: Set<String> = []
    /// When a copy of the file is put beside it first: before runs that destroy something.
    public var snapshots: SnapshotPolicy = .beforeDestructiveRuns(keeping: 3)
    /// Whether a text in double quotes is taken for a text where no column has that name, as SQLite
    /// does by itself: no, since a typing mistake then becomes a value.
    public var allowsDoubleQuotedTexts = false
    /// Whether a `BEGIN` at the head and a `COMMIT` at the end of a file are passed over: no, such a
    /// file is refused.
    public var unwrapsTransactions = false
    /// How often a migration that takes long is reported: every 250 ms.
    public var progressInterval: Duration = .milliseconds(250)
    /// Ends a run from another thread; the task that runs it may also be cancelled.
    public var cancellation: MigrationCancellation?
    /// What else runs with each migration.
    public var hooks = Hooks()
    /// The room on the disk, for tests of a full one; nil to ask the system.
    package var freeBytes: Int64?

    /// Creates the default settings.
    public init() {}
  }

  /// What one commit of a run covers.
  public enum Grouping: String, Sendable, Hashable {
    /// Each migration has a transaction of its own: those before one that fails stay.
    case eachAlone
    /// The whole run is one transaction: one that fails takes everything back, the ledger included.
    case together
    /// Together where the file has no migration yet, so that a new file holds all or none of them;
    /// each by itself everywhere else.
    case togetherWhenNew
  }

  /// When a run begins with a copy of the file, and how many copies stay.
  public enum SnapshotPolicy: Sendable, Hashable {
    /// Never.
    case never
    /// Before a run that destroys something: every way back, and ways in that drop or delete.
    case beforeDestructiveRuns(keeping: Int)
    /// Before every run.
    case always(keeping: Int)
  }

  /// Code that runs with every migration, inside its transaction.
  ///
  /// What it throws takes the migration back, with ``MigrationFailure`` as for a failing statement.
  public struct Hooks: Sendable {
    /// Runs before the first statement of a migration.
    public var beforeEach:
      (@Sendable (MigrationStep, borrowing MigrationTransaction) throws -> Void)?
    /// Runs behind the last statement of a migration, before its foreign keys are checked.
    public var afterEach:
      (@Sendable (MigrationStep, borrowing MigrationTransaction) throws -> Void)?
    /// Hears of a migration that failed, after it was rolled back.
    public var onError: (@Sendable (MigrationStep, any Error) -> Void)?

    /// Creates hooks that do nothing.
    public init() {}
  }
}

/// Ends a run of migrations from another thread, a signal handler for one.
///
/// What is running is rolled back, and what was committed stays.
public final class MigrationCancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  /// Creates a run's switch.
  public init() {}

  /// Whether the run shall end.
  public var isCancelled: Bool { flag.load(ordering: .acquiring) }

  /// Ends the run at its next statement, or within it.
  public func cancel() { flag.store(true, ordering: .releasing) }
}
