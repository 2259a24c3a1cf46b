extension NewDirectory {
  /// Performs all checks that do not need the database and returns the key of the address.
  func validated() throws(DirectoryError) -> String {
    guard let key = DirectoryAddress.key(of: website) else { throw .invalidAddress(website) }
    if linkType?.isWellFormed == false { throw .blankWord(field: .linkType) }
    if pricingModel?.isWellFormed == false { throw .blankWord(field: .pricingModel) }
    try DirectoryRules.check(domainRating, in: 0...100, field: .domainRating)
    try DirectoryRules.check(difficulty, in: 1...5, field: .difficulty)
    try DirectoryRules.check(expectedApprovalDays, in: 0...36_500, field: .expectedApprovalDays)
    try DirectoryRules.check(price)
    try DirectoryRules.check(requirements, isArray: false, field: .requirements)
    try DirectoryRules.check(formFields, isArray: true, field: .formFields)
    try DirectoryRules.check(businessTypes, isArray: true, field: .businessTypes)
    try DirectoryRules.check(features, isArray: true, field: .features)
    try DirectoryRules.check(contactInfo, isArray: false, field: .contactInfo)
    return key
  }
}

extension Directory {
  /// Checks a directory that a program has edited and returns the key of its address.
  func validated() throws(DirectoryError) -> String {
    guard !name.isEmpty else { throw .emptyName }
    return try NewDirectory(
      name: name, website: website, domainRating: domainRating, linkType: linkType,
      pricingModel: pricingModel, price: price, difficulty: difficulty,
      expectedApprovalDays: expectedApprovalDays,
      requirements: requirements, formFields: formFields, businessTypes: businessTypes,
      features: features, contactInfo: contactInfo
    ).validated()
  }

  /// Applies the values of `new` and returns the fields that were empty and those that differ.
  mutating func merge(_ new: NewDirectory) -> DirectoryMerge {
    var merge = DirectoryMerge()
    merge.take(new.name, into: &name, empty: "", field: .name)
    merge.take(new.website, into: &website, empty: "", field: .website)
    merge.take(new.submissionURL.nonEmpty, into: &submissionURL, field: .submissionURL)
    merge.take(new.category, into: &category, field: .category)
    merge.take(new.domainRating, into: &domainRating, field: .domainRating)
    merge.take(new.linkType, into: &linkType, empty: .unknown, field: .linkType)
    merge.take(new.priorityTier, into: &priorityTier, field: .priorityTier)
    merge.take(new.pricingModel, into: &pricingModel, empty: .unknown, field: .pricingModel)
    merge.take(new.price, into: &price, field: .price)
    merge.take(new.difficulty, into: &difficulty, field: .difficulty)
    merge.take(
      new.expectedApprovalDays, into: &expectedApprovalDays, field: .expectedApprovalDays)
    merge.take(new.description.nonEmpty, into: &description, field: .description)
    merge.take(new.requirements, into: &requirements, empty: .emptyObject, field: .requirements)
    merge.take(new.formFields, into: &formFields, empty: .emptyArray, field: .formFields)
    merge.take(new.businessTypes, into: &businessTypes, empty: .emptyArray, field: .businessTypes)
    merge.take(new.features, into: &features, empty: .emptyArray, field: .features)
    merge.take(new.contactInfo, into: &contactInfo, empty: .emptyObject, field: .contactInfo)
    merge.take(new.lastVerifiedAt, into: &lastVerifiedAt, field: .lastVerifiedAt)
    merge.take(new.metadata, into: &metadata, empty: .emptyObject, field: .metadata)
    return merge
  }
}

/// The fields that an import filled and those that it changed.
struct DirectoryMerge {
  var filled: [DirectoryField] = []
  var changed: [DirectoryField] = []

  var isEmpty: Bool { filled.isEmpty && changed.isEmpty }

  /// Applies a value to an optional field.
  mutating func take<Value: Equatable>(
    _ new: Value?, into field: inout Value?, field name: DirectoryField
  ) {
    guard let new, new != field else { return }
    if field == nil { filled.append(name) } else { changed.append(name) }
    field = new
  }

  /// Applies a value to a field that always has one; `empty` is the value that is ignored.
  mutating func take<Value: Equatable>(
    _ new: Value?, into field: inout Value, empty: Value? = nil, field name: DirectoryField
  ) {
    guard let new, new != empty, new != field else { return }
    if field == empty { filled.append(name) } else { changed.append(name) }
    field = new
  }
}

/// The limits of a directory's fields.
enum DirectoryRules {
  static func check(
    _ value: Int?, in allowed: ClosedRange<Int64>, field: DirectoryField
  ) throws(DirectoryError) {
    guard let value, !allowed.contains(Int64(value)) else { return }
    throw .outOfRange(field: field, value: Int64(value), allowed: allowed)
  }

  static func check(_ price: Money?) throws(DirectoryError) {
    guard let price, price.minorUnits < 0 else { return }
    throw .outOfRange(field: .price, value: price.minorUnits, allowed: 0...Int64.max)
  }

  static func check(
    _ document: JSONText?, isArray: Bool, field: DirectoryField
  ) throws(DirectoryError) {
    guard let document else { return }
    let open = isArray ? UInt8(ascii: "[") : UInt8(ascii: "{")
    let first = document.text.utf8.first { $0 > UInt8(ascii: " ") }
    guard first == open else {
      throw .wrongShape(field: field, expected: isArray ? "array" : "object")
    }
  }
}
