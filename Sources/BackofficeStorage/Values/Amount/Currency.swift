/// A currency by its ISO 4217 code, stored as TEXT.
public struct Currency: Sendable, Hashable {
  /// The code: three capital letters.
  public let code: String

  /// The currency of that code, or nil when it is not three capital letters.
  ///
  /// Whether such a currency exists is not looked up.
  public init?(_ code: String) {
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard code.utf8.count == 3, code.utf8.allSatisfy(letters.contains) else { return nil }
    self.code = code
  }

  private init(known code: String) { self.code = code }

  /// The dollar of the United States.
  public static let usd = Currency(known: "USD")

  /// The euro.
  public static let eur = Currency(known: "EUR")

  /// The pound sterling.
  public static let gbp = Currency(known: "GBP")

  /// How many decimal digits the minor unit takes: 2, but 0 or 3 where ISO 4217 says so.
  public var minorUnitDigits: Int {
    switch code {
    case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND",
      "VUV", "XAF", "XOF", "XPF":
      0
    case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
    default: 2
    }
  }
}

extension Currency: LosslessStringConvertible {
  /// The code.
  public var description: String { code }
}

extension Currency: ColumnConvertible {
  /// Binds the code.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(code)
  }

  /// The currency, when the column holds three capital letters.
  public static func decode(_ column: borrowing ColumnValue) -> Currency? {
    column.string.flatMap(Currency.init)
  }

  /// A currency of which the last letter tells the number.
  public static func columnSample(_ number: Int) -> Currency? {
    let letter = UnicodeScalar(UInt8(ascii: "A") + UInt8(number % 26))
    return Currency("XX\(letter)")
  }
}

extension Currency: Codable {
  /// Reads a code.
  ///
  /// - Throws: `DecodingError` when the value is not three capital letters.
  public init(from decoder: any Decoder) throws {
    self = try decoder.singleText(as: Currency.self)
  }

  /// Writes the code.
  public func encode(to encoder: any Encoder) throws { try encoder.writeSingleText(self) }
}
