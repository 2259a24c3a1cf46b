public import BackofficeStorage

extension Batch: Record {
  /// The table's name.
  public static let tableName = "batches"
  /// The columns in the order of the decoder.
  public static let columns = [
    "id", "customer_id", "name", "description", "status", "priority", "max_concurrent_items",
    "stop_on_error", "retry_failed_items", "scheduled_at", "started_at", "finished_at",
    "estimated_completion_at", "total_items", "pending_items", "running_items",
    "waiting_items", "completed_items", "failed_items", "cancelled_items",
    "processing_microseconds_sum", "processing_count", "rules", "notification_settings",
    "error_message", "metadata", "created_at", "updated_at", "stays_open", "sealed_at",
  ]
  /// The statements that write a batch.
  public static let statements = RecordStatements(Self.self)

  /// Decodes a row of ``columns``.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    id = try column.next()
    customerID = try column.next()
    name = try column.next()
    description = try column.next()
    status = try column.next()
    priority = try column.next()
    maxConcurrentItems = try column.next()
    stopOnError = try column.next()
    retryFailedItems = try column.next()
    scheduledAt = try column.next()
    startedAt = try column.next()
    finishedAt = try column.next()
    estimatedCompletionAt = try column.next()
    counters = try Counters(&column)
    rules = try column.next()
    notificationSettings = try column.next()
    errorMessage = try column.next()
    metadata = try column.next()
    createdAt = try column.next()
    updatedAt = try column.next()
    intake = try column.next() ? .untilSealed : .untilFinished
    sealedAt = try column.next()
  }

  /// Binds the columns.
  public func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(id)
    try binder.bind(customerID)
    try binder.bind(name)
    try binder.bind(description)
    try binder.bind(status)
    try binder.bind(priority)
    try binder.bind(maxConcurrentItems)
    try binder.bind(stopOnError)
    try binder.bind(retryFailedItems)
    try binder.bind(scheduledAt)
    try binder.bind(startedAt)
    try binder.bind(finishedAt)
    try binder.bind(estimatedCompletionAt)
    try binder.bind(counters.total)
    try binder.bind(counters.pending)
    try binder.bind(counters.running)
    try binder.bind(counters.waiting)
    try binder.bind(counters.completed)
    try binder.bind(counters.failed)
    try binder.bind(counters.cancelled)
    try binder.bind(counters.processingMicrosecondsSum)
    try binder.bind(counters.processingCount)
    try binder.bind(rules)
    try binder.bind(notificationSettings)
    try binder.bind(errorMessage)
    try binder.bind(metadata)
    try binder.bind(createdAt)
    try binder.bind(updatedAt)
    try binder.bind(intake == .untilSealed)
    try binder.bind(sealedAt)
  }

  /// Binds the id.
  public func bindKey(to binder: inout RecordBinder) throws(SQLiteError) { try binder.bind(id) }
}

extension Batch.Counters {
  /// Reads the nine counters in the order of the table.
  init(_ column: inout Row.Reader) throws {
    total = try column.next()
    pending = try column.next()
    running = try column.next()
    waiting = try column.next()
    completed = try column.next()
    failed = try column.next()
    cancelled = try column.next()
    processingMicrosecondsSum = try column.next()
    processingCount = try column.next()
  }
}
