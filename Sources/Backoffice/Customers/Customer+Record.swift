extension Customer: Record {
  /// The table of customers.
  public static let tableName = "customers"

  /// Maps each column to the property that it stores.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), externalID: column("external_id", \.externalID),
      pipeline: column("pipeline", \.pipeline), status: column("status", \.status),
      ownerID: column("owner_id", \.ownerID), fullName: column("full_name", \.fullName),
      email: column("email", \.email), emailKey: column("email_key", \.emailKey),
      phone: column("phone", \.phone), phoneKey: column("phone_key", \.phoneKey),
      contact: Contact(
        mobile: column("mobile", \.contact.mobile),
        preferredMethod: column("preferred_contact_method", \.contact.preferredMethod),
        address: column("address", \.contact.address),
        location: column("location", \.contact.location),
        timeZone: column("time_zone", \.contact.timeZone)),
      person: Person(
        age: column("age", \.person.age), gender: column("gender", \.person.gender),
        education: column("education", \.person.education)),
      business: Business(
        companyName: column("company_name", \.business.companyName),
        type: column("business_type", \.business.type),
        requirements: column("business_requirements", \.business.requirements),
        data: column("business_data", \.business.data)), tags: column("tags", \.tags),
      executionMode: column("execution_mode", \.executionMode),
      isActive: column("is_active", \.isActive), isVerified: column("is_verified", \.isVerified),
      notificationPreferences: column("notification_preferences", \.notificationPreferences),
      onboarding: Onboarding(
        isCompleted: column("onboarding_completed", \.onboarding.isCompleted),
        step: column("onboarding_step", \.onboarding.step),
        firstSubmissionCompleted: column(
          "first_submission_completed", \.onboarding.firstSubmissionCompleted)),
      metadata: column("metadata", \.metadata), createdAt: column("created_at", \.createdAt),
      updatedAt: column("updated_at", \.updatedAt), deletedAt: column("deleted_at", \.deletedAt),
      anonymisedAt: column("anonymised_at", \.anonymisedAt),
      mergedInto: column("merged_into", \.mergedInto))
  }

  /// Decodes a row that begins with the declared columns.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws { try self.init(reading: row) }
}
