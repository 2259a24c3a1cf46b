import Backoffice

/// Where an entity stands after its history so far, with what the sums need to know of the way.
struct FlowWalk: Equatable, Sendable {
  var state: FlowState?
  /// When its history begins.
  var firstAt: Timestamp?
  var activity = Activity()

  init() {}

  /// A place in the middle of a history; what happened before it is too old for ``Activity``.
  init(state: FlowState, firstAt: Timestamp) {
    self.state = state
    self.firstAt = firstAt
  }
}

/// For whom a customer counts as active: for its owner, ``days`` days from a change of status on.
///
/// Being created is a change, too. Who is deleted, or has left the pipeline, does not count.
struct Activity: Equatable, Sendable {
  /// How many days a customer is active, that of the change included.
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

  /// Moves a customer to where it counts after a row of `day`.
  ///
  /// Whoever becomes active is taken out again at the same time, on the day on which that ends: a
  /// later row that changes its end takes that back.
  mutating func settle(
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
    // A customer who stays where it is only ends later.
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

/// A place of a sum of customers who become active less those who end to be.
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
