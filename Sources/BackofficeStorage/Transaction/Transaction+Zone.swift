extension Transaction where Self: ~Copyable {
  /// The time zone that defines the store's days, weeks and months, as this transaction sees it.
  public var zone: Zone { connection.zone }
}

/// Where a file keeps its time zone.
package struct StoredZone: Sendable {
  /// Reads the name of the zone.
  let statement: SQLStatement
  /// What the writing connection knows, until another one commits or a table changes.
  let known: CachedValue<Known>

  final class Known {
    var zone: Zone?
  }

  /// Declares the place.
  ///
  /// - Parameters:
  ///   - tables: the tables that the query reads.
  ///   - statement: a query that returns the name of the zone.
  package init(tables: [String], _ statement: SQLStatement) {
    self.statement = statement
    known = CachedValue(tables: tables) { Known() }
  }
}
