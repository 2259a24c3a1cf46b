extension Database {
  /// The settings of a database; the defaults suit a back office on one machine.
  public struct Configuration: Sendable {
    /// The durability of commits; ``Durability/full`` by default.
    public var durability: Durability = .full
    /// The maximum time to wait for another writer, in this process or another; 5 s by default.
    ///
    /// The waits grow from 0.2 to 25.6 ms, with jitter, and end early when the task is cancelled.
    /// The default is long enough for a migration or bulk import in another process, and short
    /// enough to notice a stuck one.
    public var busyTimeout: Duration = .seconds(5)
    /// The maximum number of reading connections; 8 by default.
    ///
    /// Each opens when it is first needed.
    public var maximumReaders = 8
    /// The maximum time that a read waits for a free connection; 10 s by default.
    public var readerTimeout: Duration = .seconds(10)
    /// The number of SQL texts whose prepared statements each connection caches; 64 by default.
    ///
    /// Declared statements (``SQLStatement``) do not count, and are never evicted.
    public var statementCacheCapacity = 64
    /// The page cache of each connection, in KiB; 8,192 by default.
    public var pageCacheKiB = 8192
    /// The size of the memory map of the file, in bytes; 0 by default.
    ///
    /// Memory mapping is off because an I/O error on a mapped page terminates the process.
    public var memoryMapBytes: Int64 = 0
    /// The number of pages in the write-ahead log that triggers a checkpoint; 1,000 (4 MiB) by
    /// default.
    public var checkpointPages = 1000
    /// The size at which the write-ahead log is truncated after a checkpoint, in bytes; 64 MiB by
    /// default.
    public var writeAheadLogLimitBytes: Int64 = 64 << 20
    /// The maximum number of asynchronous writes that share one commit; 256 by default.
    public var groupLimit = 256
    /// The time during which a running group accepts further writes; 5 ms by default.
    ///
    /// An idle store commits the first write immediately. After a commit that several writes
    /// shared, the next group waits up to 200 µs for half as many writes to arrive.
    public var groupDelay: Duration = .milliseconds(5)
    /// The maximum depth of triggers that run other triggers; 32 by default.
    public var triggerDepthLimit = 32
    /// The initial contents of a database in memory; empty by default, and ignored for files.
    public var template: DatabaseTemplate?
    /// The callback for operational events; nil by default.
    ///
    /// It runs on the thread that causes the event, must return quickly, and must not use the
    /// store.
    public var onEvent: (@Sendable (StorageEvent) -> Void)?
    /// The duration from which a statement is reported as slow; 100 ms by default.
    public var slowStatement: Duration = .milliseconds(100)
    /// The duration after which a statement of a read or write is stopped; 5 min by default.
    ///
    /// It bounds what another program has put into the file, such as an SQL trigger that does not
    /// end. A write that is stopped is rolled back. Maintenance has no limit.
    public var statementLimit: Duration = .seconds(300)
    /// The duration from which a write transaction is reported as long; 1 s by default.
    public var longTransaction: Duration = .seconds(1)
    /// The time zone that defines the days, weeks and months of reports; nil by default.
    ///
    /// A store keeps its zone in the file, because derived tables are grouped by local days: a new
    /// file takes this zone, or UTC for nil; an existing file is refused if this is another zone
    /// than its own. A database without a store uses this zone, or UTC.
    public var zone: Zone?
    /// The source of time; the system clock by default.
    public var clock: StoreClock = .system
    /// The source of random numbers; the system's generator by default.
    public var random: RandomSource = .system
    /// Where the file keeps its zone; nil if it keeps none.
    package var storedZone: StoredZone?
    /// A value that a higher-level module attaches to every transaction.
    package var attachment: (any Sendable)?
    /// The name of the VFS; nil for SQLite's default.
    ///
    /// Tests set it to simulate disk failures.
    package var fileSystem: String?
    /// Renames finished copies; tests set it to simulate disk failures.
    package var publisher = FilePublisher.system
    /// Inspects a file before it is changed, and throws to reject it.
    package var recognise: (@Sendable (borrowing MaintenanceConnection) throws -> Void)?

    /// Creates the default settings.
    public init() {}
  }

  /// The durability of a commit.
  public enum Durability: String, Sendable, Hashable {
    /// A completed commit survives a power failure (`synchronous=FULL`).
    case full = "FULL"
    /// A completed commit survives a process crash, but a power failure may lose the most recent
    /// commits; the file stays consistent (`synchronous=NORMAL`).
    case normal = "NORMAL"
  }
}
