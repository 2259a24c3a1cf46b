extension Assistant: Record {
  /// `assistants`.
  public static let tableName = "assistants"

  /// Maps each column to the property that it stores.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), handle: column("handle", \.handle), name: column("name", \.name),
      email: column("email", \.email), phone: column("phone", \.phone),
      isActive: column("is_active", \.isActive), isAvailable: column("is_available", \.isAvailable),
      zone: column("time_zone", \.zone), workingHours: column("working_hours", \.workingHours),
      specializations: column("specializations", \.specializations),
      languages: column("languages", \.languages),
      maxConcurrentTasks: column("max_concurrent_tasks", \.maxConcurrentTasks),
      capacity: column("capacity", \.capacity),
      statistics: Statistics(
        activeCount: column("active_count", \.statistics.activeCount),
        activeWeight: column("active_weight", \.statistics.activeWeight),
        offeredCount: column("offered_count", \.statistics.offeredCount),
        offeredWeight: column("offered_weight", \.statistics.offeredWeight),
        acceptedOfferCount: column("accepted_offer_count", \.statistics.acceptedOfferCount),
        declinedOfferCount: column("declined_offer_count", \.statistics.declinedOfferCount),
        expiredOfferCount: column("expired_offer_count", \.statistics.expiredOfferCount),
        completedCount: column("completed_count", \.statistics.completedCount),
        failedCount: column("failed_count", \.statistics.failedCount),
        qualitySum: column("quality_sum", \.statistics.qualitySum),
        qualityCount: column("quality_count", \.statistics.qualityCount),
        durationSum: column("duration_sum_microseconds", \.statistics.durationSum),
        durationCount: column("duration_count", \.statistics.durationCount),
        satisfactionSum: column("satisfaction_sum", \.statistics.satisfactionSum),
        satisfactionCount: column("satisfaction_count", \.statistics.satisfactionCount),
        supervisorRatingSum: column("supervisor_rating_sum", \.statistics.supervisorRatingSum),
        supervisorRatingCount: column(
          "supervisor_rating_count", \.statistics.supervisorRatingCount),
        lastActiveAt: column("last_active_at", \.statistics.lastActiveAt),
        lastAssignedAt: column("last_assigned_at", \.statistics.lastAssignedAt)),
      communicationPreferences: column("communication_preferences", \.communicationPreferences),
      metadata: column("metadata", \.metadata), createdAt: column("created_at", \.createdAt),
      updatedAt: column("updated_at", \.updatedAt))
  }
}

extension Assistant.Statistics {
  static let none = Assistant.Statistics(
    activeCount: 0, activeWeight: 0, offeredCount: 0, offeredWeight: 0, acceptedOfferCount: 0,
    declinedOfferCount: 0, expiredOfferCount: 0, completedCount: 0, failedCount: 0, qualitySum: 0,
    qualityCount: 0,
    durationSum: .zero, durationCount: 0, satisfactionSum: 0, satisfactionCount: 0,
    supervisorRatingSum: 0, supervisorRatingCount: 0)
}
