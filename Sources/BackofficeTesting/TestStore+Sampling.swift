public import Backoffice

extension TestStore {
  /// Creates customers with plausible names, unique addresses and all tiers in rotation.
  ///
  /// The same store and numbers give the same customers.
  ///
  /// - Parameters:
  ///   - count: the number to create.
  ///   - first: the number in the name and address of the first one; a second call must use other
  ///     numbers.
  /// - Returns: the customers, in order.
  /// - Throws: `CustomerError` when the numbers were used before.
  @discardableResult
  public func sampleCustomers(_ count: Int, from first: Int = 1) throws -> [Customer] {
    let names = ["Ada", "Grace", "Edsger", "Barbara", "Donald", "Radia", "Tony", "Frances"]
    let tiers = TierCatalogue.directoryBolt.names
    let families = ["Ekström", "Okafor", "Nakamura", "da Silva", "O'Brien", "Kowalska", "Haddad"]
    return try store.write { transaction in
      try (first..<(first + max(0, count))).map { number in
        try transaction.customers.create(
          NewCustomer(
            fullName: "\(names[number % names.count]) \(families[number % families.count])",
            email: "customer\(number)@example.com", phone: "+1555\(padded(number))",
            companyName: "Example \(number) Ltd",
            tier: tiers[number % tiers.count]))
      }
    }
  }

  /// Creates directories of all shipped categories, from poorly to well rated.
  ///
  /// - Parameters:
  ///   - count: the number to create.
  ///   - first: the number in the name and address of the first one.
  /// - Returns: the directories, in order.
  /// - Throws: `DirectoryError` when the numbers were used before.
  @discardableResult
  public func sampleDirectories(_ count: Int, from first: Int = 1) throws -> [Directory] {
    try store.write { transaction in
      let categories = try transaction.directoryCategories.list()
      return try (first..<(first + max(0, count))).map { number in
        try transaction.directories.create(
          NewDirectory(
            name: "Directory \(number)", website: "https://directory\(number).example.com",
            category: categories.isEmpty ? nil : categories[number % categories.count].id,
            domainRating: number * 7 % 101))
      }
    }
  }

  private func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 7 - digits.count)) + digits
  }
}
