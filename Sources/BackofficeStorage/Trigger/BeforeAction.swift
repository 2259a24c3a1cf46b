/// A `before` trigger without its record type, so that one list can contain those of all tables.
@usableFromInline
protocol BeforeAction: Sendable {
  var recordType: ObjectIdentifier { get }
}

struct TypedBeforeAction<R: Record>: BeforeAction {
  let events: Set<Trigger.Event>
  let perform: @Sendable (inout R, R?, borrowing WriteTransaction) throws -> Void

  var recordType: ObjectIdentifier { ObjectIdentifier(R.self) }
}

extension ChangeCapture {
  func hasBeforeActions<R: Record>(of type: R.Type) -> Bool {
    !beforeActions.isEmpty && beforeActions[ObjectIdentifier(type)] != nil
  }

  /// The `before` triggers of `R` for `event`, in order.
  func beforeActions<R: Record>(
    of type: R.Type, for event: Trigger.Event
  ) -> [TypedBeforeAction<R>] {
    guard let actions = beforeActions[ObjectIdentifier(type)] else { return [] }
    return actions.compactMap { action in
      guard let typed = action as? TypedBeforeAction<R>, typed.events.contains(event) else {
        return nil
      }
      return typed
    }
  }
}
