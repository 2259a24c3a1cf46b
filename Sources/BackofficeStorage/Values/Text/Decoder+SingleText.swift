extension Decoder {
  /// Reads a single text and turns it into a `Value`.
  func singleText<Value: LosslessStringConvertible>(as type: Value.Type) throws -> Value {
    let container = try singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Value(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(text)\" is no \(type)")
    }
    return value
  }
}

extension Encoder {
  /// Writes the description of a value as a single text.
  func writeSingleText(_ value: some LosslessStringConvertible) throws {
    var container = singleValueContainer()
    try container.encode(value.description)
  }
}
