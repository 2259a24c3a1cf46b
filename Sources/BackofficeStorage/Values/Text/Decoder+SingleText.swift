extension Decoder {
  /// Decodes a single string and parses it as a `Value`.
  func singleText<Value: LosslessStringConvertible>(as type: Value.Type) throws -> Value {
    let container = try singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Value(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(text)\" is not a valid \(type)")
    }
    return value
  }
}

extension Encoder {
  /// Encodes the description of a value as a single string.
  func writeSingleText(_ value: some LosslessStringConvertible) throws {
    var container = singleValueContainer()
    try container.encode(value.description)
  }
}
