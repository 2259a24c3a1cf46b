extension Bindable where Self: RawRepresentable, RawValue: Bindable {
  /// Binds the raw value.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try rawValue.bind(to: parameter)
  }
}

extension ColumnDecodable where Self: RawRepresentable, RawValue: ColumnDecodable {
  /// Decodes the raw value.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Self? {
    RawValue.decode(column).flatMap(Self.init(rawValue:))
  }
}
