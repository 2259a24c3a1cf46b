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
      let domainRatingFilled: Int
      let domainRatingChanged: Int
      let descriptionFilled: Int
      let linkTypeFilled: Int

      enum CodingKeys: String, CodingKey {
        case added, kept
        case domainRatingFilled = "domain_rating_filled"
        case domainRatingChanged = "domain_rating_changed"
        case descriptionFilled = "description_filled"
        case linkTypeFilled = "link_type_filled"
      }
    }
    let v1Rows: Int
    let v1ByCategory: [String: Int]
    let v1ByLinkType: [String: Int]
    let v1ByPricing: [String: Int]
    let v1WithDomainRating: Int
    let v1DomainRatingMeanMedian: [Double]
    let v1WithDescription: Int
    let v2Rows: Int
    let v2ByCategory: [String: Int]
    let v2ByLinkType: [String: Int]
    let v2ByPricing: [String: Int]
    let v2WithDomainRating: Int
    let v2DomainRatingMeanMedian: [Double]
    let v2WithDescription: Int
    let v2DistinctUrlsNormalised: Int
    let v2DuplicateNamesCasefold: Int
    let upsertV1ToV2ByNormalisedUrl: Upsert

    enum CodingKeys: String, CodingKey {
      case v1Rows = "v1_rows"
      case v1ByCategory = "v1_by_category"
      case v1ByLinkType = "v1_by_link_type"
      case v1ByPricing = "v1_by_pricing"
      case v1WithDomainRating = "v1_with_domain_rating"
      case v1DomainRatingMeanMedian = "v1_domain_rating_mean_median"
      case v1WithDescription = "v1_with_description"
      case v2Rows = "v2_rows"
      case v2ByCategory = "v2_by_category"
      case v2ByLinkType = "v2_by_link_type"
      case v2ByPricing = "v2_by_pricing"
      case v2WithDomainRating = "v2_with_domain_rating"
      case v2DomainRatingMeanMedian = "v2_domain_rating_mean_median"
      case v2WithDescription = "v2_with_description"
      case v2DistinctUrlsNormalised = "v2_distinct_urls_normalised"
      case v2DuplicateNamesCasefold = "v2_duplicate_names_casefold"
      case upsertV1ToV2ByNormalisedUrl = "upsert_v1_to_v2_by_normalised_url"
    }
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
    #expect(report.lines.added == facts.v2Rows)
    #expect(report.lines.skipped.isEmpty)
    #expect(
      try store.number("SELECT count(*) FROM directories") == facts.v2DistinctUrlsNormalised)
    #expect(try categories(store) == facts.v2ByCategory)
    #expect(try words("link_type", store) == facts.v2ByLinkType)
    #expect(try words("pricing_model", store) == facts.v2ByPricing)
    #expect(try meanAndMedian(store) == facts.v2DomainRatingMeanMedian)
    #expect(
      try store.number("SELECT count(domain_rating) FROM directories")
        == facts.v2WithDomainRating)
    #expect(
      try store.number("SELECT count(description) FROM directories") == facts.v2WithDescription)
    #expect(
      try store.number("SELECT count(*) - count(DISTINCT lower(name)) FROM directories")
        == facts.v2DuplicateNamesCasefold)
  }

  @Test("The earlier list, then the later one, is an upsert by address")
  func upsert() throws {
    let facts = try facts()
    let upsert = facts.upsertV1ToV2ByNormalisedUrl
    let store = try BackofficeStore.example()
    let first = try load("directories.v1.csv", into: store)
    #expect(first.lines.added == facts.v1Rows)
    #expect(try categories(store) == facts.v1ByCategory)
    #expect(try words("link_type", store) == facts.v1ByLinkType)
    #expect(try words("pricing_model", store) == facts.v1ByPricing)
    #expect(try meanAndMedian(store) == facts.v1DomainRatingMeanMedian)
    #expect(
      try store.number("SELECT count(domain_rating) FROM directories")
        == facts.v1WithDomainRating)
    #expect(
      try store.number("SELECT count(description) FROM directories") == facts.v1WithDescription)

    let second = try load("directories.csv", into: store)
    #expect(second.lines.added == upsert.added)
    #expect(second.lines.updated + second.lines.unchanged == upsert.kept)
    #expect(second.filled["domain_rating"] == upsert.domainRatingFilled)
    #expect(second.changed["domain_rating"] == upsert.domainRatingChanged)
    #expect(second.filled["description"] == upsert.descriptionFilled)
    #expect(second.filled["link_type"] == upsert.linkTypeFilled)

    let third = try load("directories.csv", into: store)
    #expect(third.lines.unchanged == facts.v2Rows)
    #expect(third.lines.updated == 0)
    #expect(try BookCheck(store).isClean)
  }
}
