/// A currency by its ISO 4217 code, stored as TEXT.
public struct Currency: Sendable, Hashable {
  /// The code: three capital letters.
  public let code: String

  /// Creates a currency from its code; nil unless the code is three capital letters.
  ///
  /// The code is not checked against the list of currencies.
  public init?(_ code: String) {
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard code.utf8.count == 3, code.utf8.allSatisfy(letters.contains) else { return nil }
    self.code = code
  }

  private init(known code: String) { self.code = code }

  /// The United States dollar.
  public static let usd = Currency(known: "USD")

  /// The euro.
  public static let eur = Currency(known: "EUR")

  /// The pound sterling.
  public static let gbp = Currency(known: "GBP")

  /// The number of decimal digits of the minor unit by ISO 4217: 2 for most currencies, or 0 or 3.
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
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(code)
  }

  /// Decodes three capital letters.
  public static func decode(_ column: borrowing ColumnValue) -> Currency? {
    column.string.flatMap(Currency.init)
  }

  /// A currency whose last letter depends on the number.
  public static func columnSample(_ number: Int) -> Currency? {
    let letter = UnicodeScalar(UInt8(ascii: "A") + UInt8(number % 26))
    return Currency("XX\(letter)")
  }
}

extension Currency: Codable {
  /// Decodes a code.
  ///
  /// - Throws: `DecodingError` if the value is not three capital letters.
  public init(from decoder: any Decoder) throws {
    self = try decoder.singleText(as: Currency.self)
  }

  /// Encodes the code.
  ///
  /// - Throws: any error that the encoder throws.
  public func encode(to encoder: any Encoder) throws { try encoder.writeSingleText(self) }
}
