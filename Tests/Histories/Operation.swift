import Backoffice

extension WholeStoreHistory {
  /// Something that a program does to a store.
  struct Operation: Sendable {
    typealias Body =
      @Sendable (WholeStoreHistory, borrowing WriteTransaction) throws -> Void

    let name: String
    let weight: Int
    /// Whether it is raw SQL, which the constraints of the tables may refuse.
    let isRaw: Bool
    let run: Body

    init(_ name: String, _ weight: Int, isRaw: Bool = false, _ run: @escaping Body) {
      self.name = name
      self.weight = weight
      self.isRaw = isRaw
      self.run = run
    }

    /// What a random caller does wrong is refused by name; anything else is a bug.
    func permits(_ error: any Error) -> Bool {
      switch error {
      case is Idle, is CustomerError, is SubscriptionError, is QueueError, is ActionError,
        is AssistantError, is PlanError, is SubmissionError, is UsageError, is HistoryError,
        is WorkflowError, is DependencyError:
        true
      case let error as SQLiteError: isRaw && .constraint ~= error.code
      default: false
      }
    }
  }

  /// Every operation.
  static let operations =
    customerOperations + subscriptionOperations + queueOperations + flowOperations
    + workerOperations
    + actionOperations + offerOperations + planOperations + submissionOperations + usageOperations
    + historyOperations + rawOperations + rawDeletions

  /// Every operation, as often as its weight says.
  static let lottery = operations.flatMap { Array(repeating: $0, count: $0.weight) }
}
