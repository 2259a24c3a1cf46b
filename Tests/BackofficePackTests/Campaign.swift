import Backoffice

struct Campaign: Sendable, Hashable {
  enum Status: String, TextEnum {
    case draft, running, ended

    var next: Set<Status> {
      switch self {
      case .draft: [.running, .ended]
      case .running: [.ended]
      case .ended: []
      }
    }
  }

  let id: ID<Campaign>
  var name: String
  var status = Status.draft
  var owner: ID<AnyEntity>?
  var overdue = 0
  let createdAt: Timestamp
  var updatedAt: Timestamp
}

extension Campaign: Record {
  static let tableName = "campaigns"
  init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), name: column("name", \.name), status: column("status", \.status),
      owner: column("owner_id", \.owner), overdue: column("overdue", \.overdue),
      createdAt: column("created_at", \.createdAt), updatedAt: column("updated_at", \.updatedAt))
  }

  /// A rule for typed writes, which may change what is written.
  static let shape = Trigger.before("campaigns.shape", .insertOrUpdate, on: Campaign.self) {
    campaign, _, _ in
    campaign.name = campaign.name.split(separator: " ").joined(separator: " ")
    if campaign.name.isEmpty { throw CampaignError.emptyName }
  }
}

struct CampaignStatusRow: StatusTracked {
  static let tableName = "campaigns"
  let id: ID<Campaign>
  let status: Campaign.Status
  let owner: ID<AnyEntity>?

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    id = try column("id")
    status = try column("status")
    owner = try column("owner_id")
  }

  var historyEntity: ID<AnyEntity> { ID(retyping: id) }
  var historyStatus: String { status.rawValue }
  var historyOwner: ID<AnyEntity>? { owner }
}

struct Contact: Sendable, Hashable {
  let id: ID<Contact>
  let campaign: ID<Campaign>
  var phone: SealedBytes?
  var dueAt: Timestamp
  var doneAt: Timestamp?
  var doneCount = 0
  var updatedAt: Timestamp
}

extension Contact: Record {
  static let tableName = "contacts"
  init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), campaign: column("campaign_id", \.campaign),
      phone: column("phone", \.phone), dueAt: column("due_at", \.dueAt),
      doneAt: column("done_at", \.doneAt), doneCount: column("done_count", \.doneCount),
      updatedAt: column("updated_at", \.updatedAt))
  }

  private static let count = SQLStatement(
    "UPDATE contacts SET done_count = done_count + 1 WHERE id = ?")

  /// A rule with conditions: it runs when a contact becomes done, and for no other change.
  static let done = Trigger.after(
    "contacts.done", .update(of: "done_at").where(.holds("done_at"), .not(.changes(["due_at"]))),
    on: Contact.self
  ) { change, transaction in
    guard let new = change.new else { return }
    try transaction.execute(count, new.id)
  }
}
