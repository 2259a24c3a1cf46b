import Backoffice

/// The repository of the pack: one implementation for the store and inside transactions.
struct Campaigns: Sendable {
  let access: DatabaseAccess
}

extension BackofficeStore {
  var campaigns: Campaigns { Campaigns(access: access) }
}

extension WriteTransaction {
  var campaigns: Campaigns { Campaigns(access: DatabaseAccess(self)) }
}

extension Campaigns {
  private static let newest = SQLStatement(
    """
    SELECT \(Campaign.selection), created_at, pk FROM campaigns
    WHERE (created_at, pk) < (?1, ?2) ORDER BY created_at DESC, pk DESC LIMIT ?3
    """)

  private static let move = SQLStatement(
    "UPDATE campaigns SET status = ?3, updated_at = ?4 WHERE id = ?1 AND status = ?2")

  private static let finished = SQLStatement(
    """
    SELECT id FROM campaigns WHERE status = 'running' AND NOT EXISTS
      (SELECT 1 FROM contacts WHERE campaign_id = campaigns.id AND done_at IS NULL)
    ORDER BY pk LIMIT ?
    """)

  @discardableResult
  func create(_ name: String, owner: ID<AnyEntity>? = nil) throws -> Campaign {
    try access.write { transaction in
      try transaction.insert(
        Campaign(
          id: transaction.makeID(), name: name, owner: owner, createdAt: transaction.now,
          updatedAt: transaction.now))
    }
  }

  func find(_ id: ID<Campaign>) throws -> Campaign? {
    try access.readOnce { try Campaign.find(id, in: $0) }
  }

  /// Compares and sets the status: a caller that has seen another status is refused.
  func move(
    _ id: ID<Campaign>, from: Campaign.Status, to: Campaign.Status, at: Timestamp? = nil
  ) throws {
    try access.write { transaction in
      let count = try transaction.dated(at) {
        try transaction.execute(Self.move, id, from, to, transaction.now)
      }
      if count == 0 { throw CampaignError.changedMeanwhile(id) }
    }
  }

  func list(before cursor: PageCursor? = nil, limit: Int = 100) throws -> Page<Campaign> {
    let start = cursor ?? .newest
    return try access.readOnce { transaction in
      try transaction.keyedPage(Self.newest, limit: limit, start.value, start.key)
    }
  }

  func closeFinished(limit: Int) throws -> Int {
    try access.write { transaction in
      let ids: [ID<Campaign>] = try transaction.fetchAll(Self.finished, limit) {
        try $0.value(at: 0)
      }
      for id in ids { try transaction.campaigns.move(id, from: .running, to: .ended) }
      return ids.count
    }
  }

  @discardableResult
  func add(phone: String? = nil, to campaign: ID<Campaign>) throws -> Contact {
    try access.write { transaction in
      let id = transaction.makeID(Contact.self)
      let days = try transaction.settings.value(of: .contactDays)
      return try transaction.insert(
        Contact(
          id: id, campaign: campaign,
          phone: phone.map {
            try transaction.seal(Array($0.utf8), for: EntityReference(.contact, id))
          },
          dueAt: transaction.now + .days(days), updatedAt: transaction.now))
    }
  }

  func phone(of id: ID<Contact>) throws -> String? {
    try access.read { transaction in
      guard let sealed = try Contact.find(id, in: transaction)?.phone else { return nil }
      let bytes = try transaction.open(sealed, for: EntityReference(.contact, id))
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  func finish(_ id: ID<Contact>) throws {
    try access.write { transaction in
      guard var contact = try Contact.find(id, in: transaction) else { return }
      contact.doneAt = transaction.now
      try transaction.update(contact)
    }
  }
}
