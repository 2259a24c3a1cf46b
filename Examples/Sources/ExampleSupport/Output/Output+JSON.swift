import Foundation
import Synchronization

extension Output {
  /// Writes a value as JSON; the same value gives the same bytes.
  package static func json(_ value: some Encodable) throws {
    line(try jsonText(value))
  }

  /// A value as JSON text with sorted keys.
  ///
  /// - Parameter isPretty: whether it has a line for each member.
  package static func jsonText(_ value: some Encodable, isPretty: Bool = true) throws -> String {
    let documents = Documents()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    if let key = Documents.key { encoder.userInfo[key] = documents }
    return documents.insert(into: String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}

/// JSON text that becomes part of a larger document as it is.
///
/// Encoded other than by ``Output``, it is a string.
package struct JSONDocument: Codable, Hashable, Sendable {
  package let text: String

  /// Wraps valid JSON.
  package init(_ text: String) { self.text = text }

  package init(from decoder: any Decoder) throws {
    text = try decoder.singleValueContainer().decode(String.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    guard let key = Documents.key, let documents = encoder.userInfo[key] as? Documents else {
      return try container.encode(text)
    }
    try container.encode(documents.placeholder(for: text))
  }
}

/// The documents that are inserted into the text of another one after it was encoded: an encoder
/// would change their numbers.
private final class Documents: Sendable {
  static let key = CodingUserInfoKey(rawValue: "documents")
  private let mark = UUID().uuidString
  private let texts = Mutex<[String]>([])

  func placeholder(for text: String) -> String {
    texts.withLock { texts in
      texts.append(text)
      return "\(mark):\(texts.count - 1):"
    }
  }

  func insert(into encoded: String) -> String {
    let texts = texts.withLock { $0 }
    guard !texts.isEmpty else { return encoded }
    var parts = encoded.components(separatedBy: "\"\(mark):")
    for index in parts.indices.dropFirst() {
      guard let end = parts[index].range(of: ":\""),
        let number = Int(parts[index][..<end.lowerBound]), texts.indices.contains(number)
      else { continue }
      parts[index] = texts[number] + parts[index][end.upperBound...]
    }
    return parts.joined()
  }
}
