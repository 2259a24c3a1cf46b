/// How a file stands to one step of the library.
public struct MigrationStatus: Sendable, Hashable {
  /// What a step is to a file.
  public enum State: String, Sendable, Hashable {
    /// Known to the library and not in the file yet.
    case pending
    /// In the file, as the library knows it.
    case applied
    /// In the file, but the library's text is no longer the one that ran.
    case edited
    /// In the file and unknown to the library, which knows later ones: it was removed or renumbered.
    case missing
    /// In the file and later than all that the library knows: a newer library was here.
    case ahead
    /// Not in the file, though a later one is: it came in below what had run already.
    case outOfOrder
    /// In the file, from a pack that this program does not have.
    case unknownPack
  }

  /// Which step.
  public let id: MigrationID
  /// How the file stands to it.
  public let state: State
  /// When it was brought in; nil when it is not.
  public let appliedAt: Timestamp?
  /// How long that took.
  public let duration: Duration?
  /// Whether there is a way back: in the file once applied, in the library before.
  public let isReversible: Bool
}

extension MigrationStatus: CustomStringConvertible {
  /// One line: the file, the state, and when it was applied.
  public var description: String {
    guard let appliedAt else { return "\(id): \(state.rawValue)" }
    return "\(id): \(state.rawValue), applied at \(appliedAt)"
  }
}
