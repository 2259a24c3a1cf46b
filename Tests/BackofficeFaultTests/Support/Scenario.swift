import BackofficeStorage
import Foundation
import Testing

/// Work on a file, made of commits, that is put under faults.
///
/// It must do the same on every run, and tell its workplace of each commit that was acknowledged:
/// after a fault the file may hold what the last acknowledged commit left, or what the commit that
/// was under way would have, and nothing else.
struct Scenario: Sendable, CustomTestStringConvertible {
  let name: String
  /// Makes the file that the work begins with, on a disk that does not fail.
  let prepare: @Sendable (Workplace) throws -> Void
  /// Opens the store; under faults too.
  let open: @Sendable (Workplace) throws -> any Subject
  /// The work, under faults.
  let work: @Sendable (any Subject, Workplace) throws -> Void
  /// Whether opening is part of what is put under faults.
  var opensUnderFault = false
  /// What may be left of commits that were acknowledged, after a power failure: all, or not all.
  var durability: Database.Durability = .full
  /// Whether the work begins with books that are not in order, and mends them.
  var startsDamaged = false
  /// What is wrong with further files that the work made, after so many commits it was told of.
  var findings: @Sendable (Workplace, _ acknowledged: Int) throws -> [String] = { _, _ in [] }

  var testDescription: String { name }
}

/// An open store, as far as a fault test needs to know it.
protocol Subject {
  /// Whether it answers as a store that never met a fault: one read, and one write that is undone.
  func probe() throws
  /// What its own checks find.
  func findings() throws -> [String]
  /// Ends it.
  func close()
}

/// What a test thinks of a store it gave up.
struct Undo: Error {}
