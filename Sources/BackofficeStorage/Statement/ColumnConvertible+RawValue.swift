extension Bindable where Self: RawRepresentable, RawValue: Bindable {
  /// Binds the raw value.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try rawValue.bind(to: parameter)
  }
}

extension ColumnDecodable where Self: RawRepresentable, RawValue: ColumnDecodable {
  /// The value whose raw value the column holds, when there is one.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Self? {
    RawValue.decode(column).flatMap(Self.init(rawValue:))
  }
}
