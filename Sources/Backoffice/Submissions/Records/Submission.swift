public import BackofficeStorage

/// One listing of one customer in one directory, from the first try to its removal.
public struct Submission: Record, Hashable {
  /// The table.
  public static let tableName = "submissions"
  /// The columns, in the order in which they are read and bound.
  public static let columns =
    [
      "id", "reference", "customer_id", "directory_id", "queue_item_id", "status",
      "external_submission_id", "submission_url",
    ]
    + Times.columns + Review.columns + Effort.columns + Performance.columns + Quality.columns
    + Proofs.columns + Content.columns + Cost.columns + Upkeep.columns + Communication.columns
    + Errors.columns + ["metadata", "created_at", "updated_at"]
  /// The statements that write it.
  public static let statements = RecordStatements(Self.self)

  /// Its identity.
  public let id: ID<Submission>
  /// Its name for people, unique: `DB-20260131-9f86d081`.
  ///
  /// The day is that of its creation in the store's zone. The last eight digits are random bits of
  /// its id; the first ones are a time, which all ids of the same minute share.
  public let reference: String
  /// Whose business.
  public let customer: ID<Customer>
  /// Into which directory.
  public var directory: ID<Directory>
  /// The queue item that submits it.
  public var queueItem: ID<QueueItem>?
  /// Where it is on its way.
  public internal(set) var status: SubmissionStatus
  /// Its name at the directory.
  public var externalID: String?
  /// Where it can be seen at the directory.
  public var url: String?
  /// When it did what.
  public var times: Times
  /// What the directory said.
  public var review: Review
  /// How the work on it goes.
  public var effort: Effort
  /// What the listing does.
  public var performance: Performance
  /// How good it is.
  public var quality: Quality
  /// What proves it.
  public var proofs: Proofs
  /// What was sent, as it was then.
  public var content: Content
  /// What it cost.
  public var cost: Cost
  /// What is left to do for it.
  public var upkeep: Upkeep
  /// Who was told what.
  public var communication: Communication
  /// What went wrong.
  public var errors: Errors
  /// Anything a program keeps beside it.
  public var metadata: JSONText
  /// When it was created.
  public let createdAt: Timestamp
  /// When it last changed.
  public internal(set) var updatedAt: Timestamp

  /// Reads a row.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    id = try column.next()
    reference = try column.next()
    customer = try column.next()
    directory = try column.next()
    queueItem = try column.next()
    status = try column.next()
    externalID = try column.next()
    url = try column.next()
    times = try Times(from: &column)
    review = try Review(from: &column)
    effort = try Effort(from: &column)
    performance = try Performance(from: &column)
    quality = try Quality(from: &column)
    proofs = try Proofs(from: &column)
    content = try Content(from: &column)
    cost = try Cost(from: &column)
    upkeep = try Upkeep(from: &column)
    communication = try Communication(from: &column)
    errors = try Errors(from: &column)
    metadata = try column.next()
    createdAt = try column.next()
    updatedAt = try column.next()
  }

  init(id: ID<Submission>, reference: String, new: NewSubmission, at now: Timestamp) {
    self.id = id
    self.reference = reference
    customer = new.customer
    directory = new.directory
    queueItem = new.queueItem
    status = new.status
    externalID = new.externalID.nonEmpty
    url = new.url.nonEmpty
    times = Times()
    times.submittedAt = new.submittedAt
    times.approvedAt = new.approvedAt
    times.rejectedAt = new.rejectedAt
    times.liveAt = new.liveAt
    times.closedAt = new.closedAt
    times.expiresAt = new.expiresAt
    review = Review()
    review.rejectionReason = new.rejectionReason.nonEmpty
    effort = new.effort
    performance = Performance()
    quality = Quality()
    proofs = Proofs()
    content = new.content
    cost = new.cost
    upkeep = Upkeep()
    communication = Communication()
    errors = Errors()
    errors.maximumRetries = new.maximumRetries
    metadata = new.metadata
    createdAt = now
    updatedAt = now
  }

  /// Binds the columns.
  public func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(id)
    try binder.bind(reference)
    try binder.bind(customer)
    try binder.bind(directory)
    try binder.bind(queueItem)
    try binder.bind(status)
    try binder.bind(externalID)
    try binder.bind(url)
    try times.bind(to: &binder)
    try review.bind(to: &binder)
    try effort.bind(to: &binder)
    try performance.bind(to: &binder)
    try quality.bind(to: &binder)
    try proofs.bind(to: &binder)
    try content.bind(to: &binder)
    try cost.bind(to: &binder)
    try upkeep.bind(to: &binder)
    try communication.bind(to: &binder)
    try errors.bind(to: &binder)
    try binder.bind(metadata)
    try binder.bind(createdAt)
    try binder.bind(updatedAt)
  }

  /// Binds the id.
  public func bindKey(to binder: inout RecordBinder) throws(SQLiteError) { try binder.bind(id) }
}
