import Backoffice

/// Simulates the web sites of directories with seeded random answers.
struct SimulatedSubmitter: Sendable {
  /// The answer to a form.
  enum Answer: Hashable {
    /// The directory accepted the form; a review follows.
    case accepted(externalID: String)
    /// A person must continue.
    case needsPerson(ActionKind, reason: String)
    /// It may work later.
    case unavailable(ItemFailure)
    /// It will never work.
    case refused(ItemFailure)
    /// The worker failed without an answer.
    case silence
  }

  let dice: Dice

  /// How long the form takes.
  func duration(of item: QueueItem, at directory: Directory) -> Duration {
    let draw = dice.about("duration", item.id.description, "\(item.attempts.claims)")
    return .seconds(draw.number(in: 40...160) + 60 * directory.difficulty)
  }

  /// The answer to one attempt.
  func answer(to item: QueueItem, at directory: Directory, isVerified: Bool) -> Answer {
    let draw = dice.about("answer", item.id.description, "\(item.attempts.claims)")
    if draw.next(below: 1000) < 4 { return .silence }
    let roll = draw.next(below: 100)
    let hardness = directory.difficulty
    if roll < 2 + hardness { return .refused(refusal(draw)) }
    if roll < 10 + hardness { return .unavailable(outage(draw)) }
    if !isVerified, roll < 10 + 6 * hardness { return need(draw, at: directory) }
    return .accepted(externalID: "L-\(draw.number(in: 100_000...999_999))")
  }

  private func refusal(_ draw: RandomSource) -> ItemFailure {
    let reasons = [
      ("category_closed", "the directory takes no further businesses of this kind"),
      ("country_not_served", "the directory does not serve the country of the business"),
      ("already_listed", "the business is listed there already under another account"),
    ]
    let reason = reasons[draw.next(below: reasons.count)]
    return ItemFailure(code: reason.0, message: reason.1)
  }

  private func outage(_ draw: RandomSource) -> ItemFailure {
    let reasons = [
      ("timeout", "the form did not answer within 60 seconds"),
      ("rate_limited", "too many submissions from this address"),
      ("unavailable", "the directory is down for maintenance"),
    ]
    let reason = reasons[draw.next(below: reasons.count)]
    return ItemFailure(code: reason.0, message: reason.1)
  }

  private func need(_ draw: RandomSource, at directory: Directory) -> Answer {
    var needs: [(ActionKind, String)] = [
      (.emailVerification, "a link in an e-mail has to be followed"),
      (.smsVerification, "a code arrives by text message"),
      (.captchaSolving, "the form shows a picture puzzle"),
      (.accountCreation, "an account has to be made first"),
    ]
    if directory.difficulty >= 3 {
      needs.append((.phoneCall, "the directory calls back to confirm the business"))
      needs.append((.documentUpload, "a proof of the address has to be uploaded"))
    }
    if directory.pricingModel == .paid {
      needs.append((.paymentProcessing, "the listing has a fee"))
    }
    let need = needs[draw.next(below: needs.count)]
    return .needsPerson(need.0, reason: need.1)
  }
}
