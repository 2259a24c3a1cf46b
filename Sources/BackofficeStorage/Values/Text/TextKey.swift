/// A key of a JSON object, for dictionaries whose keys have a text form.
struct TextKey: CodingKey {
  let stringValue: String

  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }

  init?(intValue: Int) { nil }
}
