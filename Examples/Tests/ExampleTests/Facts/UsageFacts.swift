import Backoffice
import BackofficeToolKit
import ExampleSupport
import Testing

@Suite("Facts: purchases and commits", .enabled(if: SharedData.isThere, "\(SharedData.missing)"))
struct UsageFacts {
  private struct Purchases: Decodable {
    let rows: Int
    let customers: Int
    let revenue_cents: Int
    let revenue_cents_per_month: [String: Int]
    let active_customers_per_month: [String: Int]
    let new_customers_per_month: [String: Int]
    let customers_with_one_row: Int
    let zero_value_rows: Int
    let exact_duplicate_rows: Int
  }

  @Test("Purchases of 18 months, repeated and free ones included")
  func purchases() throws {
    let facts = try SharedData.facts("cdnow(sample)", as: Purchases.self)
    let store = try BackofficeStore.example()
    let table = UsageTable.cdnow
    let imported = try table.run(SharedData.source("cdnow-sample/CDNOW_sample.txt"), into: store)
    #expect(imported.added == facts.rows)
    #expect(imported.skipped.isEmpty)
    let report = try UsageReport(store, meter: table.meter)
    #expect(report.events == facts.rows)
    #expect(report.customers == facts.customers)
    #expect(report.minorUnits == facts.revenue_cents)
    #expect(report.customersOfOneEvent == facts.customers_with_one_row)
    #expect(report.eventsWithoutValue == facts.zero_value_rows)
    #expect(report.repeatedEvents == facts.exact_duplicate_rows)
    #expect(
      Dictionary(uniqueKeysWithValues: report.periods.map { ($0.period, $0.minorUnits) })
        == facts.revenue_cents_per_month)
    #expect(
      Dictionary(uniqueKeysWithValues: report.periods.map { ($0.period, $0.customers) })
        == facts.active_customers_per_month)
    let new = report.periods.filter { $0.newCustomers > 0 }
    #expect(
      Dictionary(uniqueKeysWithValues: new.map { ($0.period, $0.newCustomers) })
        == facts.new_customers_per_month)

    // The records that the store keeps say the same.
    for (name, cents) in facts.revenue_cents_per_month {
      let month = try #require(CalendarMonth(name))
      let total = try store.usage.total(of: table.meter, in: month)
      #expect(total.amount(in: .usd).minorUnits == Int64(cents))
      #expect(total.customers == facts.active_customers_per_month[name])
      #expect(
        try store.usage.newCustomers(of: table.meter, in: month)
          == facts.new_customers_per_month[name] ?? 0)
    }

    let again = try table.run(SharedData.source("cdnow-sample/CDNOW_sample.txt"), into: store)
    #expect(again.added == 0)
    #expect(again.unchanged == facts.rows)
    #expect(try BookCheck(store).isClean)
  }

  private struct Commits: Decodable {
    let records: Int
    let users: Int
    let active_users_per_year_utc: [String: Int]
    let records_per_year_utc: [String: Int]
    let users_with_one_record: Int
    let insertions_deletions_total: [Int]
    let otherLocalDay: Int
    let distinct_utc_offsets: Int
    let lastYear: Int
    let top3_users: [String: Int]

    enum CodingKeys: String, CodingKey {
      case records, users, active_users_per_year_utc, records_per_year_utc
      case users_with_one_record, insertions_deletions_total, distinct_utc_offsets, top3_users
      case otherLocalDay = "records_whose_local_day_differs_from_utc_day"
      case lastYear = "active_users_last_365_days_before_2026-06-26T00:00Z"
    }
  }

  @Test("Commits of twelve years across eighteen time zones")
  func commits() throws {
    let facts = try SharedData.facts("gitlog-usage/sqlite-swift", as: Commits.self)
    let store = try BackofficeStore.example()
    let table = UsageTable.gitlog
    let imported = try table.run(SharedData.source("gitlog/usage.csv"), into: store)
    #expect(imported.added == facts.records)
    let report = try UsageReport(store, meter: table.meter, by: .year)
    #expect(report.customers == facts.users)
    #expect(report.firstEvent == Timestamp("2014-10-03T05:42:14+00:00"))
    #expect(report.lastEvent == Timestamp("2026-06-26T13:51:42+00:00"))
    #expect(
      Dictionary(uniqueKeysWithValues: report.periods.map { ($0.period, $0.events) })
        == facts.records_per_year_utc)
    #expect(
      Dictionary(uniqueKeysWithValues: report.periods.map { ($0.period, $0.customers) })
        == facts.active_users_per_year_utc)
    #expect(report.customersOfOneEvent == facts.users_with_one_record)
    #expect(report.keptSums["insertions"] == facts.insertions_deletions_total[0])
    #expect(report.keptSums["deletions"] == facts.insertions_deletions_total[1])
    #expect(report.eventsOnOtherLocalDay == facts.otherLocalDay)
    #expect(report.offsets == facts.distinct_utc_offsets)
    #expect(report.customersInLastYear == facts.lastYear)
    #expect(
      Dictionary(uniqueKeysWithValues: report.leaders.map { ($0.customer, $0.events) })
        == facts.top3_users)

    let again = try table.run(SharedData.source("gitlog/usage.csv"), into: store)
    #expect(again.added == 0)
    #expect(again.unchanged == facts.records)
    #expect(try BookCheck(store).isClean)
  }
}
