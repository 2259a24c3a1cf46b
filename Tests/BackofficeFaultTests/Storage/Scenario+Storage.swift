import BackofficeStorage

extension Scenario {
  /// The transactions of the storage floor itself.
  static let storage: [Scenario] =
    migrations + [backup, restore] + [
      .database("open a new connection", opensUnderFault: true) { database, _ in
        _ = try database.read(DatabaseSubject.count)
      },
      .database("read") { database, _ in
        _ = try database.read { transaction in
          _ = try DatabaseSubject.count(transaction)
          try transaction.forEach(sql: "SELECT text FROM notes ORDER BY text") { row in
            _ = try row.value(at: 0, as: String.self)
            return true
          }
        }
      },
      .database("write with rules") { database, place in
        for step in 0..<3 {
          try database.write { transaction in
            try transaction.execute(
              sql: "INSERT INTO items (name, amount) VALUES (?, 7)", "new \(step)")
            try transaction.execute(
              sql: "UPDATE items SET amount = amount + 1 WHERE pk % 3 = ?", step)
            try transaction.execute(sql: "DELETE FROM items WHERE pk % 10 = ?", step)
          }
          place.acknowledge()
        }
      },
      .database("savepoints") { database, place in
        for step in 0..<2 {
          try database.write { transaction in
            try transaction.execute(sql: "DELETE FROM items WHERE pk = ?", step + 1)
            do {
              try transaction.savepoint { inner in
                try inner.execute(sql: "DELETE FROM items WHERE pk > 20")
                throw Undo()
              }
            } catch is Undo {
              // Only the inner part is undone.
            }
            try transaction.savepoint { inner in
              try inner.execute(sql: "UPDATE items SET amount = amount * 2")
            }
          }
          place.acknowledge()
        }
      },
      .database(
        "a transaction larger than the page cache",
        configure: { $0.pageCacheKiB = 64 },
        work: { database, place in
          try database.write { transaction in
            for step in 0..<60 {
              try transaction.execute(
                sql: "INSERT INTO items (name, amount) VALUES (printf('%d %.*c', ?, 3000, 'x'), 1)",
                step)
            }
          }
          place.acknowledge()
        }),
      .database(
        "checkpoint", configure: { $0.checkpointPages = 2 },
        work: { database, place in
          for step in 0..<3 {
            try database.write { transaction in
              try transaction.execute(
                sql: "UPDATE items SET amount = amount + 1 WHERE pk % 3 = ?", step)
            }
            place.acknowledge()
          }
          try database.maintain { maintenance in
            _ = try maintenance.pragmaRow("wal_checkpoint(TRUNCATE)")
          }
        }),
      .database("errors that the caller swallows") { database, place in
        for step in 0..<2 {
          try database.write { transaction in
            try transaction.execute(
              sql: "UPDATE items SET amount = amount + 1 WHERE pk = ?", step + 1)
            _ = try? transaction.fetchAll(sql: "SELECT text FROM notes") { _ in true }
            // Where that error ended the transaction in SQLite, these must not become commits.
            _ = try? transaction.execute(sql: "DELETE FROM items WHERE pk = ?", step + 10)
            _ = try? transaction.savepoint { inner in
              try inner.execute(sql: "DELETE FROM items WHERE pk = ?", step + 20)
            }
            try transaction.execute(sql: "DELETE FROM items WHERE pk = ?", step + 30)
          }
          place.acknowledge()
        }
      },
      .afterCrash,
      .database("normal durability", durability: .normal) { database, place in
        for step in 0..<3 {
          try database.write { transaction in
            try transaction.execute(
              sql: "UPDATE items SET amount = amount + 1 WHERE pk % 3 = ?", step)
          }
          place.acknowledge()
        }
      },
    ]

  /// The first start after a crash: the log of the last one is read, used, and moved into the file.
  private static var afterCrash: Scenario {
    let base = Scenario.database("the first start after a crash", opensUnderFault: true) {
      database, place in
      try database.write { transaction in
        try transaction.execute(sql: "DELETE FROM items WHERE pk > 30")
      }
      place.acknowledge()
    }
    return Scenario(
      name: base.name,
      prepare: { place in
        try base.prepare(place)
        let subject = try DatabaseSubject.open(place)
        try subject.database.write { transaction in
          try transaction.execute(sql: "UPDATE items SET amount = amount + 5")
        }
        // What lies there now is what a process that dies here leaves.
        let left = try place.contents()
        subject.close()
        try place.load(left)
      },
      open: base.open, work: base.work, opensUnderFault: true)
  }
}
