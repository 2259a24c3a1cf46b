import ArgumentParser
import Backoffice
import Foundation

/// The functions that `--function` offers to scripts, because other programs register them.
enum ScriptFunctions {
  /// The names, for the help.
  static let names = known.map(\.name).joined(separator: ", ")

  private static let known: [(name: String, functions: [SQLFunction])] = [
    (
      "unhex",
      [
        SQLFunction("unhex", argumentCount: 1) { unhex($0[0], ignoring: "") },
        SQLFunction("unhex", argumentCount: 2) { arguments in
          guard case .text(let ignored) = arguments[1] else { return .null }
          return unhex(arguments[0], ignoring: ignored)
        },
      ]
    ),
    (
      "normalize",
      [
        SQLFunction("normalize", argumentCount: 1) { try normalized($0[0], .text("nfc")) },
        SQLFunction("normalize", argumentCount: 2) { try normalized($0[0], $0[1]) },
      ]
    ),
    (
      "bin2b64",
      [
        SQLFunction("bin2b64", argumentCount: 1) { arguments in
          guard let bytes = bytes(of: arguments[0]) else { return .null }
          return .text(Data(bytes).base64EncodedString())
        }
      ]
    ),
    (
      "basename",
      [
        SQLFunction("basename", argumentCount: 1) { arguments in
          guard case .text(let path) = arguments[0] else { return .null }
          return .text(URL(filePath: path).lastPathComponent)
        }
      ]
    ),
    (
      "durationToTinyInt",
      [
        SQLFunction("durationToTinyInt", argumentCount: 1) { .integer(seconds(of: $0[0])) }
      ]
    ),
  ]

  /// Returns the functions of a command line's option: a known name, or `NAME=EXPRESSION`.
  ///
  /// - Throws: `ValidationError`.
  static func functions(for text: String) throws -> [SQLFunction] {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    if parts.count == 2 {
      return [ExpressionFunction(expression: parts[1]).function(named: parts[0])]
    }
    guard let found = known.first(where: { $0.name.lowercased() == text.lowercased() }) else {
      throw ValidationError(
        "there is no function \(text); use \(names), or NAME=EXPRESSION")
    }
    return found.functions
  }

  private static func bytes(of value: SQLValue) -> [UInt8]? {
    switch value {
    case .blob(let bytes): bytes
    case .text(let text): Array(text.utf8)
    default: nil
    }
  }

  /// As SQLite's own since 3.41: NULL for anything but pairs of digits.
  private static func unhex(_ value: SQLValue, ignoring: String) -> SQLValue {
    guard case .text(let text) = value else { return .null }
    var digits: [UInt8] = []
    for character in text {
      if let digit = character.hexDigitValue, character.isASCII {
        digits.append(UInt8(digit))
      } else {
        // Characters are ignored only between the pairs.
        guard ignoring.contains(character), digits.count.isMultiple(of: 2) else { return .null }
      }
    }
    guard digits.count.isMultiple(of: 2) else { return .null }
    return .blob(stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
  }

  private static func normalized(_ value: SQLValue, _ form: SQLValue) throws -> SQLValue {
    guard case .text(let text) = value, case .text(let form) = form else { return value }
    switch form.lowercased() {
    case "nfc": return .text(text.precomposedStringWithCanonicalMapping)
    case "nfd": return .text(text.decomposedStringWithCanonicalMapping)
    case "nfkc": return .text(text.precomposedStringWithCompatibilityMapping)
    case "nfkd": return .text(text.decomposedStringWithCompatibilityMapping)
    default: throw ValidationError("\(form) is not a form of normalization")
    }
  }

  /// The seconds of `hours:minutes:seconds`; 0 for anything else.
  private static func seconds(of value: SQLValue) -> Int64 {
    guard case .text(let text) = value else { return 0 }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
    guard parts.count <= 3, parts.allSatisfy({ $0.map { abs($0) < 1_000_000_000 } ?? false }) else {
      return 0
    }
    return parts.reduce(0) { $0 * 60 + ($1 ?? 0) }
  }
}

/// A function whose value is an SQL expression over its arguments, `?1` and so on.
private struct ExpressionFunction {
  let expression: String

  func function(named name: String) -> SQLFunction {
    SQLFunction(name) { arguments in
      let database = try Database(.memory)
      return try database.read { transaction in
        try transaction.fetchOne(sql: "SELECT \(filled(with: arguments))") { row in
          try row.value(at: 0, as: AnyValue.self).value
        } ?? .null
      }
    }
  }

  /// The expression with its parameters replaced by literals.
  private func filled(with arguments: [SQLValue]) -> String {
    var result = ""
    var rest = expression[...]
    while let mark = rest.firstIndex(of: "?") {
      result += rest[..<mark]
      let digits = rest[rest.index(after: mark)...].prefix { $0.isASCII && $0.isNumber }
      let number = Int(digits) ?? 0
      result +=
        arguments.indices.contains(number - 1) ? Self.literal(arguments[number - 1]) : "NULL"
      rest = rest[digits.endIndex...]
    }
    return result + rest
  }

  private static func literal(_ value: SQLValue) -> String {
    switch value {
    case .null: "NULL"
    case .integer(let number): "(\(number))"
    case .real(let number): "(\(number))"
    case .text(let text): "'\(text.replacing("'", with: "''"))'"
    case .blob(let bytes):
      "X'\(bytes.map { String(format: "%02x", $0) }.joined())'"
    }
  }
}

/// A value of any storage class.
private struct AnyValue: ColumnDecodable {
  let value: SQLValue

  static func decode(_ column: borrowing ColumnValue) -> AnyValue? {
    switch column.storageClass {
    case .null: AnyValue(value: .null)
    case .integer: AnyValue(value: .integer(column.int64 ?? 0))
    case .real: AnyValue(value: .real(column.double ?? 0))
    case .text: AnyValue(value: .text(column.string ?? ""))
    case .blob: AnyValue(value: .blob([UInt8].decode(column) ?? []))
    }
  }

  static func columnSample(_ number: Int) -> AnyValue? { nil }
}
