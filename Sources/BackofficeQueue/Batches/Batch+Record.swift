extension Batch: Record {
  /// The table's name.
  public static let tableName = "batches"

  /// Declares the columns and the properties that they store.
  ///
  /// - Throws: `ColumnError` when a column is missing or holds a value of another type.
  public init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), account: column("account", \.account),
      name: column("name", \.name), description: column("description", \.description),
      status: column("status", \.status), priority: column("priority", \.priority),
      maxConcurrentItems: column("max_concurrent_items", \.maxConcurrentItems),
      stopOnError: column("stop_on_error", \.stopOnError),
      retryFailedItems: column("retry_failed_items", \.retryFailedItems),
      scheduledAt: column("scheduled_at", \.scheduledAt),
      startedAt: column("started_at", \.startedAt),
      finishedAt: column("finished_at", \.finishedAt),
      estimatedCompletionAt: column("estimated_completion_at", \.estimatedCompletionAt),
      counters: Counters(
        total: column("total_items", \.counters.total),
        pending: column("pending_items", \.counters.pending),
        running: column("running_items", \.counters.running),
        waiting: column("waiting_items", \.counters.waiting),
        completed: column("completed_items", \.counters.completed),
        failed: column("failed_items", \.counters.failed),
        cancelled: column("cancelled_items", \.counters.cancelled),
        processingMicrosecondsSum: column(
          "processing_microseconds_sum", \.counters.processingMicrosecondsSum),
        processingCount: column("processing_count", \.counters.processingCount)),
      rules: column("rules", \.rules),
      notificationSettings: column("notification_settings", \.notificationSettings),
      errorMessage: column("error_message", \.errorMessage),
      metadata: column("metadata", \.metadata),
      createdAt: column("created_at", \.createdAt),
      updatedAt: column("updated_at", \.updatedAt),
      staysOpen: column("stays_open", \.staysOpen),
      sealedAt: column("sealed_at", \.sealedAt))
  }

  /// Decodes a row that begins with the declared columns.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws { try self.init(reading: row) }
}
