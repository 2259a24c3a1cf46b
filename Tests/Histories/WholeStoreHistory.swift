package import Backoffice
package import BackofficeTesting

/// A random history over all repositories of one store.
///
/// It keeps only the ids of what it made: what must hold afterwards is asked of the store.
package final class WholeStoreHistory {
  /// The store with its clock.
  package let test: TestStore
  /// How often each kind of operation did something.
  package private(set) var done: [String: Int] = [:]
  /// How often each kind of operation was refused by name, or had nothing to act on.
  package private(set) var refused: [String: Int] = [:]
  /// Why each kind of operation was refused the last time.
  package private(set) var refusals: [String: String] = [:]
  /// How many transactions of several operations were undone as a whole.
  package private(set) var undone = 0

  let random: RandomSource
  var world = World()

  /// Why an operation did nothing: there is nothing yet that it could act on.
  struct Idle: Error {}
  /// Ends a transaction that is undone on purpose.
  private struct Undo: Error {}

  /// The ids that operations act on; a copy of it is what undoing brings back.
  struct World {
    var serial = 0
    var customers: [ID<Customer>] = []
    var staff: [ID<StaffMember>] = []
    var items: [ID<QueueItem>] = []
    var leases: [Lease] = []
    var batches: [ID<Batch>] = []
    var assistants: [ID<Assistant>] = []
    var actions: [ID<PendingAction>] = []
    var directories: [ID<Directory>] = []
    var submissions: [ID<Submission>] = []
    var plans: [ID<Plan>] = []
    var tickets: [ID<AnyEntity>] = []
    var usage: [UsageEvent] = []
    var done: [String: Int] = [:]
  }

  /// Opens a store and gives it people, directories and assistants.
  package init(
    seed: UInt64, zone: Zone, location: Database.Location = .memory,
    configure: (inout BackofficeStore.Configuration) -> Void = { _ in }
  ) throws {
    random = .seeded(seed &* 7919)
    test = try TestStore(seed: seed, location: location) { configuration in
      configuration.database.zone = zone
      configure(&configuration)
    }
    try furnish()
  }

  private func furnish() throws {
    let store = test.store
    for index in 0..<4 {
      world.staff.append(
        try store.staff.create(name: "Staff \(index)", phone: "1898099400\(index)").id)
    }
    for index in 0..<6 {
      world.directories.append(
        try store.directories.create(
          NewDirectory(
            name: "d\(index)", website: "https://d\(index).example",
            expectedApprovalDays: index + 1)
        ).id)
    }
    for index in 0..<5 {
      world.assistants.append(
        try store.assistants.create(
          NewAssistant(
            handle: "va\(index)", name: "VA \(index)", email: "va\(index)@example.com",
            skills: Set(ActionKindDefinition.directoryChores.map(\.name).dropLast(index)),
            workingHours: index == 0 ? .standard : .always, maxConcurrentTasks: index + 2)
        ).id)
    }
    world.tickets = (0..<10).map { ID(high: 0x7000_0000_0000_7000, low: UInt64($0) | 1 << 63) }
  }

  /// Takes `count` steps: single operations, and transactions of several that may be undone.
  package func run(_ count: Int) throws {
    var taken = 0
    while taken < count {
      // Now and then hours pass, and a clock that is set goes back a little.
      switch below(60) {
      case 0: test.clock.advance(by: .seconds(-below(20)))
      case 1...3: test.clock.advance(by: .seconds(40_000))
      default: test.clock.advance(by: .seconds(below(1500)))
      }
      if below(6) == 0 {
        taken += try several(2 + below(7))
      } else {
        try actor.write { transaction in try self.step(transaction) }
        taken += 1
      }
      done = world.done
    }
  }

  /// The store in the name of a person; the author of a plan may not approve it.
  private var actor: BackofficeStore {
    below(2) == 0 ? test.store : test.store.acting(as: Principal(kind: .staff, id: "ada"))
  }

  /// One outer transaction: each operation in it stands or falls alone, then all of them together.
  private func several(_ count: Int) throws -> Int {
    let before = world
    do {
      try actor.write(reason: "several") { transaction in
        for _ in 0..<count { try self.step(transaction) }
        if self.below(3) == 0 { throw Undo() }
      }
    } catch is Undo {
      world = before
      undone += 1
    }
    return count
  }

  private func step(_ transaction: borrowing WriteTransaction) throws {
    let operation = Self.lottery[below(Self.lottery.count)]
    let before = world
    world.serial += 1
    do {
      try transaction.savepoint { inner in try operation.run(self, inner) }
      world.done[operation.name, default: 0] += 1
    } catch {
      guard operation.permits(error) else { throw Broken(operation: operation.name, error: error) }
      world = before
      world.serial += 1
      refused[operation.name, default: 0] += 1
      if !(error is Idle) { refusals[operation.name] = "\(error)" }
    }
  }

  /// An operation ended with an error that no caller should see.
  package struct Broken: Error, CustomStringConvertible {
    let operation: String
    let error: any Error
    package var description: String { "\(operation): \(error)" }
  }
}
