/// An error that ``Customers`` throws.
///
/// An error contains ids, but no names or addresses.
public enum CustomerError: Error, Sendable, Hashable {
  /// The customer does not exist.
  case notFound(ID<Customer>)
  /// The customer is soft-deleted.
  case deleted(ID<Customer>)
  /// The customer is not deleted, so it cannot be restored.
  case notDeleted(ID<Customer>)
  /// The personal data of the customer has been erased permanently.
  case anonymised(ID<Customer>)
  /// The customer was merged into another one, which takes its place.
  case merged(ID<Customer>, into: ID<Customer>)
  /// A customer cannot be merged into itself, nor into a customer that was merged into it.
  case mergeIntoItself(ID<Customer>)
  /// Both customers of a merge have a subscription, and that of the duplicate has not ended.
  case bothSubscribed(duplicate: ID<Customer>, survivor: ID<Customer>)
  /// A text is too long.
  case tooLong(field: String, problem: String)
  /// The name is empty.
  case emptyName
  /// The customer has neither an e-mail address nor a phone number.
  case noContact
  /// The e-mail address is malformed.
  case invalidEmail
  /// The phone number is malformed.
  case invalidPhone
  /// A live customer already has the e-mail address.
  case emailTaken(by: ID<Customer>)
  /// A live customer already has the phone number.
  case phoneTaken(by: ID<Customer>)
  /// Another customer already has the external id.
  case externalIDTaken(by: ID<Customer>)
  /// A soft-deleted customer has the e-mail address.
  case emailOfDeleted(ID<Customer>)
  /// A soft-deleted customer has the phone number.
  case phoneOfDeleted(ID<Customer>)
  /// The e-mail address and the phone number belong to different customers.
  case keysOfDifferentCustomers(email: ID<Customer>, phone: ID<Customer>)
  /// The contact method or execution mode is blank.
  case blankWord(field: String)
  /// The age is outside 1 to 149.
  case invalidAge(Int)
  /// The system does not know the time zone.
  case unknownTimeZone(String)
  /// The onboarding step is negative or before the current one.
  case invalidOnboardingStep(Int, current: Int)
  /// The pipeline does not exist.
  case unknownPipeline(String)
  /// The pipeline does not have the status.
  case unknownStatus(CustomerStatus, pipeline: String)
  /// The customer already has the status.
  case sameStatus(ID<Customer>, CustomerStatus)
  /// The pipeline does not allow the transition.
  case illegalMove(
    ID<Customer>, from: CustomerStatus, to: CustomerStatus, allowed: [CustomerStatus])
  /// The customer's status is not the one that the caller expected.
  case statusChanged(ID<Customer>, expected: CustomerStatus, found: CustomerStatus)
  /// The time is in the future or before the last row of the customer's history.
  case timeOutOfOrder(ID<Customer>, at: Timestamp, earliest: Timestamp, latest: Timestamp)
  /// The pipeline of a customer cannot be changed.
  case pipelineFixed(ID<Customer>)
  /// The member of staff does not exist.
  case unknownOwner(ID<StaffMember>)
  /// The member of staff is deactivated or deleted.
  case inactiveOwner(ID<StaffMember>)
  /// The definition of the pipeline is invalid.
  case invalidPipeline(String, problem: String)
  /// The status cannot be removed because customers have it.
  case statusInUse(CustomerStatus, pipeline: String)
  /// A companion of the customer, such as its subscription, or a rule rejected it.
  ///
  /// Reported only for the rows of an import.
  case refused(reason: String)
}

extension CustomerError {
  static func require(
    _ text: String?, _ field: String, most: Int = TextBounds.line
  ) throws(CustomerError) {
    if let problem = TextBounds.problem(text, most: most) {
      throw .tooLong(field: field, problem: problem)
    }
  }
}

extension CustomerError: CustomStringConvertible {
  /// A one-line message that says what failed, what was expected, and how to resolve it.
  public var description: String {
    switch self {
    case .notFound(let id): "there is no customer \(id)"
    case .deleted(let id): "customer \(id) is deleted; restore it first"
    case .notDeleted(let id): "customer \(id) is not deleted, so there is nothing to restore"
    case .anonymised(let id):
      "customer \(id) was anonymised: its personal data was erased; create a new customer"
    case .merged(let id, let survivor):
      "customer \(id) was merged into customer \(survivor); use that one"
    case .mergeIntoItself(let id):
      "customer \(id) cannot be merged into itself; name a duplicate that is another customer"
    case .bothSubscribed(let duplicate, let survivor):
      "customers \(duplicate) and \(survivor) both have a subscription; cancel that of "
        + "\(duplicate) with subscriptions.cancelNow(_:), or merge the other way round"
    case .tooLong(let field, let problem): "the \(field) of the customer \(problem); shorten it"
    case .emptyName: "a customer needs a name"
    case .noContact: "a customer needs an e-mail address or a phone number"
    case .invalidEmail: "the e-mail address is not of the form name@domain.tld"
    case .invalidPhone:
      "the phone number is not 7 to 15 digits with spaces, dots, dashes, slashes or brackets"
    case .emailTaken(let id): "customer \(id) has this e-mail address; update that one instead"
    case .phoneTaken(let id): "customer \(id) has this phone number; update that one instead"
    case .externalIDTaken(let id): "customer \(id) has this external id; update that one instead"
    case .emailOfDeleted(let id):
      "customer \(id) has this e-mail address and is deleted; restore that one, or anonymise it"
    case .phoneOfDeleted(let id):
      "customer \(id) has this phone number and is deleted; restore that one, or anonymise it"
    case .keysOfDifferentCustomers(let email, let phone):
      "the e-mail address is customer \(email)'s and the phone number customer \(phone)'s; "
        + "correct one of them"
    case .blankWord(let field): "\(field) is blank; give it a value"
    case .invalidAge(let age): "the age \(age) is not between 1 and 149"
    case .unknownTimeZone(let name):
      "the system has no time zone \(name); use a name such as Europe/Paris"
    case .invalidOnboardingStep(let step, let current):
      "onboarding cannot go to step \(step): it is at step \(current) and cannot go back"
    case .unknownPipeline(let name): "there is no pipeline \(name); define it first"
    case .unknownStatus(let status, let pipeline):
      "pipeline \(pipeline) has no status \(status); define it, or use one that it has"
    case .sameStatus(let id, let status): "customer \(id) is \(status) already"
    case .illegalMove(let id, let from, let to, let allowed):
      "customer \(id) cannot go from \(from) to \(to); "
        + (allowed.isEmpty
          ? "\(from) is final" : "allowed: \(allowed.map(\.rawValue).joined(separator: ", "))")
    case .statusChanged(let id, let expected, let found):
      "customer \(id) is \(found), not \(expected) as expected; read it again before you retry"
    case .timeOutOfOrder(let id, let at, let earliest, let latest):
      "customer \(id) cannot have changed at \(at): only from \(earliest) to \(latest)"
    case .pipelineFixed(let id): "customer \(id) stays in the pipeline it was created in"
    case .unknownOwner(let id): "there is no member of staff \(id)"
    case .inactiveOwner(let id):
      "member of staff \(id) is not active and cannot own customers; choose an active one"
    case .refused(let reason): reason
    case .invalidPipeline(let name, let problem): "pipeline \(name): \(problem)"
    case .statusInUse(let status, let pipeline):
      "pipeline \(pipeline) has customers in status \(status); move them before you remove it"
    }
  }
}
