/// The columns of a customer that its history records.
struct CustomerHistoryRow: StatusTracked {
  static let tableName = "customers"

  let id: ID<Customer>
  let pipeline: String
  let status: CustomerStatus
  let ownerID: ID<StaffMember>?
  let deletedAt: Timestamp?

  var historyEntity: ID<AnyEntity> { ID(retyping: id) }
  var historyStatus: String { status.rawValue }
  var historyPipeline: String { pipeline }
  var historyOwner: ID<AnyEntity>? { ownerID.map { ID(retyping: $0) } }

  /// A history row for an event that does not change the status.
  func event(
    _ event: StatusChange.Event, reason: String, from old: CustomerHistoryRow
  ) -> StatusChange {
    StatusChange(
      kind: .customer, entity: historyEntity, pipeline: pipeline, from: historyStatus,
      to: historyStatus, owner: historyOwner, reason: reason, event: event,
      previousOwner: event == .reassigned ? old.historyOwner : nil)
  }
}

extension CustomerHistoryRow {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), pipeline: column("pipeline"), status: column("status"),
      ownerID: column("owner_id"), deletedAt: column("deleted_at"))
  }
}

/// The search keys of a customer, for the rule that a deleted customer keeps its keys.
struct CustomerKeysRow: TableRow {
  static let tableName = "customers"

  let id: ID<Customer>
  let emailKey: String?
  let phoneKey: String?
  let deletedAt: Timestamp?

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    id = try column("id")
    emailKey = try column("email_key")
    phoneKey = try column("phone_key")
    deletedAt = try column("deleted_at")
  }
}

/// The rules that every statement that changes customers must satisfy.
enum CustomerRules {
  static let triggers = [
    shape, legalMoves, keysOfDeleted,
    Trigger.statusHistory(of: .customer, on: CustomerHistoryRow.self),
    lifecycleHistory,
    Trigger.updatedAt(of: Customer.self),
  ]

  /// Normalises the values of a written row and rejects invalid ones.
  private static let shape = Trigger.before(
    "customers.shape", .insertOrUpdate, on: Customer.self
  ) { customer, old, transaction in
    try customer.normalise(from: old)
    if old != nil { customer.updatedAt = transaction.now }
  }

  private static let transition = SQLStatement(
    """
    SELECT 1 FROM status_transitions WHERE pipeline = ? AND from_status = ? AND to_status = ?
    """)
  private static let followers = SQLStatement(
    """
    SELECT to_status FROM status_transitions WHERE pipeline = ? AND from_status = ?
    ORDER BY to_status
    """)

  /// Refuses a status that the pipeline does not have, and a move that it does not allow.
  private static let legalMoves = Trigger.after(
    "customers.moves", .update(of: "status", "pipeline"), on: CustomerHistoryRow.self
  ) { change, transaction in
    guard let old = change.old, let new = change.new else { return }
    guard old.pipeline == new.pipeline else { throw CustomerError.pipelineFixed(new.id) }
    let isDeclared = try transaction.fetchOne(transition, new.pipeline, old.status, new.status) {
      _ in true
    }
    guard isDeclared == nil else { return }
    let allowed: [CustomerStatus] = try transaction.fetchAll(
      followers, new.pipeline, old.status
    ) { row in try row.value(at: 0) }
    throw CustomerError.illegalMove(new.id, from: old.status, to: new.status, allowed: allowed)
  }

  static let deletedWithEmail = SQLStatement(
    """
    SELECT id, merged_into FROM customers
    WHERE email_key = ?1 AND deleted_at IS NOT NULL AND merged_into IS NOT ?2 LIMIT 1
    """)
  static let deletedWithPhone = SQLStatement(
    """
    SELECT id, merged_into FROM customers
    WHERE phone_key = ?1 AND deleted_at IS NOT NULL AND merged_into IS NOT ?2 LIMIT 1
    """)

  /// Refuses an e-mail address or phone number of a deleted customer, who can be restored, and of a
  /// customer who was merged into another one, whose key it remains.
  private static let keysOfDeleted = Trigger.after(
    "customers.keys", .insertOrUpdate(of: "email_key", "phone_key"), on: CustomerKeysRow.self,
    when: { $0.new?.deletedAt == nil },
    perform: { change, transaction in
      guard let new = change.new else { return }
      func holder(
        _ statement: SQLStatement, _ key: String, _ transaction: borrowing WriteTransaction
      ) throws -> (id: ID<Customer>, survivor: ID<Customer>?)? {
        try transaction.fetchOne(statement, key, new.id) { row in
          (id: try row.value(at: 0), survivor: try row.value(at: 1))
        }
      }
      if let key = new.emailKey, key != change.old?.emailKey,
        let other = try holder(deletedWithEmail, key, transaction)
      {
        throw other.survivor.map { CustomerError.emailTaken(by: $0) } ?? .emailOfDeleted(other.id)
      }
      if let key = new.phoneKey, key != change.old?.phoneKey,
        let other = try holder(deletedWithPhone, key, transaction)
      {
        throw other.survivor.map { CustomerError.phoneTaken(by: $0) } ?? .phoneOfDeleted(other.id)
      }
    })

  /// Records deletion, restoration and changes of owner in the history.
  private static let lifecycleHistory = Trigger.after(
    "customers.lifecycle", .update(of: "deleted_at", "owner_id"), on: CustomerHistoryRow.self
  ) { change, transaction in
    guard let old = change.old, let new = change.new else { return }
    if old.ownerID != new.ownerID {
      try transaction.recordLatestHistory(
        new.event(.reassigned, reason: transaction.reason ?? "owner changed", from: old))
    }
    switch (old.deletedAt, new.deletedAt) {
    case (nil, .some):
      try transaction.recordLatestHistory(
        new.event(.deleted, reason: transaction.reason ?? "customer deleted", from: old))
    case (.some, nil):
      try transaction.recordLatestHistory(
        new.event(.restored, reason: transaction.reason ?? "customer restored", from: old))
    default: break
    }
  }
}

extension Customer {
  /// Converts the values to the form in which they are stored.
  ///
  /// - Throws: ``CustomerError`` if a value is invalid.
  mutating func normalise(from old: Customer?) throws {
    fullName = fullName.trimmed
    guard !fullName.isEmpty else { throw CustomerError.emptyName }
    try requireBounds()
    if old == nil || old?.email != email {
      email = email?.trimmed
      if email?.isEmpty == true { email = nil }
      emailKey = try email.map { text in
        guard let key = ContactKey.email(text) else { throw CustomerError.invalidEmail }
        return key
      }
    }
    if old == nil || old?.phone != phone {
      phone = phone?.trimmed
      if phone?.isEmpty == true { phone = nil }
      phoneKey = try phone.map { text in
        guard let key = ContactKey.phone(text) else { throw CustomerError.invalidPhone }
        return key
      }
    }
    guard emailKey != nil || phoneKey != nil || anonymisedAt != nil else {
      throw CustomerError.noContact
    }
    guard executionMode.isWellFormed else {
      throw CustomerError.blankWord(field: "execution_mode")
    }
    guard contact.preferredMethod?.isWellFormed != false else {
      throw CustomerError.blankWord(field: "preferred_contact_method")
    }
    if let age = person.age, !(1...149).contains(age) { throw CustomerError.invalidAge(age) }
    if old?.contact.timeZone != contact.timeZone, contact.timeZone != "UTC",
      Zone(contact.timeZone) == nil
    {
      throw CustomerError.unknownTimeZone(contact.timeZone)
    }
  }

  private func requireBounds() throws(CustomerError) {
    try CustomerError.require(fullName, "full name")
    try CustomerError.require(phone, "phone number")
    try CustomerError.require(externalID, "external id")
    try CustomerError.require(contact.mobile, "mobile number")
    try CustomerError.require(contact.location, "location")
    try CustomerError.require(contact.address.text, "address", most: TextBounds.document)
    try CustomerError.require(person.gender, "gender")
    try CustomerError.require(person.education, "education")
    try CustomerError.require(business.companyName, "company name")
    try CustomerError.require(business.type, "type of business")
    try CustomerError.require(business.requirements, "requirements", most: TextBounds.text)
    try CustomerError.require(business.data.text, "business data", most: TextBounds.document)
    try CustomerError.require(tags.text, "tags", most: TextBounds.document)
    try CustomerError.require(metadata.text, "metadata", most: TextBounds.document)
  }
}
