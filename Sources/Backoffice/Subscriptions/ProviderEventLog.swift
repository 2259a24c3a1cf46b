/// The stored outcome of an event.
private enum RecordedOutcome: String, TextEnum {
  case received, applied, ignored, failed
}

/// The stored answer to an event.
private struct RecordedAnswer: Codable {
  var subscription: Subscription?
  var isOther = false
}

extension ProviderEvent {
  /// What the event states, by which an id that is used again is recognised.
  ///
  /// The payload is not part of it: providers change details of it between deliveries.
  fileprivate var content: String {
    let parts: [String?] = [
      kind.rawValue, String(occurredAt.microseconds), subscriptionID, customerID,
      customer?.description, tier?.rawValue, status?.rawValue,
      period.map { "\($0.start.microseconds)-\($0.end.microseconds)" },
      cancelAtPeriodEnd.map(String.init),
    ]
    return parts.map { $0.map { "\($0.utf8.count):\($0)" } ?? "-" }.joined(separator: " ")
  }
}

extension WriteTransaction {
  private static let stored = SQLStatement(
    """
    SELECT outcome, content, answer, subscription_id FROM subscription_events
    WHERE provider = ? AND provider_event_id = ?
    """)
  private static let subscriptionByID = Subscription.select("WHERE id = ?")
  private static let put = SQLStatement(
    """
    INSERT INTO subscription_events (provider, provider_event_id, subscription_id, kind, outcome,
      payload, content, answer, error_message, occurred_at, received_at, applied_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (provider, provider_event_id) DO UPDATE SET
      subscription_id = excluded.subscription_id, kind = excluded.kind,
      outcome = excluded.outcome, payload = excluded.payload, content = excluded.content,
      answer = excluded.answer, error_message = excluded.error_message,
      occurred_at = excluded.occurred_at, applied_at = excluded.applied_at
    """)

  /// The first answer to an event; nil if it was not answered or failed.
  ///
  /// - Throws: ``SubscriptionError/eventConflict(event:)``.
  func firstAnswer(to event: ProviderEvent) throws -> ProviderEvent.Outcome? {
    let found = try fetchOne(Self.stored, event.provider, event.id) { row in
      let outcome: RecordedOutcome = try row.value(at: 0)
      let content: String = try row.value(at: 1)
      let answer: JSONText? = try row.value(at: 2)
      let subscription: ID<Subscription>? = try row.value(at: 3)
      return (outcome: outcome, content: content, answer: answer, subscription: subscription)
    }
    guard let found else { return nil }
    // The content of an anonymised customer's events is erased.
    if !found.content.isEmpty, found.content != event.content {
      throw SubscriptionError.eventConflict(event: event.id)
    }
    let answer: RecordedAnswer? = try found.answer?.decode()
    switch found.outcome {
    case .received, .failed: return nil
    case .ignored: return answer?.isOther == true ? .otherSubscription : .outdated
    case .applied:
      if let subscription = answer?.subscription { return .applied(subscription) }
      let current = try found.subscription.flatMap { id in
        try Subscription.fetchOne(self, Self.subscriptionByID, id)
      }
      return current.map { .applied($0) } ?? .outdated
    }
  }

  /// Stores an event with its answer.
  func record(
    _ event: ProviderEvent, of subscription: ID<Subscription>?, _ outcome: ProviderEvent.Outcome
  ) throws {
    var recorded = RecordedOutcome.ignored
    var answer = RecordedAnswer()
    var error: SubscriptionError?
    switch outcome {
    case .applied(let subscription):
      recorded = .applied
      answer.subscription = subscription
    case .outdated: break
    case .otherSubscription: answer.isOther = true
    case .failed(let refusal):
      recorded = .failed
      error = refusal
    }
    try execute(
      Self.put, event.provider, event.id, subscription, event.kind, recorded, event.payload,
      event.content, JSONText(encoding: answer), error?.description, event.occurredAt, now,
      recorded == .applied ? now : nil)
  }
}
