/// What is counted: submissions, fixes, purchases, calls of an interface.
///
/// A program adds meters of its own.
public struct Meter: OpenWord {
  /// The word stored in the file, in snake case.
  public let rawValue: String

  /// Names a meter.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Submissions to directories.
  public static let submissions = Meter("submissions")
}
