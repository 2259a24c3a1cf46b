/// What the items of a schedule set besides the columns of the schedule.
struct ScheduledTerms: Sendable, Hashable, Codable {
  var cost: Int?
  var limitKey: String?
  var uniqueKey: String?
  var uniqueness: Uniqueness?
  var throttle: Slots?
  var retryDelaySeconds: Int?
  var backOff: Growth?
  var maxRescues: Int?
  var runLimitSeconds: Int?
  var leaseExpiry: String?
  var subject: EntityReference?
  var tags: [String]?
  var metadata: String?

  /// A ``UniqueRule``.
  struct Uniqueness: Sendable, Hashable, Codable {
    var states: Int64
    var window: Int64?
    var windowBeginsWhenDue: Bool
    var longestWait: Int64?
    var replaces: Int?
    var rejects: Bool
  }

  /// A ``Throttle``.
  struct Slots: Sendable, Hashable, Codable {
    var key: String
    var interval: Int64
    var isTrailing: Bool
  }

  /// A ``BackOff``.
  struct Growth: Sendable, Hashable, Codable {
    var growth: String
    var factorPercent: Int
    var capSeconds: Int
    var jitterPercent: Int
  }

  init() {}

  init(_ item: NewQueueItem) {
    if item.cost != 0 { cost = item.cost }
    limitKey = item.limitKey
    uniqueKey = item.uniqueKey
    if item.uniqueness != UniqueRule() { uniqueness = Uniqueness(item.uniqueness) }
    throttle = item.throttle.map { throttle in
      Slots(
        key: throttle.key, interval: throttle.interval.microseconds,
        isTrailing: throttle.isTrailing)
    }
    retryDelaySeconds = item.retryDelaySeconds
    backOff = item.backOff.map { backOff in
      Growth(
        growth: backOff.growth.rawValue, factorPercent: backOff.factorPercent,
        capSeconds: backOff.capSeconds, jitterPercent: backOff.jitterPercent)
    }
    maxRescues = item.maxRescues
    runLimitSeconds = item.runLimitSeconds
    leaseExpiry = item.leaseExpiry?.rawValue
    subject = item.subject
    if !item.tags.isEmpty { tags = item.tags }
    if item.metadata != .emptyObject { metadata = item.metadata.text }
  }

  func apply(to item: inout NewQueueItem) {
    item.cost = cost ?? 0
    item.limitKey = limitKey
    item.uniqueKey = uniqueKey
    item.uniqueness = uniqueness?.rule ?? UniqueRule()
    item.throttle = throttle.map { slots in
      Throttle(slots.key, per: .microseconds(slots.interval), isTrailing: slots.isTrailing)
    }
    item.retryDelaySeconds = retryDelaySeconds
    item.backOff = backOff.flatMap { stored in
      BackOff.Growth(rawValue: stored.growth).map { growth in
        BackOff(
          growth, factorPercent: stored.factorPercent, capSeconds: stored.capSeconds,
          jitterPercent: stored.jitterPercent)
      }
    }
    item.maxRescues = maxRescues
    item.runLimitSeconds = runLimitSeconds
    item.leaseExpiry = leaseExpiry.flatMap(LeaseExpiryPolicy.init)
    item.subject = subject
    item.tags = tags ?? []
    item.metadata = metadata.flatMap { try? JSONText($0) } ?? .emptyObject
  }
}

extension ScheduledTerms.Uniqueness {
  init(_ rule: UniqueRule) {
    self.init(
      states: rule.states.rawValue, window: rule.window?.microseconds,
      windowBeginsWhenDue: rule.windowBeginsWhenDue, longestWait: rule.longestWait?.microseconds,
      replaces: nil, rejects: rule.onConflict == .reject)
    if case .replace(let parts) = rule.onConflict { replaces = parts.rawValue }
  }

  var rule: UniqueRule {
    let conflict: UniqueRule.Conflict =
      rejects ? .reject : replaces.map { .replace(UniqueRule.Parts(rawValue: $0)) } ?? .keep
    var rule = UniqueRule(
      states: UniqueStates(rawValue: states), window: window.map { .microseconds($0) },
      onConflict: conflict)
    rule.windowBeginsWhenDue = windowBeginsWhenDue
    rule.longestWait = longestWait.map { .microseconds($0) }
    return rule
  }
}
