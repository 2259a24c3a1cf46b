extension Customers {
  /// The number of rows that an import writes in one transaction.
  public static let importBatchSize = 500

  /// Creates or updates customers, which are matched by e-mail address or phone number.
  ///
  /// Values in a row replace stored values; values that a row omits are kept. Status, execution
  /// mode, preferences and subscription apply to new customers only. A rejected row is reported and
  /// does not stop the import. A phone number that cannot be read is left out of a row with an e-mail
  /// address, and reported as a warning. Importing the same rows again changes nothing.
  ///
  /// Rows are written in transactions of ``importBatchSize`` rows, or in the caller's transaction.
  /// Memory use is constant.
  ///
  /// - Parameters:
  ///   - rows: the customers; iterated once.
  ///   - reason: the reason to record in the history; `import` by default.
  /// - Throws: `SQLiteError`, `StorageError`; transactions that have committed are kept.
  /// - Complexity: proportional to the number of rows, independent of the size of the table.
  @discardableResult
  public func importAll(
    _ rows: some Sequence<NewCustomer>, reason: String = "import"
  ) throws -> ImportResult {
    var result = ImportResult()
    var iterator = rows.makeIterator()
    var batch: [NewCustomer] = []
    repeat {
      batch.removeAll(keepingCapacity: true)
      while batch.count < Self.importBatchSize, let row = iterator.next() { batch.append(row) }
      if batch.isEmpty { break }
      let before = result
      result = try access.write(reason: reason) { transaction in
        var result = before
        for row in batch { result.count(try transaction.importCustomer(row)) }
        return result
      }
    } while batch.count == Self.importBatchSize
    return result
  }
}

extension WriteTransaction {
  /// Creates or updates one customer, or returns the reason for a rejection.
  fileprivate func importCustomer(_ row: NewCustomer) throws -> ImportResult.Outcome {
    do {
      return try savepoint { transaction in
        guard let (old, row) = try transaction.customer(matching: row) else {
          _ = try transaction.createCustomer(row)
          return .created
        }
        var customer = old
        try customer.merge(row)
        guard customer != old else { return .unchanged }
        _ = try transaction.save(customer, from: old)
        return .updated
      }
    } catch CustomerError.invalidPhone where row.email.flatMap(ContactKey.email) != nil {
      // The address identifies the customer.
      var rest = row
      rest.phone = nil
      let outcome = try importCustomer(rest)
      if case .rejected = outcome { return outcome }
      return .withoutPhone(outcome)
    } catch let error as CustomerError {
      return .rejected(error)
    } catch {
      // An SQLite error ends the import; an error of a companion or a rule rejects this row.
      let isOfFile = error is SQLiteError || error is StorageError || error is RowDecodingError
      if isOfFile || error is CancellationError { throw error }
      return .rejected(.refused(reason: "\(error)"))
    }
  }

  /// The customer with the keys of a row, and what of the row is to be written.
  ///
  /// A key of a customer that was merged finds the survivor, whose own key stays.
  private func customer(
    matching row: NewCustomer
  ) throws -> (customer: Customer, row: NewCustomer)? {
    var row = row
    let emailKey = row.email.flatMap(ContactKey.email)
    let phoneKey = row.phone.flatMap(ContactKey.phone)
    var byEmail = try emailKey.flatMap { try Customer.fetchOne(self, Customers.byEmail, $0) }
    if byEmail == nil, let emailKey,
      let survivor = try mergedCustomer(Customers.byMergedEmail, emailKey)
    {
      byEmail = survivor
      row.email = nil
    }
    var byPhone = byEmail
    if let phoneKey, byEmail?.phoneKey != phoneKey {
      byPhone = try Customer.fetchOne(self, Customers.byPhone, phoneKey)
      if byPhone == nil, let survivor = try mergedCustomer(Customers.byMergedPhone, phoneKey) {
        byPhone = survivor
        row.phone = nil
      }
      if let byEmail, let byPhone, byEmail.id != byPhone.id {
        throw CustomerError.keysOfDifferentCustomers(email: byEmail.id, phone: byPhone.id)
      }
    }
    guard let customer = byEmail ?? byPhone else { return nil }
    if let external = row.externalID, external != customer.externalID,
      try mergedCustomer(Customers.byExternalID, external)?.id == customer.id
    {
      row.externalID = nil
    }
    return (customer, row)
  }

  /// The live survivor of a merged customer that a statement finds.
  private func mergedCustomer(_ statement: SQLStatement, _ key: String) throws -> Customer? {
    let found = try Customer.fetchOne(self, statement, key)
    guard found?.mergedInto != nil, let survivor = try survivor(of: found), survivor.isLive
    else { return nil }
    return survivor
  }
}

extension Customer {
  /// Replaces stored values with the values of an imported row.
  mutating func merge(_ row: NewCustomer) throws {
    fullName = row.fullName.trimmed
    // A different spelling of the same address or number is not a change.
    if let email = row.email, ContactKey.email(email) != emailKey || emailKey == nil {
      self.email = email
    }
    if let phone = row.phone, ContactKey.phone(phone) != phoneKey || phoneKey == nil {
      self.phone = phone
    }
    externalID = row.externalID ?? externalID
    ownerID = row.ownerID ?? ownerID
    contact.mobile = row.contact.mobile ?? contact.mobile
    contact.preferredMethod = row.contact.preferredMethod ?? contact.preferredMethod
    contact.location = row.contact.location ?? contact.location
    if row.contact.address != .emptyObject { contact.address = row.contact.address }
    if row.contact.timeZone != Zone.utc.identifier { contact.timeZone = row.contact.timeZone }
    person.age = row.person.age ?? person.age
    person.gender = row.person.gender ?? person.gender
    person.education = row.person.education ?? person.education
    business.companyName = row.business.companyName ?? business.companyName
    business.type = row.business.type ?? business.type
    business.requirements = row.business.requirements ?? business.requirements
    if row.business.data != .emptyObject { business.data = row.business.data }
    if !row.tags.isEmpty { tags = try JSONText(encoding: row.tags) }
    if row.metadata != .emptyObject { metadata = row.metadata }
    isVerified = isVerified || row.isVerified
  }
}
