import Backoffice

/// Sums of flows and activity of some rows, to be compared with the stored sums or added to them.
struct FlowSums {
  /// The key of a sum in the table of flows.
  struct Key: Hashable, Sendable {
    var kind: EntityKind
    var day: CalendarDate
    var flow: Flow
  }

  /// How many transitions, and how old the entities were.
  struct Sum: Hashable, Sendable {
    var transitions = 0
    var ageSeconds: Int64 = 0
    var ageMicroseconds: Int64 = 0

    static func - (left: Sum, right: Sum) -> Sum {
      Sum(
        transitions: left.transitions.subtracting(right.transitions),
        ageSeconds: left.ageSeconds.subtracting(right.ageSeconds),
        ageMicroseconds: left.ageMicroseconds.subtracting(right.ageMicroseconds))
    }
  }

  /// In the order of the rows: the same work writes the same bytes.
  var flows = SmallTable<Key, Sum>()
  /// Customers becoming active minus those becoming inactive, in the order of the rows.
  var activity = SmallTable<ActivityKey, Int>()

  /// Advances `walk` by a row of `day` and adds its flows `amount` times.
  mutating func advance(
    _ walk: inout FlowWalk, by step: FlowStep, kind: EntityKind, on day: CalendarDate,
    adding amount: Int
  ) {
    let first = walk.firstAt ?? step.at
    walk.firstAt = first
    var changed: String?
    FlowState.advance(&walk.state, by: step) { flow in
      if amount != 0 {
        let age = flow.cause == .change ? step.at.microseconds - first.microseconds : 0
        add(amount, age: age, to: Key(kind: kind, day: day, flow: flow))
      }
      if flow.isChangeOfStatus { changed = flow.pipeline }
    }
    guard kind == .customer else { return }
    if let changed { walk.activity.noteChange(in: changed, on: day) }
    walk.activity.update(walk.state, on: day) { key, delta in
      if amount != 0 { activity[key, default: 0].add(amount.multiplied(by: delta)) }
    }
  }

  private mutating func add(_ amount: Int, age: Int64, to key: Key) {
    let (seconds, microseconds) = age.quotientAndRemainder(dividingBy: 1_000_000)
    var sum = flows[key, default: Sum()]
    sum.transitions.add(amount)
    sum.ageSeconds.add(seconds.multiplied(by: Int64(amount)))
    sum.ageMicroseconds.add(microseconds.multiplied(by: Int64(amount)))
    flows[key, default: Sum()] = sum
  }
}

extension Flow {
  /// Whether the entity entered another status, by creation or by a move.
  var isChangeOfStatus: Bool {
    !to.isEmpty && from != to && (cause == .create || cause == .change)
  }
}
