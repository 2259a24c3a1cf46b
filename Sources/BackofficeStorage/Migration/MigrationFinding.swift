/// What a trial run found wrong with a step.
public struct MigrationFinding: Sendable, Hashable {
  /// What can be wrong.
  public enum Problem: Sendable, Hashable {
    /// The way in or the way back does not run.
    case fails(MigrationError)
    /// There is no way back; a step may be meant so.
    case irreversible
    /// The way back leaves another schema: the lines that are lost or left over.
    case notRestored(missing: [String], leftOver: [String])
    /// The second time in makes another schema than the first.
    case notRepeatable(missing: [String], leftOver: [String])
  }

  /// Which step.
  public let id: MigrationID
  /// What is wrong.
  public let problem: Problem
}

extension MigrationFinding: CustomStringConvertible {
  /// The step and what is wrong with it, on one line.
  public var description: String {
    switch problem {
    case .fails(let error): "\(error)"
    case .irreversible: "\(id) has no way back"
    case .notRestored(let missing, let leftOver):
      "\(MigrationStep(id: id, direction: .down)) does not restore the schema"
        + Self.lines(missing, leftOver)
    case .notRepeatable(let missing, let leftOver):
      "\(id) makes another schema the second time" + Self.lines(missing, leftOver)
    }
  }

  private static func lines(_ missing: [String], _ leftOver: [String]) -> String {
    let lost = missing.map { "missing [\($0.singleLine(limit: 100))]" }
    let extra = leftOver.map { "left over [\($0.singleLine(limit: 100))]" }
    return ": " + (lost + extra).prefix(6).joined(separator: ", ")
  }
}
