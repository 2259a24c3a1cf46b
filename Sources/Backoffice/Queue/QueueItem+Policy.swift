public import BackofficeStorage

extension QueueItem {
  /// Why a waiting item is not handed out although it is due.
  public enum Hold: String, TextEnum {
    /// Other items must finish first.
    case dependency
    /// Its batch is paused, or has as many running items as it allows.
    case batch
    /// The same of its limit key.
    case key
    /// The same of its kind.
    case kind
    /// Its queue is fair: it waits for the turn of its customer.
    case turn
    /// Its deadline has passed; the next ``WorkQueue/expireOverdue(limit:)`` gives it up.
    case deadline
  }

  /// What happens to an item whose worker gave no sign of life until the lease ran out.
  public enum LostLease: String, TextEnum {
    /// It is tried again while attempts and rescues are left.
    case retry
    /// It fails for good: for work that must not happen twice.
    case fail
    /// A person is asked what became of it, and it waits for the answer.
    case ask
  }

  /// How the delay between attempts grows.
  public struct BackOff: Sendable, Hashable {
    /// The shape of the growth.
    public enum Growth: String, TextEnum {
      /// The same delay each time.
      case constant
      /// The delay, twice it, three times it.
      case linear
      /// The delay, times the factor for each further retry.
      case exponential
    }

    /// The shape of the growth; exponential unless said otherwise.
    public var growth: Growth
    /// By what each delay exceeds the one before, in percent; 200, at least 100.
    public var factorPercent: Int
    /// The longest delay, before the part by chance; six hours.
    public var capSeconds: Int
    /// How much is added at most by chance, in percent of the delay; 10, from 0 to 100.
    public var jitterPercent: Int

    /// Describes a growth.
    public init(
      _ growth: Growth = .exponential, factorPercent: Int = 200, capSeconds: Int = 21_600,
      jitterPercent: Int = 10
    ) {
      self.growth = growth
      self.factorPercent = factorPercent
      self.capSeconds = capSeconds
      self.jitterPercent = jitterPercent
    }
  }

  /// When an item holds its unique key.
  public struct Uniqueness: Sendable, Hashable {
    /// In which statuses; the unfinished ones unless said otherwise.
    public var states: UniqueStates = .unfinished
    /// Until when at most; nil for no end.
    public var until: Timestamp?

    /// Creates the usual rule.
    public init() {}
  }

  /// The statuses in which an item holds its unique key.
  public struct UniqueStates: OptionSet, Sendable, Hashable {
    /// A bit for each status, in the order of ``QueueItem/Status``.
    public let rawValue: Int

    /// Takes bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// A status as a set of its own.
    public init(_ status: Status) {
      rawValue =
        switch status {
        case .pending: 1
        case .running: 2
        case .retrying: 4
        case .waitingForAction: 8
        case .paused: 16
        case .completed: 32
        case .failed: 64
        case .cancelled: 128
        }
    }

    /// Until the item has come to its end; the usual rule.
    public static let unfinished = UniqueStates(rawValue: 31)
    /// Until a worker takes the item: a key that comes again meanwhile is work to be done again.
    public static let waiting = UniqueStates(rawValue: 29)
    /// Also when the item was completed: what is done is not done again.
    public static let unfinishedOrCompleted = UniqueStates(rawValue: 63)
    /// As long as the item exists: an idempotency key.
    public static let always = UniqueStates(rawValue: 255)
  }
}

extension QueueItem.UniqueStates: Bindable {
  /// Binds the bits.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try rawValue.bind(to: parameter)
  }
}

extension QueueItem.BackOff {
  /// The delay before a retry: never negative, and never more than the cap and its part by chance.
  ///
  /// No delay is longer than ten years and its part by chance, whatever the cap.
  ///
  /// - Parameters:
  ///   - baseSeconds: the delay before the first retry.
  ///   - retries: how many retries there were already.
  ///   - chance: 0 to 1, the part of the jitter that is added.
  public func delay(baseSeconds: Int, retries: Int, chance: Double) -> Duration {
    let longest = QueueError.horizon.microseconds
    let cap = min(longest, max(0, Duration.seconds(capSeconds).microseconds))
    let base = min(longest, max(0, Duration.seconds(baseSeconds).microseconds))
    let retries = min(max(0, retries), 1 << 40)
    var delay = min(base, cap)
    switch growth {
    case .constant: break
    case .linear:
      let (product, overflow) = base.multipliedReportingOverflow(by: Int64(retries) + 1)
      delay = overflow ? cap : min(cap, product)
    case .exponential where delay > 0 && factorPercent > 100:
      var left = min(retries, 10_000)
      while left > 0, delay < cap {
        let (product, overflow) = delay.multipliedReportingOverflow(by: Int64(factorPercent))
        delay = overflow ? cap : min(cap, product / 100)
        left -= 1
      }
    case .exponential: break
    }
    let share = Double(jitterPercent) / 100 * min(max(0, chance), 1)
    return .microseconds(delay + Int64(Double(delay) * share))
  }
}
