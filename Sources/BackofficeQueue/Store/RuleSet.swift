/// The rules of one room: its triggers, the values it derives, and what else must hold.
public struct RuleSet: Sendable {
  /// Rules that derive nothing: checks of moves, stamps, history.
  public var triggers: [Trigger]
  /// The derived values; each brings the triggers that keep it.
  public var derivedValues: [any DerivedValue]
  /// What must hold without being derivable.
  public var checks: [any ConsistencyCheck]

  /// Creates a set of rules.
  public init(
    triggers: [Trigger] = [], derivedValues: [any DerivedValue] = [],
    checks: [any ConsistencyCheck] = []
  ) {
    self.triggers = triggers
    self.derivedValues = derivedValues
    self.checks = checks
  }

  /// All rules of several sets, in order.
  public static func merging(_ sets: [RuleSet]) -> RuleSet {
    RuleSet(
      triggers: sets.flatMap(\.triggers), derivedValues: sets.flatMap(\.derivedValues),
      checks: sets.flatMap(\.checks))
  }

  /// The triggers in the order in which they run: rules first, then what keeps derived values.
  package var allTriggers: [Trigger] { triggers + derivedValues.flatMap(\.triggers) }
}

/// An invariant of the whole file.
public protocol ConsistencyCheck: Sendable {
  /// The name in findings, such as `batches.counters`.
  var name: String { get }

  /// Finds violations, at most `limit`.
  ///
  /// - Throws: an error when the database cannot be read.
  /// - Complexity: may read whole tables.
  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding]
}

/// A stored value that follows from other rows, with its only owner.
///
/// The owner keeps it up to date from changes and can rebuild it from scratch; after any history
/// both agree.
public protocol DerivedValue: ConsistencyCheck {
  /// The triggers that keep the value.
  var triggers: [Trigger] { get }

  /// Computes the value from scratch and writes it where it differs.
  ///
  /// - Returns: the number of corrected rows.
  /// - Throws: an error when the database cannot be written.
  /// - Complexity: may read whole tables.
  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int

  /// Computes the value again after the time zone of the file has changed.
  ///
  /// Called by ``BackofficeStore/changeZone(to:progress:)`` in its transaction, in the order of the
  /// rules; ``rebuild(in:)`` by default.
  ///
  /// - Returns: the number of changed rows.
  /// - Throws: an error when the database cannot be written.
  /// - Complexity: may read whole tables.
  func zoneDidChange(in transaction: borrowing WriteTransaction) throws -> Int
}

extension DerivedValue {
  /// Rebuilds the value.
  ///
  /// - Throws: the errors of ``rebuild(in:)``.
  public func zoneDidChange(in transaction: borrowing WriteTransaction) throws -> Int {
    try rebuild(in: transaction)
  }
}

/// A violation of an invariant in the file.
public struct Finding: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The check that found it.
  public let check: String
  /// The row: a table and an id, as text.
  public let entity: String
  /// The problem, with the expected and the actual value.
  public let problem: String

  /// Creates a finding.
  public init(check: String, entity: String, problem: String) {
    self.check = check
    self.entity = entity
    self.problem = problem
  }

  /// One line.
  public var description: String { "\(check): \(entity): \(problem)" }
}
