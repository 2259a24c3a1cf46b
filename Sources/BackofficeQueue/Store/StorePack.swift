/// What a part of a store brings: its tables, the rules that keep them, what is done for them now and then,
/// and the work that it schedules.
///
/// The queue, the office and analytics are packs, and a program's own packs have the same rights:
///
/// ```swift
/// struct VisitsPack: StorePack {
///   let name = "visits"
///   var migrations: [MigrationPack] { get throws { [try MigrationFolder("Migrations").pack()] } }
///   var rules: RuleSet { RuleSet(triggers: [Visit.welcome], derivedValues: [VisitCounts()]) }
///   var upkeep: [UpkeepTask] { [Visit.closeOld] }
/// }
///
/// let store = try BackofficeStore(.file("visits.sqlite"), packs: [VisitsPack()])
/// ```
///
/// Rules run in the order of the packs, those of a pack in the order in which it lists them.
public protocol StorePack: Sendable {
  /// What the pack is called, in lower-case letters, digits and underscores; a store has it once.
  var name: String { get }
  /// The migrations of its tables, run after those of the packs before it.
  var migrations: [MigrationPack] { get throws }
  /// Its rules, derived values and checks.
  var rules: RuleSet { get }
  /// What is done for it now and then.
  var upkeep: [UpkeepTask] { get }
  /// The schedules that every store with the pack has.
  ///
  /// One that the file does not have is created when the store is opened; one that it has stays as it is,
  /// with what people changed. A schedule that is not wanted is disabled, since one that was deleted comes
  /// back with the next opening.
  var schedules: [NewQueueSchedule] { get throws }
}

extension StorePack {
  /// None.
  public var migrations: [MigrationPack] { [] }
  /// None.
  public var rules: RuleSet { RuleSet() }
  /// None.
  public var upkeep: [UpkeepTask] { [] }
  /// None.
  public var schedules: [NewQueueSchedule] { [] }
}

/// The queue: what every store has.
public struct QueuePack: StorePack {
  /// `queue`.
  public let name = "queue"

  /// Creates the pack; stores have it without being told.
  public init() {}

  /// The tables of the store itself and of the queue.
  public var migrations: [MigrationPack] { [QueueSchema.migrations] }
  /// The rules of the queue.
  public var rules: RuleSet { .queue }
  /// The upkeep of the queue.
  public var upkeep: [UpkeepTask] { UpkeepTask.queue }
}

/// The packs of a store in order, the queue first.
struct StorePacks: Sendable {
  let all: [any StorePack]
  let rules: RuleSet
  let upkeep: [UpkeepTask]

  init(_ packs: [any StorePack]) throws(StorePackError) {
    all = [QueuePack()] + packs
    var names: Set<String> = []
    for pack in all {
      guard names.insert(pack.name).inserted else { throw .duplicatePack(pack.name) }
    }
    rules = RuleSet.merging(all.map(\.rules))
    upkeep = all.flatMap(\.upkeep)
    names = []
    for task in upkeep {
      guard names.insert(task.name).inserted else { throw .duplicateTask(task.name) }
    }
  }
}

/// Packs that do not fit together.
public enum StorePackError: Error, Sendable, Hashable {
  /// Two packs have the name.
  case duplicatePack(String)
  /// Two upkeep tasks have the name.
  case duplicateTask(String)
}

extension StorePackError: CustomStringConvertible {
  /// One line: what is there twice, and what to do.
  public var description: String {
    switch self {
    case .duplicatePack(let name):
      "two packs of the store are called \(name); list each pack once"
    case .duplicateTask(let name):
      "two upkeep tasks are called \(name); begin the name of a task with that of its pack"
    }
  }
}
