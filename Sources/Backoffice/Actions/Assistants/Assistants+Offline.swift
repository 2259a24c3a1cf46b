/// What happens to the work that an assistant has started when they go offline.
public enum StartedWorkPolicy: String, Sendable, Hashable, CaseIterable {
  /// It stays with the assistant.
  case keep
  /// It is released, for another assistant to take.
  case release
  /// It is suspended with the assistant; see ``Actions/suspend(_:reason:)``.
  case suspend
}

/// What ``Assistants/goOffline(_:started:reason:)`` did.
public struct OfflineReport: Sendable, Hashable {
  /// The actions that returned to the pool.
  public let released: [ID<PendingAction>]
  /// The actions that were suspended.
  public let suspended: [ID<PendingAction>]
  /// The number of offers that were withdrawn.
  public let withdrawnOffers: Int
}

extension Assistants {
  static let actionsInStatus = SQLStatement(
    """
    SELECT id FROM pending_actions INDEXED BY pending_actions_assistant
    WHERE assistant_id = ?1 AND status = ?2 ORDER BY priority, deadline_at
    """)

  /// Makes an assistant unavailable, and returns the work that they have not started to the pool.
  ///
  /// Assigned actions become pending, for others to take, and open offers are withdrawn. Actions in
  /// progress follow a policy. Blocked actions and those that wait for a customer stay with the
  /// assistant. All of it happens in one transaction. Repeating the call returns what was assigned
  /// since. ``setAvailable(_:for:)`` ends the absence.
  ///
  /// - Parameters:
  ///   - id: the assistant.
  ///   - policy: what happens to actions in progress; by default they stay.
  ///   - reason: the reason, for the history of the actions.
  /// - Throws: ``AssistantError/unknownAssistant(_:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)`` for principals other than the assistant
  ///   and the team.
  /// - Complexity: proportional to the assistant's current actions and offers.
  @discardableResult
  public func goOffline(
    _ id: ID<Assistant>, started policy: StartedWorkPolicy = .keep, reason: String? = nil
  ) throws -> OfflineReport {
    try access.write { transaction in
      try transaction.assistants.setAvailable(false, for: id)
      let reason = reason ?? "offline"
      let started = try policy == .keep ? [] : Self.actions(of: id, in: .inProgress, transaction)
      let released =
        try Self.actions(of: id, in: .assigned, transaction) + (policy == .release ? started : [])
      let suspended = policy == .suspend ? started : []
      for action in released { try transaction.actions.release(action, reason: reason) }
      for action in suspended { try transaction.actions.suspend(action, reason: reason) }
      let offers = try ActionOffer.fetchAll(transaction, OfferFit.toAssistant, id)
      for offer in offers { _ = try transaction.endOffer(offer, as: .withdrawn) }
      return OfflineReport(
        released: released, suspended: suspended, withdrawnOffers: offers.count)
    }
  }

  private static func actions(
    of id: ID<Assistant>, in status: ActionStatus, _ transaction: borrowing WriteTransaction
  ) throws -> [ID<PendingAction>] {
    try transaction.fetchAll(actionsInStatus, id, status) { row in
      try row.value(at: 0, as: ID<PendingAction>.self)
    }
  }
}
