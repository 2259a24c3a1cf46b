/// Validates text against the grammar of RFC 8259, without recursion.
///
/// Text that is valid here is also valid for SQLite's `json_valid`.
struct JSONValidator {
  static let depthLimit = 1_000

  private enum Expectation {
    case value
    case valueOrEnd
    case key
    case keyOrEnd
    case separator
  }

  private var position = 0
  /// For each open array or object, whether it is an object.
  private var objects: [Bool] = []

  /// Returns the first error in the text, or nil if it is a JSON document.
  static func check(_ bytes: Span<UInt8>) -> JSONTextError? {
    var validator = JSONValidator()
    do throws(JSONTextError) {
      try validator.document(bytes)
      return nil
    } catch {
      return error
    }
  }

  private mutating func document(_ bytes: Span<UInt8>) throws(JSONTextError) {
    var expectation = Expectation.value
    while true {
      skipSpace(bytes)
      guard position < bytes.count else {
        if expectation == .separator, objects.isEmpty { return }
        throw JSONTextError(.unexpectedEnd, at: position)
      }
      let byte = bytes[position]
      switch expectation {
      case .valueOrEnd where byte == UInt8(ascii: "]"), .keyOrEnd where byte == UInt8(ascii: "}"):
        close()
        expectation = .separator
      case .value, .valueOrEnd:
        expectation = try value(bytes)
      case .key, .keyOrEnd:
        try key(bytes)
        expectation = .value
      case .separator:
        expectation = try separator(byte)
      }
    }
  }

  private mutating func close() {
    objects.removeLast()
    position += 1
  }

  private mutating func separator(_ byte: UInt8) throws(JSONTextError) -> Expectation {
    guard let isObject = objects.last else { throw JSONTextError(.unexpectedByte, at: position) }
    if byte == UInt8(ascii: ",") {
      position += 1
      return isObject ? .key : .value
    }
    guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
      throw JSONTextError(.unexpectedByte, at: position)
    }
    close()
    return .separator
  }

  private mutating func key(_ bytes: Span<UInt8>) throws(JSONTextError) {
    guard bytes[position] == UInt8(ascii: "\"") else {
      throw JSONTextError(.unexpectedByte, at: position)
    }
    try string(bytes)
    skipSpace(bytes)
    guard position < bytes.count else { throw JSONTextError(.unexpectedEnd, at: position) }
    guard bytes[position] == UInt8(ascii: ":") else {
      throw JSONTextError(.unexpectedByte, at: position)
    }
    position += 1
  }

  private mutating func value(_ bytes: Span<UInt8>) throws(JSONTextError) -> Expectation {
    switch bytes[position] {
    case UInt8(ascii: "{"):
      try open(isObject: true)
      return .keyOrEnd
    case UInt8(ascii: "["):
      try open(isObject: false)
      return .valueOrEnd
    case UInt8(ascii: "\""): try string(bytes)
    case UInt8(ascii: "t"): try literal("true", bytes)
    case UInt8(ascii: "f"): try literal("false", bytes)
    case UInt8(ascii: "n"): try literal("null", bytes)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number(bytes)
    default: throw JSONTextError(.unexpectedByte, at: position)
    }
    return .separator
  }

  private mutating func open(isObject: Bool) throws(JSONTextError) {
    guard objects.count < Self.depthLimit else { throw JSONTextError(.tooDeep, at: position) }
    objects.append(isObject)
    position += 1
  }

  private mutating func skipSpace(_ bytes: Span<UInt8>) {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0a, 0x0d: position += 1
      default: return
      }
    }
  }

  private mutating func literal(
    _ word: StaticString, _ bytes: Span<UInt8>
  ) throws(JSONTextError) {
    for offset in 0..<word.utf8CodeUnitCount {
      guard position < bytes.count else { throw JSONTextError(.unexpectedEnd, at: position) }
      guard unsafe bytes[position] == word.utf8Start[offset] else {
        throw JSONTextError(.unexpectedByte, at: position)
      }
      position += 1
    }
  }

  private mutating func string(_ bytes: Span<UInt8>) throws(JSONTextError) {
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { return }
      if byte < 0x20 { throw JSONTextError(.controlCharacter, at: position - 1) }
      if byte == UInt8(ascii: "\\") { try escape(bytes) }
    }
    throw JSONTextError(.unexpectedEnd, at: position)
  }

  private mutating func escape(_ bytes: Span<UInt8>) throws(JSONTextError) {
    guard position < bytes.count else { throw JSONTextError(.unexpectedEnd, at: position) }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return
    case UInt8(ascii: "u"):
      for _ in 0..<4 {
        guard position < bytes.count else { throw JSONTextError(.unexpectedEnd, at: position) }
        let digit = bytes[position]
        guard digit &- UInt8(ascii: "0") < 10 || (digit | 0x20) &- UInt8(ascii: "a") < 6 else {
          throw JSONTextError(.badEscape, at: position)
        }
        position += 1
      }
    default:
      throw JSONTextError(.badEscape, at: position - 1)
    }
  }

  private mutating func number(_ bytes: Span<UInt8>) throws(JSONTextError) {
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    let start = position
    try digits(bytes)
    if bytes[start] == UInt8(ascii: "0"), position > start + 1 {
      throw JSONTextError(.badNumber, at: start)
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      try digits(bytes)
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count,
        bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
      {
        position += 1
      }
      try digits(bytes)
    }
  }

  private mutating func digits(_ bytes: Span<UInt8>) throws(JSONTextError) {
    let start = position
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    guard position > start else {
      throw JSONTextError(position < bytes.count ? .badNumber : .unexpectedEnd, at: position)
    }
  }
}
