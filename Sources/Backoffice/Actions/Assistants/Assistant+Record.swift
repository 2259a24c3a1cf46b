public import BackofficeStorage

extension Assistant: Record {
  /// `assistants`.
  public static let tableName = "assistants"
  /// All columns but the internal key.
  public static let columns = [
    "id", "handle", "name", "email", "phone", "is_active", "is_available", "time_zone",
    "working_hours", "specializations", "languages", "max_concurrent_tasks", "capacity",
    "active_count",
    "active_weight", "offered_count", "offered_weight", "accepted_offer_count",
    "declined_offer_count", "expired_offer_count",
    "completed_count", "failed_count", "quality_sum", "quality_count",
    "duration_sum_microseconds", "duration_count", "satisfaction_sum", "satisfaction_count",
    "supervisor_rating_sum", "supervisor_rating_count", "last_active_at", "last_assigned_at",
    "communication_preferences", "metadata", "created_at", "updated_at",
  ]
  /// The statements that write a whole row.
  public static let statements = RecordStatements(Self.self)

  /// Decodes a row.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    id = try column.next()
    handle = try column.next()
    name = try column.next()
    email = try column.next()
    phone = try column.next()
    isActive = try column.next()
    isAvailable = try column.next()
    zone = try column.next()
    workingHours = try column.next()
    specializations = try column.next()
    languages = try column.next()
    maxConcurrentTasks = try column.next()
    capacity = try column.next()
    statistics = try Statistics(&column)
    communicationPreferences = try column.next()
    metadata = try column.next()
    createdAt = try column.next()
    updatedAt = try column.next()
  }

  /// Binds all columns.
  public func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(id)
    try binder.bind(handle)
    try binder.bind(name)
    try binder.bind(email)
    try binder.bind(phone)
    try binder.bind(isActive)
    try binder.bind(isAvailable)
    try binder.bind(zone)
    try binder.bind(workingHours)
    try binder.bind(specializations)
    try binder.bind(languages)
    try binder.bind(maxConcurrentTasks)
    try binder.bind(capacity)
    try statistics.bind(to: &binder)
    try binder.bind(communicationPreferences)
    try binder.bind(metadata)
    try binder.bind(createdAt)
    try binder.bind(updatedAt)
  }

  /// Binds the id.
  public func bindKey(to binder: inout RecordBinder) throws(SQLiteError) { try binder.bind(id) }
}

extension Assistant.Statistics {
  static let none = Assistant.Statistics(
    activeCount: 0, activeWeight: 0, offeredCount: 0, offeredWeight: 0, acceptedOfferCount: 0,
    declinedOfferCount: 0, expiredOfferCount: 0, completedCount: 0, failedCount: 0, qualitySum: 0,
    qualityCount: 0,
    durationSum: .zero, durationCount: 0, satisfactionSum: 0, satisfactionCount: 0,
    supervisorRatingSum: 0, supervisorRatingCount: 0)

  init(_ column: inout Row.Reader) throws {
    activeCount = try column.next()
    activeWeight = try column.next()
    offeredCount = try column.next()
    offeredWeight = try column.next()
    acceptedOfferCount = try column.next()
    declinedOfferCount = try column.next()
    expiredOfferCount = try column.next()
    completedCount = try column.next()
    failedCount = try column.next()
    qualitySum = try column.next()
    qualityCount = try column.next()
    durationSum = .microseconds(try column.next(Int64.self))
    durationCount = try column.next()
    satisfactionSum = try column.next()
    satisfactionCount = try column.next()
    supervisorRatingSum = try column.next()
    supervisorRatingCount = try column.next()
    lastActiveAt = try column.next()
    lastAssignedAt = try column.next()
  }

  func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(activeCount)
    try binder.bind(activeWeight)
    try binder.bind(offeredCount)
    try binder.bind(offeredWeight)
    try binder.bind(acceptedOfferCount)
    try binder.bind(declinedOfferCount)
    try binder.bind(expiredOfferCount)
    try binder.bind(completedCount)
    try binder.bind(failedCount)
    try binder.bind(qualitySum)
    try binder.bind(qualityCount)
    try binder.bind(durationSum.microseconds)
    try binder.bind(durationCount)
    try binder.bind(satisfactionSum)
    try binder.bind(satisfactionCount)
    try binder.bind(supervisorRatingSum)
    try binder.bind(supervisorRatingCount)
    try binder.bind(lastActiveAt)
    try binder.bind(lastAssignedAt)
  }
}
