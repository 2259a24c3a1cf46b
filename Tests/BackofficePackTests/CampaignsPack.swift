import Backoffice

/// A pack of a program: campaigns with contacts to be called, on the public API only.
struct CampaignsPack: StorePack {
  let name = "campaigns"

  var migrations: [MigrationPack] {
    get throws {
      [
        try MigrationPack(
          "campaigns", [Migration(version: 1, name: "tables", up: Self.tables)])
      ]
    }
  }

  var rules: RuleSet {
    RuleSet(
      triggers: [
        .statusHistory(of: .campaign, on: CampaignStatusRow.self) { old, new in
          old.status.next.contains(new.status)
            ? nil : CampaignError.illegalMove(from: old.status, to: new.status)
        },
        .updatedAt(of: Campaign.self), .updatedAt(of: Contact.self), Campaign.shape, Contact.done,
      ],
      derivedValues: [OverdueContacts()],
      checks: [StatusHistoryCheck(.campaign, table: "campaigns")])
  }

  var upkeep: [UpkeepTask] {
    [
      OverdueContacts().upkeep(every: .minutes(10), summary: "counts contacts that are overdue"),
      UpkeepTask(
        "campaigns.close", every: .hours(1), summary: "ends campaigns without contacts"
      ) { transaction, page in
        page.note(try transaction.campaigns.closeFinished(limit: 100), limit: 100)
      },
    ]
  }

  var schedules: [NewQueueSchedule] {
    get throws {
      [try NewQueueSchedule(name: "campaigns.report", SendReport(), timing: .every(.days(1)))]
    }
  }

  private static let tables = """
    CREATE TABLE campaigns (
      pk INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), name TEXT NOT NULL,
      status TEXT NOT NULL, owner_id BLOB, overdue INTEGER NOT NULL DEFAULT 0,
      created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX campaigns_created ON campaigns (created_at, pk);
    CREATE TABLE contacts (
      pk INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
      campaign_id BLOB NOT NULL REFERENCES campaigns (id), phone BLOB, due_at INTEGER NOT NULL,
      done_at INTEGER, done_count INTEGER NOT NULL DEFAULT 0, updated_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX contacts_campaign ON contacts (campaign_id, due_at);
    """
}

/// The scheduled job of the pack.
struct SendReport: Job {
  static let kind = "campaigns.report"
}

extension EntityKind {
  static let campaign = EntityKind(rawValue: "campaign")
  static let contact = EntityKind(rawValue: "contact")
}

extension StoreSetting<Int> {
  /// After how many days a contact is due.
  static let contactDays = StoreSetting("campaigns.contact_days", default: 7)
}

enum CampaignError: Error, Hashable {
  case emptyName
  case illegalMove(from: Campaign.Status, to: Campaign.Status)
  case changedMeanwhile(ID<Campaign>)
}
