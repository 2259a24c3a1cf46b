package import Backoffice
package import ExampleSupport

/// A demonstration: a store with its own clock, and a simulated office.
package struct Demo {
  package let store: BackofficeStore
  private let office: Office
  private let days: Int

  /// Opens a store that must be empty.
  ///
  /// - Throws: ``DemoProblem/notEmpty(path:)``, and the errors of opening a store.
  package init(_ settings: DemoSettings, location: Database.Location) throws {
    let clock = ManualClock(settings.start)
    var configuration = StoreSettings.standard()
    configuration.database.clock = clock.clock
    configuration.database.random = .seeded(settings.seed)
    // A demonstration does not need to survive a power failure.
    configuration.database.durability = .normal
    store = try BackofficeStore(location, configuration: configuration)
    days = settings.days
    let isUsed = try store.read { transaction in
      try transaction.fetchOne(
        sql: """
          SELECT EXISTS (SELECT 1 FROM customers) OR EXISTS (SELECT 1 FROM directories)
          """
      ) { row in try row.value(at: 0, as: Bool.self) } ?? false
    }
    guard !isUsed else {
      store.close()
      throw DemoProblem.notEmpty(path: location.path)
    }
    office = Office(store, clock: clock, settings: settings)
  }

  /// The results of the imports at the beginning, by name.
  package var imports: [String: ImportReport] { office.imports }

  /// Simulates all days.
  package func run(progress: (_ day: Int) -> Void = { _ in }) throws {
    try office.run(progress: progress)
  }

  /// The report of the office.
  package func report() throws -> OfficeReport { try OfficeReport(store, days: days) }

  /// Closes the store.
  package func close() { store.close() }
}

/// Why a demonstration cannot begin.
package enum DemoProblem: Error, Hashable, CustomStringConvertible {
  case notEmpty(path: String)

  package var description: String {
    switch self {
    case .notEmpty(let path):
      "\(path) already contains customers or directories; a demonstration needs a new file"
    }
  }
}
