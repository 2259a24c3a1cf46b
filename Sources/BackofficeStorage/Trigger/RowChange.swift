/// A change of a row.
public enum RowChange<R: TableRow>: Sendable {
  /// The row was inserted.
  case insert(new: R)
  /// The row was updated, possibly with the same values.
  case update(old: R, new: R)
  /// The row was deleted.
  case delete(old: R)

  /// The row before the change; nil for an insert.
  @inlinable
  public var old: R? {
    switch self {
    case .insert: nil
    case .update(let old, _), .delete(let old): old
    }
  }

  /// The row after the change; nil for a delete.
  @inlinable
  public var new: R? {
    switch self {
    case .insert(let new), .update(_, let new): new
    case .delete: nil
    }
  }
}
