import Backoffice
import ClashingNames

/// A table of a program, its migration in Swift and its rules.
enum StorageShapes {
  struct Visit: TableRow {
    static let tableName = "visits"
    let place: String

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      place = try column("place")
    }
  }

  static func pack() throws -> MigrationPack {
    try MigrationPack(
      "visits",
      [
        Migration(version: 1, name: "visits", up: "CREATE TABLE visits (place TEXT) STRICT;"),
        Migration(
          version: 2, name: "filled",
          up: { transaction in
            let places = ["Berlin", "Rome"]
            for place in places {
              try transaction.execute(sql: "INSERT INTO visits VALUES (?)", place)
            }
          },
          down: { transaction in
            try transaction.execute(sql: "DELETE FROM visits")
          }),
      ])
  }

  static let triggers: [Trigger] = [
    .after("visits.named", .insert, on: Visit.self) { change, transaction in
      guard let new = change.new else { return }
      if new.place.isEmpty { throw Refusal() }
    },
    .after(
      "visits.moved", .update(of: "place"), on: Visit.self,
      when: { change in
        let old = change.old
        return old?.place != change.new?.place
      },
      perform: { change, transaction in
        let now = transaction.now
        try transaction.execute(sql: "SELECT ?", now)
      }),
    .atCommit("visits.count", .any, on: Visit.self) { change, emit in
      if let old = change.old { emit(old.place, -1) }
      if let new = change.new { emit(new.place, 1) }
    } combine: { sum, later in
      sum += later
    } perform: { (place: String, sum: Int, transaction) in
      guard sum != 0 else { return }
      try transaction.execute(sql: "SELECT ?, ?", place, sum)
    },
  ]
}
