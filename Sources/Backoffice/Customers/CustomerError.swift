/// What the customers refuse.
///
/// Names and addresses never appear in it, ids do.
public enum CustomerError: Error, Sendable, Hashable {
  /// There is no such customer.
  case notFound(ID<Customer>)
  /// The customer is soft-deleted.
  case deleted(ID<Customer>)
  /// The customer is live, so there is nothing to restore.
  case notDeleted(ID<Customer>)
  /// Everything personal of the customer was erased for good.
  case anonymised(ID<Customer>)
  /// The name is empty.
  case emptyName
  /// There is neither an e-mail address nor a phone number.
  case noContact
  /// The e-mail address has not the shape of one.
  case invalidEmail
  /// The phone number has not the shape of one.
  case invalidPhone
  /// A live customer has the e-mail address.
  case emailTaken(by: ID<Customer>)
  /// A live customer has the phone number.
  case phoneTaken(by: ID<Customer>)
  /// Another customer has the external id.
  case externalIDTaken(by: ID<Customer>)
  /// A soft-deleted customer has the e-mail address.
  case emailOfDeleted(ID<Customer>)
  /// A soft-deleted customer has the phone number.
  case phoneOfDeleted(ID<Customer>)
  /// The e-mail address is one customer's and the phone number another's.
  case keysOfDifferentCustomers(email: ID<Customer>, phone: ID<Customer>)
  /// The word for a contact method or an execution mode is blank.
  case blankWord(field: String)
  /// The age is outside 1 to 149.
  case invalidAge(Int)
  /// This machine knows no time zone of that name.
  case unknownTimeZone(String)
  /// An onboarding step below 0, or one that goes back.
  case invalidOnboardingStep(Int, current: Int)
  /// There is no such pipeline.
  case unknownPipeline(String)
  /// The pipeline has no such status.
  case unknownStatus(CustomerStatus, pipeline: String)
  /// The customer has the status already.
  case sameStatus(ID<Customer>, CustomerStatus)
  /// The pipeline has no such move.
  case illegalMove(
    ID<Customer>, from: CustomerStatus, to: CustomerStatus, allowed: [CustomerStatus])
  /// The customer had another status than the caller expected.
  case statusChanged(ID<Customer>, expected: CustomerStatus, found: CustomerStatus)
  /// A time in the future, or before what history says happened last.
  case timeOutOfOrder(ID<Customer>, at: Timestamp, earliest: Timestamp, latest: Timestamp)
  /// A customer stays in the pipeline it was created in.
  case pipelineFixed(ID<Customer>)
  /// There is no such member of staff.
  case unknownOwner(ID<StaffMember>)
  /// The member of staff is deactivated or deleted.
  case inactiveOwner(ID<StaffMember>)
  /// The definition of a pipeline contradicts itself.
  case invalidPipeline(String, problem: String)
  /// The status cannot go: customers have it.
  case statusInUse(CustomerStatus, pipeline: String)
  /// A companion of the customer, such as its subscription, or a rule of the program refused it; only of rows of
  /// an import.
  case refused(reason: String)
}

extension CustomerError: CustomStringConvertible {
  /// What failed, what was expected, and what to do, on one line.
  public var description: String {
    switch self {
    case .notFound(let id): "there is no customer \(id)"
    case .deleted(let id): "customer \(id) is deleted; restore it first"
    case .notDeleted(let id): "customer \(id) is not deleted, so there is nothing to restore"
    case .anonymised(let id):
      "customer \(id) was anonymised: its personal data is gone for good; create a new customer"
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
    case .blankWord(let field): "\(field) is blank; give it a word"
    case .invalidAge(let age): "the age \(age) is not between 1 and 149"
    case .unknownTimeZone(let name):
      "this machine knows no time zone \(name); use a name such as Europe/Paris"
    case .invalidOnboardingStep(let step, let current):
      "onboarding cannot go to step \(step): it is at \(current) and only goes on"
    case .unknownPipeline(let name): "there is no pipeline \(name); define it first"
    case .unknownStatus(let status, let pipeline):
      "pipeline \(pipeline) has no status \(status); define it, or use one that it has"
    case .sameStatus(let id, let status): "customer \(id) is \(status) already"
    case .illegalMove(let id, let from, let to, let allowed):
      "customer \(id) cannot go from \(from) to \(to); "
        + (allowed.isEmpty
          ? "\(from) is final" : "allowed: \(allowed.map(\.rawValue).joined(separator: ", "))")
    case .statusChanged(let id, let expected, let found):
      "customer \(id) is \(found), not \(expected) as expected; look again before changing it"
    case .timeOutOfOrder(let id, let at, let earliest, let latest):
      "customer \(id) cannot have changed at \(at): only from \(earliest) to \(latest)"
    case .pipelineFixed(let id): "customer \(id) stays in the pipeline it was created in"
    case .unknownOwner(let id): "there is no member of staff \(id)"
    case .inactiveOwner(let id):
      "member of staff \(id) is not active and cannot own customers; choose an active one"
    case .refused(let reason): reason
    case .invalidPipeline(let name, let problem): "pipeline \(name): \(problem)"
    case .statusInUse(let status, let pipeline):
      "customers of pipeline \(pipeline) are \(status), so that status cannot go; move them first"
    }
  }
}
