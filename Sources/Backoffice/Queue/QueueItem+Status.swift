public import BackofficeStorage

extension QueueItem {
  /// Where an item of the queue stands.
  public enum Status: String, TextEnum {
    /// Waits for its time and a worker; never failed, or handed back.
    case pending
    /// A worker has it under a lease.
    case running
    /// Failed or was rescued, and waits for its next attempt.
    case retrying
    /// A person must do something first.
    case waitingForAction = "waiting_for_action"
    /// Taken out by hand until it is resumed.
    case paused
    /// Done.
    case completed
    /// Given up.
    case failed
    /// Called off.
    case cancelled

    /// Whether the item has come to its end.
    public var isFinished: Bool { self == .completed || self == .failed || self == .cancelled }

    /// Whether a worker may claim the item once it is due.
    public var isClaimable: Bool { self == .pending || self == .retrying }

    /// The legal moves; every other one is refused, whatever statement tries it.
    static let transitions: [Status: Set<Status>] = [
      .pending: [.running, .paused, .failed, .cancelled],
      .running: [.pending, .retrying, .waitingForAction, .completed, .failed, .cancelled],
      // Completed by the late success of an attempt that was rescued.
      .retrying: [.running, .paused, .completed, .failed, .cancelled],
      .waitingForAction: [.pending, .paused, .completed, .failed, .cancelled],
      .paused: [.pending, .retrying, .waitingForAction, .failed, .cancelled],
      .completed: [],
      .failed: [.pending],
      .cancelled: [.pending],
    ]

    /// Whether an item may go from this status to `other`.
    public func canMove(to other: Status) -> Bool {
      Self.moves[place] & 1 << other.place != 0
    }

    /// The moves as bits: to look up an enum of words in a set hashes its word, twice an update.
    private static let moves: [UInt8] = allCases.map { status in
      transitions[status, default: []].reduce(0) { bits, other in bits | 1 << other.place }
    }

    private var place: Int {
      switch self {
      case .pending: 0
      case .running: 1
      case .retrying: 2
      case .waitingForAction: 3
      case .paused: 4
      case .completed: 5
      case .failed: 6
      case .cancelled: 7
      }
    }

    /// The case whose word the column holds.
    ///
    /// Decoded nine times on the way of an item: its length and first letters tell which word it can
    /// be, and only that one is compared.
    public static func decode(_ column: borrowing ColumnValue) -> Status? {
      column.withUTF8 { bytes in
        let candidate: Status? =
          switch bytes.count {
          case 6: bytes[0] == UInt8(ascii: "p") ? .paused : .failed
          case 7: bytes[0] == UInt8(ascii: "p") ? .pending : .running
          case 8: .retrying
          case 9: bytes[1] == UInt8(ascii: "o") ? .completed : .cancelled
          case 18: .waitingForAction
          default: nil
          }
        return candidate.flatMap { isEqual($0.rawValue.utf8, bytes) ? $0 : nil }
      }
    }

    /// Hashes the case, and not its word.
    public func hash(into hasher: inout Hasher) { hasher.combine(place) }
  }

  /// What became of the credits that an item costs; kept by the usage rules.
  public enum CreditState: String, TextEnum {
    /// Nothing was reserved.
    case none
    /// Set aside while the item is unfinished.
    case reserved
    /// Used up by a completed item.
    case spent
    /// Given back by an item that failed for good or was cancelled.
    case released
  }

  /// How a submission is carried out.
  public enum AutomationMethod: String, TextEnum {
    /// By an extension of a browser.
    case chromeExtension = "chrome_extension"
    /// By the directory's interface for programs.
    case api
    /// By a person.
    case manual
    /// By a browser without a window.
    case headlessBrowser = "headless_browser"
    /// By a tool that works a screen.
    case rpaTool = "rpa_tool"
  }

  /// How far the verification of a submission has come.
  public enum VerificationStatus: String, TextEnum {
    /// None is needed.
    case notRequired = "not_required"
    /// It is under way.
    case pending
    /// It succeeded.
    case passed
    /// It did not succeed.
    case failed
  }
}
