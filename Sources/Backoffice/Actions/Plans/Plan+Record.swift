public import BackofficeStorage

extension Plan: Record {
  /// `plans`.
  public static let tableName = "plans"
  /// All columns but the internal key.
  public static let columns = [
    "id", "customer_id", "batch_id", "title", "description", "status", "estimated_impact",
    "author", "approver", "approval_reason", "rejection_reason", "failure_reason", "expires_at",
    "approved_at", "rejected_at", "started_at", "finished_at", "metadata", "created_at",
    "updated_at",
  ]
  /// The statements that write a whole row.
  public static let statements = RecordStatements(Self.self)

  /// Decodes a row.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    id = try column.next()
    customerID = try column.next()
    batchID = try column.next()
    title = try column.next()
    description = try column.next()
    status = try column.next()
    estimatedImpact = try column.next()
    author = try column.next()
    approver = try column.next()
    approvalReason = try column.next()
    rejectionReason = try column.next()
    failureReason = try column.next()
    expiresAt = try column.next()
    approvedAt = try column.next()
    rejectedAt = try column.next()
    startedAt = try column.next()
    finishedAt = try column.next()
    metadata = try column.next()
    createdAt = try column.next()
    updatedAt = try column.next()
  }

  /// Binds all columns.
  public func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(id)
    try binder.bind(customerID)
    try binder.bind(batchID)
    try binder.bind(title)
    try binder.bind(description)
    try binder.bind(status)
    try binder.bind(estimatedImpact)
    try binder.bind(author)
    try binder.bind(approver)
    try binder.bind(approvalReason)
    try binder.bind(rejectionReason)
    try binder.bind(failureReason)
    try binder.bind(expiresAt)
    try binder.bind(approvedAt)
    try binder.bind(rejectedAt)
    try binder.bind(startedAt)
    try binder.bind(finishedAt)
    try binder.bind(metadata)
    try binder.bind(createdAt)
    try binder.bind(updatedAt)
  }

  /// Binds the id.
  public func bindKey(to binder: inout RecordBinder) throws(SQLiteError) { try binder.bind(id) }
}

extension PlanItem: Record {
  /// `plan_items`.
  public static let tableName = "plan_items"
  /// All columns but the internal key.
  public static let columns = [
    "id", "plan_id", "position", "title", "description", "change", "before_state", "after_state",
    "status", "queue_item_id", "decided_by", "decided_at", "rejection_reason", "finished_at",
    "error_message", "created_at", "updated_at",
  ]
  /// The statements that write a whole row.
  public static let statements = RecordStatements(Self.self)

  /// Decodes a row.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    id = try column.next()
    planID = try column.next()
    position = try column.next()
    title = try column.next()
    description = try column.next()
    change = try column.next()
    beforeState = try column.next()
    afterState = try column.next()
    status = try column.next()
    queueItemID = try column.next()
    decidedBy = try column.next()
    decidedAt = try column.next()
    rejectionReason = try column.next()
    finishedAt = try column.next()
    errorMessage = try column.next()
    createdAt = try column.next()
    updatedAt = try column.next()
  }

  /// Binds all columns.
  public func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(id)
    try binder.bind(planID)
    try binder.bind(position)
    try binder.bind(title)
    try binder.bind(description)
    try binder.bind(change)
    try binder.bind(beforeState)
    try binder.bind(afterState)
    try binder.bind(status)
    try binder.bind(queueItemID)
    try binder.bind(decidedBy)
    try binder.bind(decidedAt)
    try binder.bind(rejectionReason)
    try binder.bind(finishedAt)
    try binder.bind(errorMessage)
    try binder.bind(createdAt)
    try binder.bind(updatedAt)
  }

  /// Binds the id.
  public func bindKey(to binder: inout RecordBinder) throws(SQLiteError) { try binder.bind(id) }
}
