/// The name of a quantity that is counted, such as submissions, fixes, purchases or API calls.
///
/// A program can add its own.
public struct Meter: OpenWord {
  /// The value stored in the database, in snake case.
  public let rawValue: String

  /// Creates a meter from its stored text.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Submissions to directories.
  public static let submissions = Meter("submissions")
}
