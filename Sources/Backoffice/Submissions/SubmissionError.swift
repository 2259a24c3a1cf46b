/// What the submissions refuse.
public enum SubmissionError: Error, Sendable, Hashable {
  /// There is no such submission.
  case unknownSubmission(ID<Submission>)
  /// There is no such directory.
  case unknownDirectory(ID<Directory>)
  /// The directory takes no new submissions.
  case inactiveDirectory(ID<Directory>)
  /// There is no such customer, or no such queue item where one is named.
  case unknownOwner(customer: ID<Customer>, queueItem: ID<QueueItem>?)
  /// The customer has a live submission in the directory.
  case alreadyLive(customer: ID<Customer>, directory: ID<Directory>, existing: ID<Submission>)
  /// The queue item made a submission for another customer or directory.
  case queueItemTaken(ID<QueueItem>, existing: ID<Submission>)
  /// The life cycle has no such move.
  case illegalMove(ID<Submission>, from: SubmissionStatus, to: SubmissionStatus)
  /// An event lies in the future, or before the one that it follows.
  case timeOrder(field: String, at: Timestamp, earliest: Timestamp, latest: Timestamp)
  /// A number is outside what the field allows.
  case outOfRange(field: String, value: Int64, allowed: ClosedRange<Int64>)
  /// A text that must say something is empty.
  case emptyText(field: String)
  /// A document is no object or no array where the field wants one.
  case wrongShape(field: String, expected: String)
  /// A failed submission was tried again as often as it may.
  case retriesExhausted(ID<Submission>, retries: Int, limit: Int)
  /// There is no room for another proof of the kind.
  case tooManyProofs(ID<Submission>, field: String, limit: Int)
  /// Nothing is scheduled that could be completed.
  case nothingScheduled(ID<Submission>, field: String)
  /// No free reference was found, which takes billions of submissions a day.
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
      "directory \(id) is inactive and takes no new submissions; activate it or choose another"
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
    case .emptyText(let field): "\(field) is empty; say something"
    case .wrongShape(let field, let expected):
      "\(field) is not a JSON \(expected); wrap the value in one"
    case .retriesExhausted(let id, let retries, let limit):
      "submission \(id) was tried again \(retries) times of at most \(limit); "
        + "create a new submission"
    case .tooManyProofs(let id, let field, let limit):
      "submission \(id) has \(limit) entries in \(field), the most there may be"
    case .nothingScheduled(let id, let field):
      "submission \(id) has no \(field) scheduled; schedule one first"
    case .noFreeReference(let day):
      "no reference is free on \(day); try again"
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
