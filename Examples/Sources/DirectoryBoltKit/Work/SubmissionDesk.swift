import Backoffice

/// The work of an item: submitting the form and recording the answer.
struct SubmissionDesk: Sendable {
  /// The outcome of an attempt.
  enum Outcome: String, CaseIterable {
    case submitted, parked, retrying, failed, lost
  }

  let submitter: SimulatedSubmitter

  /// The answer of the directory to a claimed item, and its duration.
  func attempt(
    _ claimed: ClaimedItem, _ transaction: borrowing WriteTransaction
  ) throws -> (answer: SimulatedSubmitter.Answer, duration: Duration)? {
    guard let id = claimed.item.directoryID,
      let directory = try transaction.directories.find(id)
    else { return nil }
    let action = try transaction.actions.latest(forQueueItem: claimed.item.id)
    return (
      submitter.answer(
        to: claimed.item, at: directory, isVerified: action?.status == .completed),
      submitter.duration(of: claimed.item, at: directory)
    )
  }

  /// Records the answer in one transaction: the item, the submission and the action.
  func finish(
    _ claimed: ClaimedItem, with answer: SimulatedSubmitter.Answer, after duration: Duration,
    _ transaction: borrowing WriteTransaction
  ) throws -> Outcome {
    switch answer {
    case .accepted(let externalID):
      try record(claimed, .submitted, externalID: externalID, after: duration, transaction)
      try transaction.queue.complete(
        claimed.lease, result: JSONText(encoding: ["external_id": externalID]))
      return .submitted
    case .needsPerson(let kind, let reason):
      try park(claimed, for: kind, reason: reason, transaction)
      return .parked
    case .unavailable(let failure):
      let outcome = try transaction.queue.fail(claimed.lease, error: failure)
      guard case .retrying = outcome else {
        try record(claimed, .failed, after: duration, transaction)
        return .failed
      }
      return .retrying
    case .refused(let failure):
      try transaction.queue.fail(claimed.lease, error: failure, retry: .never)
      try record(claimed, .failed, after: duration, transaction)
      return .failed
    case .silence:
      return .lost
    }
  }

  private func park(
    _ claimed: ClaimedItem, for kind: ActionKind, reason: String,
    _ transaction: borrowing WriteTransaction
  ) throws {
    var action = NewAction(
      kind, title: Self.title(of: kind), description: reason,
      priority: min(4, claimed.item.priority + 1))
    action.wasAutomationAttempted = true
    action.manualInterventionReason = reason
    action.estimatedDurationMinutes = Self.minutes(for: kind)
    try transaction.workflows.parkForPerson(claimed.lease, action: action)
  }

  /// The title of the action.
  static func title(of kind: ActionKind) -> String {
    let words = kind.rawValue.split(separator: "_").joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// The usual duration of the action.
  static func minutes(for kind: ActionKind) -> Int {
    switch kind {
    case .captchaSolving, .screenshotVerification: 5
    case .emailVerification, .smsVerification: 10
    case .accountCreation, .contentReview, .followUpRequired: 20
    case .phoneCall, .documentUpload, .paymentProcessing: 30
    default: 45
    }
  }

  private func record(
    _ claimed: ClaimedItem, _ status: SubmissionStatus, externalID: String? = nil,
    after duration: Duration, _ transaction: borrowing WriteTransaction
  ) throws {
    let item = claimed.item
    guard let customer = item.customerID, let directory = item.directoryID else { return }
    let known = try transaction.customers.find(customer)
    let place = try transaction.directories.find(directory)
    try transaction.submissions.create(
      fromQueueItem: QueueItemSubmission(
        queueItem: item.id, customer: customer, directory: directory, status: status,
        externalID: externalID, url: place?.submissionURL ?? place?.website,
        attempts: item.attempts.claims, processingTime: duration,
        content: Submission.Content(businessName: known?.business.companyName),
        cost: Submission.Cost(credits: status == .failed ? 0 : item.credits)))
  }
}
