/// The key of a JSON object, where a dictionary's keys are values with a text.
struct TextKey: CodingKey {
  let stringValue: String

  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }

  init?(intValue: Int) { nil }
}
