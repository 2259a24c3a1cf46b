package import Backoffice
import BackofficeAnalytics
package import ExampleSupport

/// A simulated directory submission service with a clock that advances from one event to the next.
///
/// It uses only the store's public interface, as a real service does; directories, people and time are
/// simulated.
package final class Office {
  let store: BackofficeStore
  let clock: ManualClock
  let settings: DemoSettings
  let dice: Dice
  let desk: SubmissionDesk
  var agenda = Agenda()
  var staff: [StaffMember] = []
  var workers: [OfficeWorker] = []
  var assistants: [OfficeAssistant] = []
  /// The catalogue, best directories first.
  var catalogue: [Directory] = []
  /// The remaining order of each customer after its first campaign.
  var wishes: [ID<Customer>: [Directory]] = [:]
  /// The results of the imports at the beginning.
  package private(set) var imports: [String: ImportReport] = [:]

  /// Creates an office in an empty store.
  ///
  /// - Parameters:
  ///   - store: the store, on `clock`.
  ///   - clock: the clock that the office sets.
  package init(_ store: BackofficeStore, clock: ManualClock, settings: DemoSettings) {
    self.store = store
    self.clock = clock
    self.settings = settings
    dice = Dice(seed: settings.seed)
    desk = SubmissionDesk(submitter: SimulatedSubmitter(dice: dice))
  }

  var end: Timestamp { settings.start + .days(settings.days) }

  /// Simulates all days.
  ///
  /// - Parameter progress: called at the beginning of each day.
  package func run(progress: (_ day: Int) -> Void = { _ in }) throws {
    try open()
    while let (at, event) = agenda.next(before: end) {
      clock.set(to: at)
      if case .newDay = event {
        progress(Int((at - settings.start).microseconds / 86_400_000_000))
      }
      try handle(event)
    }
    clock.set(to: end)
    try closeDay()
  }

  private func open() throws {
    clock.set(to: settings.start)
    var directories = DirectoryImport()
    imports["directories"] = try directories.run(settings.directories, into: store).lines
    imports["assistants"] = try AssistantImport().run(settings.assistants, into: store)
    try loadCatalogue()
    try hire()
    var skipped = ImportReport()
    var businesses: [Business] = []
    skipped.skipped = try BusinessImport.read(settings.businesses, in: store) { _, business in
      businesses.append(business)
    }
    skipped.added = businesses.count
    imports["businesses"] = skipped
    expect(businesses)
    for day in 0..<settings.days { agenda.add(.newDay, at: settings.start + .days(day)) }
    for hour in 0..<settings.days * 24 {
      agenda.add(.newHour, at: settings.start + .hours(hour))
    }
  }

  private func loadCatalogue() throws {
    var cursor: PageCursor?
    repeat {
      let page = try store.directories.list(by: .rating, after: cursor, limit: 1000)
      catalogue += page.elements
      cursor = page.next
    } while cursor != nil
  }

  private func handle(_ event: Agenda.Event) throws {
    switch event {
    case .newDay: try closeDay()
    case .newHour: try keepHouse()
    case .signUp(let business): try signUp(business)
    case .pipelineMove(let customer, let status): try move(customer, to: status)
    case .trialEnds(let customer, let isConverted):
      if isConverted { try store.subscriptions.convertTrial(of: customer, reason: "paid") }
    case .campaign(let customer, let wave): try startCampaign(of: customer, wave: wave)
    case .workerIsFree(let index): try work(index)
    case .assistantIsFree(let index): try act(index)
    case .reviewStarts(let submission): try startReview(of: submission)
    case .reviewEnds(let submission): try decide(submission)
    }
  }

  /// The work at the end of a day: trials, billing periods, snapshots.
  private func closeDay() throws {
    while try store.subscriptions.endDueTrials() == PageLimit.standard {}
    while try store.subscriptions.resetDuePeriods().total == PageLimit.standard {}
    try store.analytics.refresh()
  }

  /// The work of every hour: rescuing items and assigning actions.
  private func keepHouse() throws {
    while try store.queue.rescueExpired().count == PageLimit.standard {}
    try store.actions.assignPending()
  }
}
