import BackofficeStorage
import Foundation
import Testing

extension Values {
  @Suite struct MoneyTests {
    @Test(
      arguments: [
        ("12.34", "USD", 1234), ("12.3", "USD", 1230), ("12", "USD", 1200), ("-0.05", "USD", -5),
        ("+1.00", "USD", 100), ("0", "USD", 0), ("12.340", "USD", 1234), ("007.50", "USD", 750),
        ("1234", "JPY", 1234), ("1234.00", "JPY", 1234), ("1.234", "BHD", 1234),
        ("92233720368547758.07", "USD", .max), ("-92233720368547758.08", "USD", .min),
      ] as [(String, String, Int64)])
    func `a decimal number is read exactly`(text: String, code: String, units: Int64) throws {
      let currency = try #require(Currency(code))
      #expect(Money(decimal: text, currency: currency)?.minorUnits == units)
    }

    @Test(arguments: [
      "", "-", ".", "1.", ".5", "1.2.3", "12.345", "1,000", "1e3", " 1", "1 ", "--1", "0x10", "１",
      "92233720368547758.08", "-92233720368547758.09", "99999999999999999999", "922337203685477581",
      "NaN", "1.005",
    ])
    func `any other text is refused`(text: String) {
      #expect(Money(decimal: text, currency: .usd) == nil)
    }

    @Test(
      arguments: [
        (1234, "USD", "12.34 USD"), (-5, "EUR", "-0.05 EUR"), (0, "USD", "0.00 USD"),
        (100, "GBP", "1.00 GBP"), (1234, "JPY", "1234 JPY"), (-1, "BHD", "-0.001 BHD"),
        (.min, "USD", "-92233720368547758.08 USD"),
      ] as [(Int64, String, String)])
    func `an amount shows its decimals`(units: Int64, code: String, text: String) throws {
      let money = Money(minorUnits: units, currency: try #require(Currency(code)))
      #expect(money.description == text)
      let number = String(text.dropLast(4))
      #expect(Money(decimal: number, currency: money.currency) == money)
    }

    @Test func `amounts add up, unless they overflow or differ in currency`() throws {
      let one = Money(minorUnits: 100, currency: .usd)
      let most = Money(minorUnits: .max, currency: .usd)
      let euro = Money(minorUnits: 100, currency: .eur)
      #expect(try one.adding(one).minorUnits == 200)
      #expect(try one.subtracting(most).minorUnits == 100 - .max)
      #expect(try one.multiplied(by: -3).minorUnits == -300)
      #expect(throws: MoneyError.overflow) { try most.adding(one) }
      #expect(throws: MoneyError.overflow) { try most.multiplied(by: 2) }
      #expect(throws: MoneyError.currencyMismatch(.usd, .eur)) { try one.adding(euro) }
      #expect(try throughJSON(one).value == one)
      #expect(
        MoneyError.currencyMismatch(.usd, .eur).description
          == "Amounts in USD and EUR cannot be combined.")
    }

    @Test func `a currency is three capital letters`() throws {
      for code in ["", "US", "usd", "USDX", "U5D", "ÄÖÜ"] { #expect(Currency(code) == nil) }
      #expect(Currency("USD") == .usd)
      #expect(try throughSQLite(Currency.eur) { Currency.decode($0) } == .eur)
      #expect(try throughSQLite("eur") { Currency.decode($0) } == nil)
      #expect(try throughJSON([Currency.gbp]).text == #"["GBP"]"#)
    }
  }

  @Suite struct RatioTests {
    @Test(arguments: [
      (1, 3, 33.33, "33.33 %"), (2, 3, 66.67, "66.67 %"), (1, 8, 12.5, "12.50 %"),
      (8, 45, 17.78, "17.78 %"), (0, 5, 0, "0.00 %"), (5, 5, 100, "100.00 %"),
      (1, 20_000, 0.01, "0.01 %"), (1, 20_001, 0, "0.00 %"), (3, 2, 150, "150.00 %"),
      (1005, 100_000, 1.01, "1.01 %"), (-1, 3, -33.33, "-33.33 %"),
      (-1, 20_000, -0.01, "-0.01 %"), (.max, .max, 100, "100.00 %"),
      (.min, .max, -100, "-100.00 %"),
    ])
    func `a percentage is rounded once, half up`(
      numerator: Int, denominator: Int, percent: Double, text: String
    ) {
      let ratio = Ratio(numerator: numerator, denominator: denominator)
      #expect(ratio.percent == percent)
      #expect(ratio.description == text)
    }

    @Test(arguments: [0, -1, Int.min])
    func `an empty whole has no percentage`(denominator: Int) {
      let ratio = Ratio(numerator: 1, denominator: denominator)
      #expect(ratio.percent == nil)
      #expect(ratio.description == "n/a")
    }
  }
}
