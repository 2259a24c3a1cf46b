import Backoffice
import BackofficeTesting
import Testing

@Suite("The declarations of the office's records")
struct RecordDeclarationTests {
  @Test("Each property of a core record has its own column and is read back unchanged")
  func coreRecords() throws {
    try checkDeclaration(of: Customer.self)
    try checkDeclaration(of: StaffMember.self)
    try checkDeclaration(of: Plan.self)
    try checkDeclaration(of: PlanItem.self)
    try checkDeclaration(of: Assistant.self)
    try checkDeclaration(of: PendingAction.self)
    try checkDeclaration(of: Directory.self)
    try checkDeclaration(of: DirectoryCategory.self)
    try checkDeclaration(of: Submission.self)
    try checkDeclaration(of: Batch.self)
    try checkDeclaration(of: QueueSchedule.self)
    // The progress of an item is stored in a separate table.
    let failure = #expect(throws: RecordCheckFailure.self) {
      try checkDeclaration(of: QueueItem.self)
    }
    #expect(failure?.changed == [])
    #expect(failure?.unstored.allSatisfy { $0.hasPrefix("progress.") } == true)
  }

  struct Crossed: Record {
    static let tableName = "crossed"
    let id: ID<Crossed>
    let email: String?
    let emailKey: String?
    let isOpen: Bool
    let isPaid: Bool
  }

  @Test("Swapped names of columns with the same type are reported, including Booleans")
  func crossedNames() throws {
    let failure = #expect(throws: RecordCheckFailure.self) {
      try checkDeclaration(of: Crossed.self)
    }
    #expect(failure?.changed == ["email", "emailKey", "isOpen", "isPaid"])
    #expect(failure?.unstored == [])
    #expect("\(failure, default: "")".contains("than it was given in email, emailKey"))
  }

  struct Short: Record {
    static let tableName = "short"
    let id: ID<Short>
    var nickname: String?
    var count = 0
    var place = Place()

    struct Place { var hall: String?, shelf = "a" }
  }

  @Test("A property with a default value that no column stores is reported, also in a part")
  func propertyLeftOut() throws {
    let failure = #expect(throws: RecordCheckFailure.self) {
      try checkDeclaration(of: Short.self)
    }
    #expect(failure?.changed == [])
    #expect(failure?.unstored == ["count", "nickname", "place.shelf"])
  }
}

extension RecordDeclarationTests.Crossed {
  init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), email: column("email", \.emailKey),
      emailKey: column("email_key", \.email), isOpen: column("is_open", \.isPaid),
      isPaid: column("is_paid", \.isOpen))
  }
}

extension RecordDeclarationTests.Short {
  init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(id: column("id", \.id), place: Place(hall: column("hall", \.place.hall)))
  }
}
