extension WriteTransaction {
  /// Runs `body` as ``isolated(_:)`` does, and returns the message of an error by which a rule refused
  /// it.
  ///
  /// - Throws: the errors of the storage, which concern more than one row.
  package func messageIfRefused(by body: (borrowing WriteTransaction) throws -> Void) throws
    -> String?
  {
    do {
      try isolated(body)
      return nil
    } catch {
      if error.isOfStorage { throw error }
      return "\(error)"
    }
  }

  /// Runs `body` for each row of a page, so that a rule that refuses one of them stops no other.
  ///
  /// All rows share a savepoint as long as none is refused; rules that run at the commit run at its
  /// end.
  ///
  /// - Parameters:
  ///   - rows: the rows.
  ///   - isFinal: whether an error concerns all rows, and is thrown.
  ///   - body: changes one row, and returns whether it did.
  /// - Returns: the rows that were changed, and those that a rule refused, with its message.
  func each<Element>(
    of rows: [Element], except isFinal: (any Error) -> Bool = { _ in false },
    _ body: (Element, borrowing WriteTransaction) throws -> Bool
  ) throws -> (changed: [Element], refused: [(row: Element, message: String)]) {
    guard !rows.isEmpty else { return ([], []) }
    do {
      let changed = try isolated { transaction in
        try rows.filter { row in try body(row, transaction) }
      }
      return (changed, [])
    } catch {
      if error.isOfStorage || isFinal(error) { throw error }
    }
    var changed: [Element] = []
    var refused: [(row: Element, message: String)] = []
    for row in rows {
      do {
        if try isolated({ transaction in try body(row, transaction) }) { changed.append(row) }
      } catch {
        if error.isOfStorage || isFinal(error) { throw error }
        refused.append((row, "\(error)"))
      }
    }
    return (changed, refused)
  }
}
