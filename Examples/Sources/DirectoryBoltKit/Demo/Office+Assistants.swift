import Backoffice

/// A simulated assistant.
struct OfficeAssistant {
  let assistant: Assistant
  /// The current action and its end.
  var current: PendingAction?
}

extension Office {
  /// Finishes the current action of an assistant and starts the next one, during working hours.
  func act(_ index: Int) throws {
    let person = assistants[index].assistant
    let named = store.acting(as: person.principal)
    if let current = assistants[index].current {
      assistants[index].current = nil
      try finish(current, named)
    }
    guard person.workingHours.contains(clock.now, in: person.zone),
      let next = try store.actions.list(.assigned, of: person.id, limit: 1).elements.first
    else {
      agenda.add(.assistantIsFree(index), at: clock.now + .minutes(15))
      return
    }
    assistants[index].current = try named.actions.start(next.id)
    let draw = dice.about("minutes", next.id.description)
    let usual = SubmissionDesk.minutes(for: next.kind)
    agenda.add(
      .assistantIsFree(index), at: clock.now + .seconds(usual * draw.number(in: 30...110)))
  }

  private func finish(_ action: PendingAction, _ named: BackofficeStore) throws {
    let draw = dice.about("action", action.id.description)
    guard !draw.chance(4) else {
      try named.actions.fail(action.id, error: "the directory did not answer the phone")
      return
    }
    try named.actions.complete(
      action.id, quality: draw.chance(70) ? 5 : draw.number(in: 3...4), notes: "done")
    guard action.kind == .contentReview, let submission = action.submissionID else { return }
    try store.submissions.resubmit(submission, reason: "texts revised")
    try store.submissions.markSubmitted(submission, reason: "texts revised")
    try expectReview(of: submission)
  }
}
