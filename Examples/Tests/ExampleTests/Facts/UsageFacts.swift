import Backoffice
import BackofficeToolKit
import ExampleSupport
import Testing

@Suite("Facts: purchases and commits", .enabled(if: SharedData.isThere, "\(SharedData.missing)"))
struct UsageFacts {
  private struct Purchases: Decodable {
    let rows: Int
    let customers: Int
    let revenueCents: Int
    let revenueCentsPerMonth: [String: Int]
    let activeCustomersPerMonth: [String: Int]
    let newCustomersPerMonth: [String: Int]
    let customersWithOneRow: Int
    let zeroValueRows: Int
    let exactDuplicateRows: Int
    let dormantSince1998: Int

    enum CodingKeys: String, CodingKey {
      case rows, customers
      case revenueCents = "revenue_cents"
      case revenueCentsPerMonth = "revenue_cents_per_month"
      case activeCustomersPerMonth = "active_customers_per_month"
      case newCustomersPerMonth = "new_customers_per_month"
      case customersWithOneRow = "customers_with_one_row"
      case zeroValueRows = "zero_value_rows"
      case exactDuplicateRows = "exact_duplicate_rows"
      case dormantSince1998 = "customers_inactive_since_1998-01-01(last purchase before)"
    }
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
    #expect(report.minorUnits == facts.revenueCents)
    #expect(report.customersOfOneEvent == facts.customersWithOneRow)
    #expect(report.eventsWithoutValue == facts.zeroValueRows)
    #expect(report.repeatedEvents == facts.exactDuplicateRows)
    #expect(
      Dictionary(uniqueKeysWithValues: report.periods.map { ($0.period, $0.minorUnits) })
        == facts.revenueCentsPerMonth)
    #expect(
      Dictionary(uniqueKeysWithValues: report.periods.map { ($0.period, $0.customers) })
        == facts.activeCustomersPerMonth)
    let new = report.periods.filter { $0.newCustomers > 0 }
    #expect(
      Dictionary(uniqueKeysWithValues: new.map { ($0.period, $0.newCustomers) })
        == facts.newCustomersPerMonth)

    // The records that the store keeps say the same.
    let newYear = try #require(CalendarDate("1998-01-01"))
    let dormant = try store.usage.dormantCustomers(of: table.meter, since: newYear)
    #expect(dormant == facts.dormantSince1998)
    for (name, cents) in facts.revenueCentsPerMonth {
      let month = try #require(CalendarMonth(name))
      let total = try store.usage.total(of: table.meter, in: month)
      #expect(total.amount(in: .usd).minorUnits == Int64(cents))
      #expect(total.customers == facts.activeCustomersPerMonth[name])
      #expect(
        try store.usage.newCustomers(of: table.meter, in: month)
          == facts.newCustomersPerMonth[name] ?? 0)
    }

    let again = try table.run(SharedData.source("cdnow-sample/CDNOW_sample.txt"), into: store)
    #expect(again.added == 0)
    #expect(again.unchanged == facts.rows)
    #expect(try BookCheck(store).isClean)
  }

  private struct Commits: Decodable {
    let records: Int
    let users: Int
    let activeUsersPerYearUtc: [String: Int]
    let recordsPerYearUtc: [String: Int]
    let usersWithOneRecord: Int
    let insertionsDeletionsTotal: [Int]
    let otherLocalDay: Int
    let distinctUtcOffsets: Int
    let lastYear: Int
    let top3Users: [String: Int]

    enum CodingKeys: String, CodingKey {
      case records, users
      case activeUsersPerYearUtc = "active_users_per_year_utc"
      case recordsPerYearUtc = "records_per_year_utc"
      case usersWithOneRecord = "users_with_one_record"
      case insertionsDeletionsTotal = "insertions_deletions_total"
      case otherLocalDay = "records_whose_local_day_differs_from_utc_day"
      case distinctUtcOffsets = "distinct_utc_offsets"
      case lastYear = "active_users_last_365_days_before_2026-06-26T00:00Z"
      case top3Users = "top3_users"
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
        == facts.recordsPerYearUtc)
    #expect(
      Dictionary(uniqueKeysWithValues: report.periods.map { ($0.period, $0.customers) })
        == facts.activeUsersPerYearUtc)
    #expect(report.customersOfOneEvent == facts.usersWithOneRecord)
    #expect(report.keptSums["insertions"] == facts.insertionsDeletionsTotal[0])
    #expect(report.keptSums["deletions"] == facts.insertionsDeletionsTotal[1])
    #expect(report.eventsOnOtherLocalDay == facts.otherLocalDay)
    #expect(report.offsets == facts.distinctUtcOffsets)
    // The fact ends with the day before the last event; the report with that event.
    #expect(
      try store.number(
        """
        SELECT count(DISTINCT customer_id) FROM usage_events WHERE meter = 'commits'
          AND at >= 1750896000000000 AND at < 1782432000000000
        """) == facts.lastYear)
    #expect(
      Dictionary(uniqueKeysWithValues: report.leaders.map { ($0.customer, $0.events) })
        == facts.top3Users)

    let again = try table.run(SharedData.source("gitlog/usage.csv"), into: store)
    #expect(again.added == 0)
    #expect(again.unchanged == facts.records)
    #expect(try BookCheck(store).isClean)
  }
}
