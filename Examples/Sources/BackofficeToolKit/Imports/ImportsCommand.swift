package import ArgumentParser
import Backoffice
import ExampleSupport

/// The imports into append-only logs.
package struct ImportsCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "imports",
    abstract: "Lists the imports of history and usage, and takes them back.",
    discussion: """
      Imported rows are never deleted. Usage is taken back by events of the opposite sign, and \
      history by a note in the audit log: its rows count no more in backoffice history report \
      and in later imports. The file can then be imported again.

      Examples:
        backoffice imports --database office.sqlite
        backoffice imports take-back 019a9f0c-… --database office.sqlite
      """,
    subcommands: [List.self, TakeBack.self], defaultSubcommand: List.self)

  package init() {}
}

extension ImportsCommand {
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the imports, oldest first.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption

    func run() throws {
      let store = try database.openToRead()
      defer { store.close() }
      let records = try store.read { transaction in try ImportRecord.all(transaction) }
      if format.json { return try Output.json(records) }
      guard !records.isEmpty else { return Output.line("There are no imports.") }
      var table = TextTable(
        .text("Import"), .text("At"), .text("Into"), .number("Rows"), .text("File"), .text(""))
      for record in records {
        table.add(
          .init(record.importID), .init("\(record.at)"), .init("\(record.table)"),
          .init(record.added), .init(record.file), .init(record.isTakenBack ? "taken back" : ""))
      }
      Output.lines(table.lines())
    }
  }

  struct TakeBack: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes an import back by a correction.")

    @Argument(help: "The id of the import, which backoffice imports shows.")
    var id: String
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption

    private struct Answer: Encodable {
      let importID: String
      let table: String
      let rows: Int
    }

    func run() throws {
      let store = try database.openExisting()
      defer { store.close() }
      let record = try store.acting(as: Principal(kind: .importer))
        .write(reason: "import taken back") { transaction in
          try Self.takeBack(id, transaction)
        }
      if format.json {
        try Output.json(
          Answer(importID: id, table: record.table.rawValue, rows: record.added))
      } else {
        Output.line("\(Human.count(record.added, "row", "rows")) of \(record.file) taken back")
      }
    }

    static func takeBack(
      _ id: String, _ transaction: borrowing WriteTransaction
    ) throws -> ImportRecord {
      let records = try ImportRecord.all(transaction)
      guard let record = records.first(where: { $0.importID == id }) else {
        throw NoSuchImport(id: id)
      }
      guard !record.isTakenBack else { return record }
      if record.table == .usage { try reverse(record, transaction) }
      try transaction.audit.record(
        NewAuditEntry(
          action: ImportRun.takenBack, metadata: try JSONText(encoding: ["importID": id])))
      return record
    }

    private static let events = """
      SELECT idempotency_key, customer_id, meter, quantity, amount_minor, currency, at, local_day
      FROM usage_events WHERE pk BETWEEN ? AND ? ORDER BY pk
      """

    private static func reverse(
      _ record: ImportRecord, _ transaction: borrowing WriteTransaction
    ) throws {
      for rows in record.ranges {
        let events = try transaction.fetchAll(
          sql: events, rows.lowerBound, rows.upperBound
        ) { row in
          let key: String = try row.value(at: 0)
          let quantity: Int = try row.value(at: 3)
          let amount: Int64? = try row.value(at: 4)
          let currency: Currency? = try row.value(at: 5)
          guard quantity > .min, amount ?? 0 > .min else { throw NoSuchImport(id: key) }
          var event = UsageEvent(
            key: TakenBack.prefix + key, customerID: try row.value(at: 1),
            meter: Meter(rawValue: try row.value(at: 2)), quantity: -quantity)
          if let amount, let currency {
            event.amount = Money(minorUnits: -amount, currency: currency)
          }
          event.at = try row.value(at: 6)
          event.localDay = try row.value(at: 7)
          return event
        }
        for event in events { try transaction.usage.record(event) }
      }
    }
  }
}

/// Thrown for the id of an import that does not exist.
struct NoSuchImport: Error, Hashable, CustomStringConvertible {
  let id: String

  var description: String {
    "there is no import \(id.quoted); to see the imports: backoffice imports"
  }
}
