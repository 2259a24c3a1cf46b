import Backoffice

/// The state of an entity after its history so far, with the facts that the sums need.
struct FlowWalk: Equatable, Sendable {
  var state: FlowState?
  /// When its history begins.
  var firstAt: Timestamp?
  var activity = Activity()

  init() {}

  /// A place in the middle of a history; earlier rows are too old for ``Activity``.
  init(state: FlowState, firstAt: Timestamp) {
    self.state = state
    self.firstAt = firstAt
  }
}

/// The owner for whom a customer counts as active, for ``days`` days from a change of status on.
///
/// Creation is a change. A customer that is deleted or has left the pipeline does not count.
struct Activity: Equatable, Sendable {
  /// How many days a customer is active, including the day of the change.
  static let days = 30

  /// Where a customer counts.
  struct Place: Equatable, Sendable {
    var pipeline: String
    var owner: ID<AnyEntity>
    /// The first day on which it no longer counts.
    var end: CalendarDate
  }

  /// The last change of all.
  private var lastPipeline = ""
  private var lastDay: CalendarDate?
  /// The last changes in other pipelines, for the few customers who have been in several.
  private var elsewhere: [String: CalendarDate] = [:]
  private var place: Place?

  mutating func noteChange(in pipeline: String, on day: CalendarDate) {
    if let lastDay, lastPipeline != pipeline { elsewhere[lastPipeline] = lastDay }
    lastPipeline = pipeline
    lastDay = day
  }

  private func lastChange(in pipeline: String) -> CalendarDate? {
    pipeline == lastPipeline ? lastDay : elsewhere[pipeline]
  }

  /// Updates the place where a customer counts after a row of `day`.
  ///
  /// A customer becoming active adds one on that day and subtracts one on the day on which the activity
  /// ends. A later row that changes the end reverts the subtraction.
  mutating func update(
    _ state: FlowState?, on day: CalendarDate, emit: (ActivityKey, Int) -> Void
  ) {
    var new: Place?
    if let state, !state.isDeleted, let change = lastChange(in: state.pipeline) {
      let end = change.adding(days: Self.days)
      if end > day { new = Place(pipeline: state.pipeline, owner: state.owner, end: end) }
    }
    guard new != place else { return }
    let old = place.flatMap { $0.end > day ? $0 : nil }
    place = new
    // For the same owner and pipeline only the end moves.
    let stays = old?.pipeline == new?.pipeline && old?.owner == new?.owner
    if let old {
      if !stays { emit(ActivityKey(old, on: day), -1) }
      emit(ActivityKey(old, on: old.end), 1)
    }
    if let new {
      if !stays { emit(ActivityKey(new, on: day), 1) }
      emit(ActivityKey(new, on: new.end), -1)
    }
  }
}

/// The key of a sum of customers becoming active minus those becoming inactive.
struct ActivityKey: Hashable, Sendable {
  var pipeline: String
  var day: CalendarDate
  var owner: ID<AnyEntity>

  init(pipeline: String, day: CalendarDate, owner: ID<AnyEntity>) {
    self.pipeline = pipeline
    self.day = day
    self.owner = owner
  }

  init(_ place: Activity.Place, on day: CalendarDate) {
    self.init(pipeline: place.pipeline, day: day, owner: place.owner)
  }
}
