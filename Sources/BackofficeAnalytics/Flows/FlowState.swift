import Backoffice

/// Why entities entered or left a status.
enum FlowCause: String, TextEnum {
  /// The first row of an entity.
  case create
  /// A move between statuses.
  case change
  /// A soft deletion.
  case delete
  /// The end of a soft deletion.
  case restore
  /// Another owner.
  case reassign
}

/// The columns of a history row that flows depend on.
struct FlowStep: Sendable {
  var sequence: Int64
  var pipeline: String
  /// Zeros for no owner.
  var owner: ID<AnyEntity>
  var status: String
  var event: StatusChange.Event?
  var at: Timestamp

  /// The columns that ``init(_:from:)`` reads.
  static let selection = """
    pk, pipeline, owner_id, to_status,
    CASE WHEN details <> '{}' THEN json_extract(details, '$.event') END, at
    """

  /// Reads the six columns of ``selection`` from the reader's position on.
  init(_ column: inout Row.Reader) throws {
    sequence = try column("sequence")
    pipeline = try column("pipeline")
    owner = (try column("owner_id") as ID<AnyEntity>?) ?? .zero
    status = try column("status")
    event = (try column("event") as EventText).event
    at = try column("at")
  }

  /// Programs may write any details, so an event of another name or type is ignored.
  private struct EventText: ColumnDecodable {
    let event: StatusChange.Event?

    static func decode(_ column: borrowing ColumnValue) -> EventText? {
      EventText(event: StatusChange.Event.decode(column))
    }
  }
}

/// The state of an entity after its history so far.
struct FlowState: Equatable, Sendable {
  var pipeline: String
  var owner: ID<AnyEntity>
  var status: String
  var isDeleted: Bool
}

/// One entry into a status, exit from one, or both.
struct Flow: Hashable, Sendable {
  var pipeline: String
  var owner: ID<AnyEntity>
  var cause: FlowCause
  /// The status left; empty for an entry from outside.
  var from: String
  /// The status entered; empty for an exit.
  var to: String
}

extension FlowState {
  /// Advances an entity by its next row and reports the flows.
  ///
  /// Every row starts from the state after the row before it and ignores its own column of the status
  /// before, so that the flows of all rows add up to the state of the entity.
  static func advance(
    _ state: inout FlowState?, by step: FlowStep, emit: (Flow) -> Void
  ) {
    func flow(_ owner: ID<AnyEntity>, _ cause: FlowCause, _ from: String, _ to: String) {
      emit(Flow(pipeline: step.pipeline, owner: owner, cause: cause, from: from, to: to))
    }
    let isDeleted: Bool
    if let old = state {
      if old.isDeleted {
        isDeleted = step.event != .restored
        if !isDeleted { flow(step.owner, .restore, "", step.status) }
      } else {
        isDeleted = step.event == .deleted
        if old.pipeline != step.pipeline {
          emit(
            Flow(
              pipeline: old.pipeline, owner: old.owner, cause: .change, from: old.status, to: ""))
          flow(step.owner, .change, "", step.status)
        } else {
          if old.owner != step.owner {
            flow(old.owner, .reassign, old.status, "")
            flow(step.owner, .reassign, "", old.status)
          }
          if step.event == nil || old.status != step.status {
            flow(step.owner, .change, old.status, step.status)
          }
        }
        if isDeleted { flow(step.owner, .delete, step.status, "") }
      }
    } else {
      isDeleted = step.event == .deleted
      flow(step.owner, .create, "", step.status)
      if isDeleted { flow(step.owner, .delete, step.status, "") }
    }
    state = FlowState(
      pipeline: step.pipeline, owner: step.owner, status: step.status, isDeleted: isDeleted)
  }
}
