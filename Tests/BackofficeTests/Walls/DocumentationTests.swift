import Foundation
import Testing

@Suite("Documentation of errors")
struct DocumentationTests {
  /// The targets whose public functions and initializers document the errors that they throw.
  private static let targets = [
    "BackofficeStorage", "BackofficeMigrations", "Backoffice", "BackofficeAnalytics",
    "BackofficeQueue", "BackofficeQueueTesting", "BackofficeTesting",
  ]

  @Test("Every public function and initializer that throws says what it throws", arguments: targets)
  func throwing(target: String) throws {
    let root = SourceTree.package.appending(path: "Sources/\(target)")
    var missing: [String] = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: root.path)
    where path.hasSuffix(".swift") {
      let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
      missing += Self.undocumented(text).map { "\(path):\($0)" }
    }
    #expect(missing == [])
  }

  @Test("Throwing declarations are found in types, extensions and protocols")
  func reading() {
    let lines = Self.undocumented(
      """
      /// Documented.
      ///
      /// - Throws: an error.
      public func a() throws {}
      public func b(_ body: () throws -> Void) rethrows {}
      func c() throws {}
      /// Not documented.
      @discardableResult
      public static func d(
        _ value: Int
      ) throws(Failure) -> Int { 1 }
      public protocol P {
        init() throws
        func e(_ body: () throws -> Void)
      }
      """)
    #expect(lines == [9, 13])
  }

  /// The lines of the public throwing declarations without `- Throws:`, starting at 1.
  private static func undocumented(_ text: String) -> [Int] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var result: [Int] = []
    var isInProtocol = false
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("public protocol") { isInProtocol = true }
      if line.hasPrefix("}") { isInProtocol = false }
      let words = line.split { !$0.isLetter && $0 != "@" }.prefix(6)
      guard words.contains("public") || isInProtocol,
        words.contains("func") || words.contains("init") || words.contains("subscript"),
        !line.drop(while: { $0 == " " }).hasPrefix("//"), throwsErrors(lines[index...])
      else { continue }
      let documentation = lines[..<index].reversed().prefix { line in
        let line = line.drop { $0 == " " }
        return line.hasPrefix("///") || line.hasPrefix("@")
      }
      if !documentation.contains(where: { $0.contains("- Throws:") }) { result.append(index + 1) }
    }
    return result
  }

  /// Whether the declaration at the start of some lines throws.
  private static func throwsErrors(_ lines: ArraySlice<Substring>) -> Bool {
    var depth = 0
    var signature = ""
    for line in lines {
      for character in line {
        switch character {
        case "(": depth += 1
        case ")": depth -= 1
        case "{" where depth == 0: return signature.split(separator: " ").contains("throws")
        default: if depth == 0 { signature.append(character) }
        }
      }
      if depth == 0 { break }
    }
    return signature.split(separator: " ").contains("throws")
  }
}
