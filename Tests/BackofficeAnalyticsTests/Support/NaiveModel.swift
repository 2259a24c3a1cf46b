import Backoffice
import BackofficeAnalytics

/// The expected snapshots, computed slowly: each bucket from all rows before its end.
///
/// Uses nothing of the library except the calendar.
struct NaiveModel {
  struct Numbers: Equatable {
    var total = 0
    var new = 0
    var active = 0
    var converted = 0
    var lost = 0
    var conversions = 0
    var cycleTime: Int64 = 0
    var statuses: [String: Int] = [:]
  }

  /// In the order in which they were recorded.
  var events: [Event] = []
  let zone: Zone
  var pipeline = "sales"

  /// Nil for the whole system, `.some(nil)` for customers without an owner.
  func numbers(
    from start: CalendarDate, through end: CalendarDate, owner: Int??
  ) -> Numbers {
    var result = Numbers()
    let from = zone.startOfDay(start)
    let until = zone.startOfDay(end.adding(days: 1))
    let activeFrom = zone.startOfDay(end.adding(days: -29))
    func isIn(_ other: Int?) -> Bool { owner.map { $0 == other } ?? true }
    let histories = Dictionary(grouping: events.enumerated(), by: \.element.customer)
    for history in histories.values {
      let rows = history.filter { $0.element.at < until }
        .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
      guard let first = rows.first, let last = rows.last else { continue }
      if first.at >= from, first.pipeline == pipeline, isIn(first.owner) { result.new += 1 }
      var deleted = false
      var lastChange: Timestamp?
      // A customer converts once; the conversion counts while its last status in the pipeline is
      // a converted one.
      var conversion: Event?
      for (index, row) in rows.enumerated() {
        let before = index > 0 ? rows[index - 1] : nil
        if let before {
          let moved = before.status != row.status || before.pipeline != row.pipeline
          if !deleted, moved, row.pipeline == pipeline {
            lastChange = row.at
            if row.status == "business_done", before.status != "business_done",
              before.pipeline == pipeline, conversion == nil
            {
              conversion = row
            }
          }
        } else if row.pipeline == pipeline {
          lastChange = row.at
        }
        if row.event == .deleted { deleted = true }
        if row.event == .restored { deleted = false }
      }
      if let conversion, conversion.at >= from, isIn(conversion.owner),
        rows.last(where: { $0.pipeline == pipeline })?.status == "business_done"
      {
        result.conversions += 1
        result.cycleTime += (conversion.at - first.at).microseconds
      }
      guard !deleted, last.pipeline == pipeline, isIn(last.owner) else { continue }
      result.total += 1
      result.statuses[last.status, default: 0] += 1
      if last.status == "business_done" { result.converted += 1 }
      if last.status == "lost" { result.lost += 1 }
      if let lastChange, lastChange >= activeFrom { result.active += 1 }
    }
    return result
  }

  init(zone: Zone) { self.zone = zone }
}

extension NaiveModel.Numbers {
  init(_ figures: Figures) {
    self.init(
      total: figures.total, new: figures.new, active: figures.active,
      converted: figures.converted, lost: figures.lost, conversions: figures.conversions,
      cycleTime: figures.cycleTimeSum, statuses: figures.statusCounts)
  }
}
