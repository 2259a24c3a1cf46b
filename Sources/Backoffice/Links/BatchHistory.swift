/// Records the status history of batches.
enum BatchHistory {
  static let trigger = Trigger.statusHistory(of: .batch, on: Row.self)

  struct Row: StatusTracked {
    static let tableName = Batch.tableName
    let id: ID<Batch>
    let status: Batch.Status

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      id = try column("id")
      status = try column("status")
    }

    var historyEntity: ID<AnyEntity> { ID(retyping: id) }
    var historyStatus: String { status.rawValue }
  }
}
