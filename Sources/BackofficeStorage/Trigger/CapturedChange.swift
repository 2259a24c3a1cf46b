/// A changed row with its old and new values, valid during the call of a trigger.
@safe
@usableFromInline
struct CapturedChange: ~Copyable {
  @usableFromInline let event: Trigger.Event
  @usableFromInline let old: UnsafePointer<CapturedValue>
  @usableFromInline let new: UnsafePointer<CapturedValue>
  @usableFromInline let bytes: UnsafeRawPointer?
  @usableFromInline let positions: UnsafePointer<Int>
  @usableFromInline let columnCount: Int

  init(
    event: Trigger.Event, old: UnsafePointer<CapturedValue>, new: UnsafePointer<CapturedValue>,
    bytes: UnsafeRawPointer?, positions: UnsafePointer<Int>, columnCount: Int
  ) {
    self.event = event
    unsafe self.old = unsafe old
    unsafe self.new = unsafe new
    unsafe self.bytes = unsafe bytes
    unsafe self.positions = unsafe positions
    self.columnCount = columnCount
  }

  // Inlinable like the triggers that call it, because decoding a row through witness tables costs
  // more than the statement that changed it.
  @inlinable
  func decode<R: TableRow>(_ type: R.Type) throws -> RowChange<R> {
    switch event {
    case .insert: .insert(new: try row(new: true))
    case .update: .update(old: try row(new: false), new: try row(new: true))
    case .delete: .delete(old: try row(new: false))
    }
  }

  @inlinable
  func row<R: TableRow>(new isNew: Bool, skipping skipped: Int = 0) throws -> R {
    try R(
      unsafe Row(
        captured: isNew ? new : old, bytes: bytes, positions: positions + skipped,
        count: columnCount - skipped))
  }
}
