import Backoffice

/// Why entities came into a status or left it.
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

/// What one history row says, as far as flows go.
struct FlowStep: Sendable {
  var sequence: Int64
  var pipeline: String
  /// Zeros stand for nobody.
  var owner: ID<AnyEntity>
  var status: String
  var event: StatusChange.Event?
  var at: Timestamp

  /// The columns that ``init(_:from:)`` reads.
  static let selection = """
    pk, pipeline, owner_id, to_status,
    CASE WHEN details <> '{}' THEN json_extract(details, '$.event') END, at
    """

  /// Reads the six columns of ``selection`` from the reader's place on.
  init(_ column: inout Row.Reader) throws {
    sequence = try column("sequence")
    pipeline = try column("pipeline")
    owner = (try column("owner_id") as ID<AnyEntity>?) ?? .zero
    status = try column("status")
    event = (try column("event") as EventText).event
    at = try column("at")
  }

  /// Details are free for programs, so an event of another name or type is none of the store's.
  private struct EventText: ColumnDecodable {
    let event: StatusChange.Event?

    static func decode(_ column: borrowing ColumnValue) -> EventText? {
      EventText(event: StatusChange.Event.decode(column))
    }
  }
}

/// Where an entity stands after its history so far.
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
  /// Moves an entity on by its next row, and names the flows that follow.
  ///
  /// The flows of a chain of rows add up to where the entity stands: every row starts from the state
  /// that the row before it left, whatever it says itself about the status before.
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
