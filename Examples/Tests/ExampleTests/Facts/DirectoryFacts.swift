import Backoffice
import DirectoryBoltKit
import ExampleSupport
import Testing

@Suite("Facts: directories", .enabled(if: SharedData.isThere, "\(SharedData.missing)"))
struct DirectoryFacts {
  private struct Facts: Decodable {
    struct Upsert: Decodable {
      let added: Int
      let kept: Int
      let domain_rating_filled: Int
      let domain_rating_changed: Int
      let description_filled: Int
      let link_type_filled: Int
    }
    let v1_rows: Int
    let v1_by_category: [String: Int]
    let v1_by_link_type: [String: Int]
    let v1_by_pricing: [String: Int]
    let v1_with_domain_rating: Int
    let v1_domain_rating_mean_median: [Double]
    let v1_with_description: Int
    let v2_rows: Int
    let v2_by_category: [String: Int]
    let v2_by_link_type: [String: Int]
    let v2_by_pricing: [String: Int]
    let v2_with_domain_rating: Int
    let v2_domain_rating_mean_median: [Double]
    let v2_with_description: Int
    let v2_distinct_urls_normalised: Int
    let v2_duplicate_names_casefold: Int
    let upsert_v1_to_v2_by_normalised_url: Upsert
  }

  private func facts() throws -> Facts {
    try SharedData.facts("startup-directories", as: Facts.self)
  }

  private func load(_ name: String, into store: BackofficeStore) throws -> DirectoryImport.Report {
    var directories = DirectoryImport()
    return try directories.run(SharedData.source("startup-directories/\(name)"), into: store)
  }

  private func categories(_ store: BackofficeStore) throws -> [String: Int] {
    Dictionary(
      uniqueKeysWithValues: try OfficeReport(store).categories.map { ($0.name, $0.directories) })
  }

  /// Counts of a column, in the words of the file.
  private func words(_ column: String, _ store: BackofficeStore) throws -> [String: Int] {
    let counts = try store.counts("SELECT \(column), count(*) FROM directories GROUP BY 1")
    return Dictionary(
      uniqueKeysWithValues: counts.map { word, count in
        (word == "unknown" ? "(empty)" : word.prefix(1).uppercased() + word.dropFirst(), count)
      })
  }

  private func meanAndMedian(_ store: BackofficeStore) throws -> [Double] {
    let ratings: [Int] = try store.read { transaction in
      try transaction.fetchAll(
        sql: "SELECT domain_rating FROM directories WHERE domain_rating IS NOT NULL ORDER BY 1"
      ) { row in try row.value(at: 0) }
    }
    let middle = ratings.count / 2
    let median =
      ratings.count.isMultiple(of: 2)
      ? Double(ratings[middle - 1] + ratings[middle]) / 2 : Double(ratings[middle])
    let mean = Double(ratings.reduce(0, +)) / Double(ratings.count)
    return [(mean * 1_000_000).rounded() / 1_000_000, median]
  }

  @Test("The catalogue holds what the later list says")
  func laterList() throws {
    let facts = try facts()
    let store = try BackofficeStore.example()
    let report = try load("directories.csv", into: store)
    #expect(report.lines.added == facts.v2_rows)
    #expect(report.lines.skipped.isEmpty)
    #expect(
      try store.number("SELECT count(*) FROM directories") == facts.v2_distinct_urls_normalised)
    #expect(try categories(store) == facts.v2_by_category)
    #expect(try words("link_type", store) == facts.v2_by_link_type)
    #expect(try words("pricing_model", store) == facts.v2_by_pricing)
    #expect(try meanAndMedian(store) == facts.v2_domain_rating_mean_median)
    #expect(
      try store.number("SELECT count(domain_rating) FROM directories")
        == facts.v2_with_domain_rating)
    #expect(
      try store.number("SELECT count(description) FROM directories") == facts.v2_with_description)
    #expect(
      try store.number("SELECT count(*) - count(DISTINCT lower(name)) FROM directories")
        == facts.v2_duplicate_names_casefold)
  }

  @Test("The earlier list, then the later one, is an upsert by address")
  func upsert() throws {
    let facts = try facts()
    let upsert = facts.upsert_v1_to_v2_by_normalised_url
    let store = try BackofficeStore.example()
    let first = try load("directories.v1.csv", into: store)
    #expect(first.lines.added == facts.v1_rows)
    #expect(try categories(store) == facts.v1_by_category)
    #expect(try words("link_type", store) == facts.v1_by_link_type)
    #expect(try words("pricing_model", store) == facts.v1_by_pricing)
    #expect(try meanAndMedian(store) == facts.v1_domain_rating_mean_median)
    #expect(
      try store.number("SELECT count(domain_rating) FROM directories")
        == facts.v1_with_domain_rating)
    #expect(
      try store.number("SELECT count(description) FROM directories") == facts.v1_with_description)

    let second = try load("directories.csv", into: store)
    #expect(second.lines.added == upsert.added)
    #expect(second.lines.updated + second.lines.unchanged == upsert.kept)
    #expect(second.filled["domain_rating"] == upsert.domain_rating_filled)
    #expect(second.changed["domain_rating"] == upsert.domain_rating_changed)
    #expect(second.filled["description"] == upsert.description_filled)
    #expect(second.filled["link_type"] == upsert.link_type_filled)

    let third = try load("directories.csv", into: store)
    #expect(third.lines.unchanged == facts.v2_rows)
    #expect(third.lines.updated == 0)
    #expect(try BookCheck(store).isClean)
  }
}
