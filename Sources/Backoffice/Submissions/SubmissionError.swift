/// An error that ``Submissions`` throws.
public enum SubmissionError: Error, Sendable, Hashable {
  /// The submission does not exist.
  case unknownSubmission(ID<Submission>)
  /// The directory does not exist.
  case unknownDirectory(ID<Directory>)
  /// The directory does not accept new submissions.
  case inactiveDirectory(ID<Directory>)
  /// The customer does not exist, or the queue item if one is named.
  case unknownOwner(customer: ID<Customer>, queueItem: ID<QueueItem>?)
  /// The customer already has a live submission in the directory.
  case alreadyLive(customer: ID<Customer>, directory: ID<Directory>, existing: ID<Submission>)
  /// The queue item already has a submission for another customer or directory.
  case queueItemTaken(ID<QueueItem>, existing: ID<Submission>)
  /// The transition between the two statuses is not allowed.
  case illegalMove(ID<Submission>, from: SubmissionStatus, to: SubmissionStatus)
  /// The time is in the future or before the preceding event.
  case timeOrder(field: String, at: Timestamp, earliest: Timestamp, latest: Timestamp)
  /// The number is out of range.
  case outOfRange(field: String, value: Int64, allowed: ClosedRange<Int64>)
  /// The text is empty.
  case emptyText(field: String)
  /// The document is not the JSON object or array that the field requires.
  case wrongShape(field: String, expected: String)
  /// The submission has reached its maximum number of retries.
  case retriesExhausted(ID<Submission>, retries: Int, limit: Int)
  /// The list of proofs is full.
  case tooManyProofs(ID<Submission>, field: String, limit: Int)
  /// Nothing is scheduled to be completed.
  case nothingScheduled(ID<Submission>, field: String)
  /// No unused reference was found, which would take billions of submissions a day.
  case noFreeReference(day: String)
}

extension SubmissionError: CustomStringConvertible {
  /// What failed, on which entity, and what to do.
  public var description: String {
    switch self {
    case .unknownSubmission(let id): "there is no submission \(id)"
    case .unknownDirectory(let id):
      "there is no directory \(id); create it in the catalogue first"
    case .inactiveDirectory(let id):
      "directory \(id) is inactive and accepts no new submissions; activate it or choose another"
    case .unknownOwner(let customer, nil):
      "there is no customer \(customer); create the customer first"
    case .unknownOwner(let customer, let queueItem?):
      "there is no customer \(customer), or no queue item \(queueItem); both must exist first"
    case .alreadyLive(let customer, let directory, let existing):
      "customer \(customer) has the live submission \(existing) in directory \(directory); "
        + "continue that one, or close it first"
    case .queueItemTaken(let item, let existing):
      "queue item \(item) made submission \(existing) for another customer or directory; "
        + "check which one the item is about"
    case .illegalMove(let id, let from, let to): Self.describeMove(id, from, to)
    case .timeOrder(let field, let at, let earliest, let latest):
      "\(field) is \(at), expected \(earliest) to \(latest)"
    case .outOfRange(let field, let value, let allowed):
      "\(field) is \(value), expected "
        + (allowed.upperBound == .max
          ? "\(allowed.lowerBound) or more"
          : "\(allowed.lowerBound) to \(allowed.upperBound)")
    case .emptyText(let field): "\(field) is empty; provide a text"
    case .wrongShape(let field, let expected):
      "\(field) is not a JSON \(expected); wrap the value in one"
    case .retriesExhausted(let id, let retries, let limit):
      "submission \(id) was retried \(retries) times, at most \(limit) are allowed; "
        + "create a new submission"
    case .tooManyProofs(let id, let field, let limit):
      "submission \(id) has \(limit) entries in \(field), which is the maximum"
    case .nothingScheduled(let id, let field):
      "submission \(id) has no \(field) scheduled; schedule one first"
    case .noFreeReference(let day):
      "no reference is unused on \(day); try again"
    }
  }

  private static func describeMove(
    _ id: ID<Submission>, _ from: SubmissionStatus, _ to: SubmissionStatus
  ) -> String {
    let legal = SubmissionStatus.allCases.filter(from.canMove(to:)).map(\.rawValue)
    return "submission \(id) is \(from.rawValue) and cannot become \(to.rawValue); expected "
      + (legal.isEmpty ? "no further move, it is closed" : legal.joined(separator: " or "))
  }
}
