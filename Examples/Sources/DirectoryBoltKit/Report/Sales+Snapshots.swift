import Backoffice
import BackofficeAnalytics

extension OfficeReport.Sales {
  /// Reads the daily snapshots of the sales pipeline up to the day before `today`.
  init(_ store: BackofficeStore, until today: CalendarDate, days: Int) throws {
    let range = today.adding(days: -max(1, days))...today.adding(days: -1)
    let snapshots = try store.analytics.snapshots(.daily, in: range)
    let last = snapshots.last?.figures
    let cycles = snapshots.reduce(into: (sum: Int64(0), count: 0)) { cycles, snapshot in
      cycles.sum += snapshot.figures.cycleTimeSum
      cycles.count += snapshot.figures.conversions
    }
    self.init(
      statuses: last?.statusCounts ?? [:],
      customersByDay: snapshots.map(\.figures.total),
      convertedByDay: snapshots.map(\.figures.converted),
      conversionPercent: last?.conversionRate.percent,
      meanCycleDays: cycles.count == 0
        ? nil
        : (Double(cycles.sum) / Double(cycles.count) / 86_400_000_000 * 100).rounded() / 100)
  }
}
