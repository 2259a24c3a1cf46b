extension Database {
  /// The settings of a database; each default is what a back office on one machine wants.
  public struct Configuration: Sendable {
    /// How a commit is made durable: ``Durability/full`` by default.
    public var durability: Durability = .full
    /// How long a call waits for another writer, in this process or another: 5 s.
    ///
    /// The waits grow from 0.2 to 25.6 ms, with jitter, and end early when the task is cancelled. Long enough for a migration or a bulk import elsewhere, short enough to notice a stuck one.
    public var busyTimeout: Duration = .seconds(5)
    /// How many readers a file has at most: 8, each opened when it is first needed.
    public var maximumReaders = 8
    /// How long a read waits for a free reader: 10 s.
    public var readerTimeout: Duration = .seconds(10)
    /// How many statements that are only known at run time each connection keeps: 64.
    ///
    /// The statements of the library itself are kept apart and never pushed out.
    public var statementCacheCapacity = 64
    /// SQLite's page cache of each connection, in KiB: 8,192.
    public var pageCacheKiB = 8192
    /// How much of the file is mapped into memory, in bytes: 0.
    ///
    /// Off, since an I/O error on a mapped page kills the process instead of being an error.
    public var memoryMapBytes: Int64 = 0
    /// After how many pages of write-ahead log SQLite moves them into the file: 1,000 (4 MiB).
    public var checkpointPages = 1000
    /// To what size the write-ahead log is cut after it was moved into the file: 64 MiB.
    public var writeAheadLogLimitBytes: Int64 = 64 << 20
    /// How many asynchronous writes may share one commit: 256.
    public var groupLimit = 256
    /// How long a group takes in writes that arrive while it is at work: 5 ms.
    ///
    /// An idle store commits the first write at once. Right after a commit that several writes
    /// shared, the next group waits for half as many to come again, 200 µs at most.
    public var groupDelay: Duration = .milliseconds(5)
    /// How deep triggers may set each other off: 32.
    public var triggerDepthLimit = 32
    /// What a database in memory begins with; nothing by default, and ignored for files.
    public var template: DatabaseTemplate?
    /// Who hears of what operators want to see; nobody by default.
    ///
    /// Called on the thread where it happened; it must be quick, and not use the store.
    public var onEvent: (@Sendable (StorageEvent) -> Void)?
    /// From what duration on a statement counts as slow: 100 ms.
    public var slowStatement: Duration = .milliseconds(100)
    /// From what duration on a write transaction counts as long: 1 s.
    public var longTransaction: Duration = .seconds(1)
    /// The zone in which days, weeks and months of reports begin: UTC.
    ///
    /// Derived tables are kept by its days, so a file keeps the zone it was made with.
    public var zone: Zone = .utc
    /// Where the time comes from: the system's clock by default.
    public var clock: StoreClock = .system
    /// Where randomness comes from: the system's generator by default.
    public var random: RandomSource = .system
    /// What a floor above storage wants to find again in every transaction.
    package var attachment: (any Sendable)?
    /// The name of the VFS that files are opened with, nil for SQLite's own; tests of failing disks
    /// set it.
    package var fileSystem: String?
    /// How finished copies get their names; tests of failing disks set it.
    package var publisher = FilePublisher.system
    /// Looks at a file before anything in it is changed, and refuses it by throwing.
    package var recognise: (@Sendable (borrowing MaintenanceConnection) throws -> Void)?

    /// Creates the default settings.
    public init() {}
  }

  /// What a commit survives.
  public enum Durability: String, Sendable, Hashable {
    /// A commit that returned survives a power failure (`synchronous=FULL`).
    case full = "FULL"
    /// A commit that returned survives a crash of the process, but the last ones before a power
    /// failure may be lost; the file stays consistent (`synchronous=NORMAL`).
    case normal = "NORMAL"
  }
}
