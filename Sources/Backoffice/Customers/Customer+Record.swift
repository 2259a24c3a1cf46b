public import BackofficeStorage

extension Customer: Record {
  /// The table of customers.
  public static let tableName = "customers"

  /// Every column but the internal key.
  public static let columns = [
    "id", "external_id", "pipeline", "status", "owner_id", "full_name", "email", "email_key",
    "phone", "phone_key", "mobile", "preferred_contact_method", "address", "location",
    "time_zone", "age", "gender", "education", "company_name", "business_type",
    "business_requirements", "business_data", "tags", "execution_mode", "is_active",
    "is_verified", "notification_preferences", "onboarding_completed", "onboarding_step",
    "first_submission_completed", "metadata", "created_at", "updated_at", "deleted_at",
    "anonymised_at",
  ]

  /// The statements that write a customer.
  public static let statements = RecordStatements(Self.self)

  /// Decodes a row of ``columns``.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    // One call of the memberwise initialiser: where a throwing initialiser sets the properties one
    // by one, Swift 6.3 builds the value aside and copies it, a retain for each of its texts.
    self.init(
      id: try column.next(), externalID: try column.next(), pipeline: try column.next(),
      status: try column.next(), ownerID: try column.next(), fullName: try column.next(),
      email: try column.next(), emailKey: try column.next(), phone: try column.next(),
      phoneKey: try column.next(),
      contact: Contact(
        mobile: try column.next(), preferredMethod: try column.next(),
        address: try column.next(), location: try column.next(), timeZone: try column.next()),
      person: Person(
        age: try column.next(), gender: try column.next(), education: try column.next()),
      business: Business(
        companyName: try column.next(), type: try column.next(),
        requirements: try column.next(), data: try column.next()),
      tags: try column.next(), executionMode: try column.next(), isActive: try column.next(),
      isVerified: try column.next(), notificationPreferences: try column.next(),
      onboarding: Onboarding(
        isCompleted: try column.next(), step: try column.next(),
        firstSubmissionCompleted: try column.next()),
      metadata: try column.next(), createdAt: try column.next(), updatedAt: try column.next(),
      deletedAt: try column.next(), anonymisedAt: try column.next())
  }

  /// Binds the values of ``columns``.
  public func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(id)
    try binder.bind(externalID)
    try binder.bind(pipeline)
    try binder.bind(status)
    try binder.bind(ownerID)
    try binder.bind(fullName)
    try binder.bind(email)
    try binder.bind(emailKey)
    try binder.bind(phone)
    try binder.bind(phoneKey)
    try binder.bind(contact.mobile)
    try binder.bind(contact.preferredMethod)
    try binder.bind(contact.address)
    try binder.bind(contact.location)
    try binder.bind(contact.timeZone)
    try binder.bind(person.age)
    try binder.bind(person.gender)
    try binder.bind(person.education)
    try binder.bind(business.companyName)
    try binder.bind(business.type)
    try binder.bind(business.requirements)
    try binder.bind(business.data)
    try binder.bind(tags)
    try binder.bind(executionMode)
    try binder.bind(isActive)
    try binder.bind(isVerified)
    try binder.bind(notificationPreferences)
    try binder.bind(onboarding.isCompleted)
    try binder.bind(onboarding.step)
    try binder.bind(onboarding.firstSubmissionCompleted)
    try binder.bind(metadata)
    try binder.bind(createdAt)
    try binder.bind(updatedAt)
    try binder.bind(deletedAt)
    try binder.bind(anonymisedAt)
  }

  /// Binds the id.
  public func bindKey(to binder: inout RecordBinder) throws(SQLiteError) { try binder.bind(id) }
}
