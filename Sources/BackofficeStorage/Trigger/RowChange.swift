/// What a statement did to one row.
public enum RowChange<R: TableRow>: Sendable {
  /// The row is new.
  case insert(new: R)
  /// The row was there and is different now; or an update wrote the same values again.
  case update(old: R, new: R)
  /// The row is gone.
  case delete(old: R)

  /// The row before, unless it is new.
  @inlinable
  public var old: R? {
    switch self {
    case .insert: nil
    case .update(let old, _), .delete(let old): old
    }
  }

  /// The row now, unless it is gone.
  @inlinable
  public var new: R? {
    switch self {
    case .insert(let new), .update(_, let new): new
    case .delete: nil
    }
  }
}
