/// A part of a store: its tables, the rules that maintain them, its upkeep tasks and its schedules.
///
/// The queue, the office and analytics are packs. Packs of a program have the same abilities:
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
/// Rules run in the order of the packs, and within a pack in the order in which it lists them.
public protocol StorePack: Sendable {
  /// The name of the pack, unique in the store, in lower-case letters, digits and underscores.
  var name: String { get }
  /// The migrations of its tables, which run after those of the preceding packs.
  var migrations: [MigrationPack] { get throws }
  /// Its rules, derived values and checks.
  var rules: RuleSet { get }
  /// Its upkeep tasks.
  var upkeep: [UpkeepTask] { get }
  /// The schedules that every store with the pack has.
  ///
  /// Opening a store creates the schedules that the file lacks and does not change existing ones.
  /// To stop a schedule, disable it: a deleted one is created again at the next opening.
  var schedules: [NewQueueSchedule] { get throws }
}

extension StorePack {
  /// None by default.
  public var migrations: [MigrationPack] { [] }
  /// None by default.
  public var rules: RuleSet { RuleSet() }
  /// None by default.
  public var upkeep: [UpkeepTask] { [] }
  /// None by default.
  public var schedules: [NewQueueSchedule] { [] }
}

/// The pack of the queue, which every store has.
public struct QueuePack: StorePack {
  /// The name, `queue`.
  public let name = "queue"

  /// Creates the pack; every store includes it automatically.
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

/// An error of the packs of a store, or of one of their settings.
public enum StorePackError: Error, Sendable, Hashable {
  /// Two packs have the same name.
  case duplicatePack(String)
  /// Two upkeep tasks have the same name.
  case duplicateTask(String)
  /// The file holds a value of a setting that is not of its type.
  case undecodableSetting(String, reason: String)
}

extension StorePackError: CustomStringConvertible {
  /// One line: the duplicate name or the setting, and what to do.
  public var description: String {
    switch self {
    case .duplicatePack(let name):
      "two packs of the store are called \(name); list each pack once"
    case .duplicateTask(let name):
      "two upkeep tasks are called \(name); begin the name of a task with that of its pack"
    case .undecodableSetting(let name, let reason):
      "the stored value of the setting \(name) cannot be read: \(reason); set it again"
    }
  }
}
