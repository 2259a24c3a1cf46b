extension DatabaseSchema {
  /// A canonical text of the schema, which is the same for all databases with an equal schema.
  ///
  /// It is the input of ``fingerprint``. Use
  /// ``BackofficeStorage/MaintenanceConnection/schemaDump()`` for a script that creates the schema.
  public var canonicalText: String {
    var lines: [String] = []
    for table in tables { table.append(to: &lines) }
    for view in views { view.append(to: &lines) }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension DatabaseSchema.Table {
  fileprivate func append(to lines: inout [String]) {
    var head = "table \(SQLText.quoted(name))"
    if isStrict { head += " strict" }
    if isWithoutRowID { head += " without rowid" }
    if isAutoincrement { head += " autoincrement" }
    if let module { head += " using \(module)" }
    lines.append(head)
    lines += columns.map { "  column \(SQLText.quoted($0.name)): \($0.summary)" }
    if !primaryKey.isEmpty { lines.append("  primary key \(primaryKey.summary)") }
    lines += uniqueConstraints.map { "  unique \($0.summary)" }
    lines += checks.map { "  \($0.summary)" }
    lines += foreignKeys.map { "  \($0.summary)" }
    lines += conflictClauses.map { "  \($0)" }
    lines += indexes.map { "  index \(SQLText.quoted($0.name)): \($0.summary)" }
    lines += triggers.map { "  trigger \(SQLText.quoted($0.name)): \($0.body)" }
  }
}

extension DatabaseSchema.View {
  fileprivate func append(to lines: inout [String]) {
    lines.append("view \(SQLText.quoted(name)): \(body)")
    lines.append("  columns \(columns.map(SQLText.quoted).joined(separator: ", "))")
    lines += triggers.map { "  trigger \(SQLText.quoted($0.name)): \($0.body)" }
  }
}

extension DatabaseSchema.Column {
  /// The type and constraints of the column, in the order of an SQL definition.
  public var summary: String {
    var parts = [type.isEmpty ? "ANY TYPE" : type]
    if isNotNull { parts.append("NOT NULL") }
    if let defaultValue { parts.append("DEFAULT \(defaultValue)") }
    if collation != "BINARY" { parts.append("COLLATE \(collation)") }
    if let generated {
      parts.append("AS (\(generated.expression)) \(generated.isStored ? "STORED" : "VIRTUAL")")
    }
    if isHidden { parts.append("HIDDEN") }
    return parts.joined(separator: " ")
  }
}

extension DatabaseSchema.KeyPart {
  var summary: String {
    expression + (collation == "BINARY" ? "" : " COLLATE \(collation)")
      + (isDescending ? " DESC" : "")
  }
}

extension [DatabaseSchema.KeyPart] {
  var summary: String { "(\(map(\.summary).joined(separator: ", ")))" }
}

extension DatabaseSchema.Check {
  var summary: String { (name.map { "constraint \($0) " } ?? "") + "check (\(expression))" }
}

extension DatabaseSchema.ForeignKey {
  var summary: String {
    var text = "foreign key (\(columns.joined(separator: ", "))) references \(parent)"
    if !parentColumns.isEmpty { text += " (\(parentColumns.joined(separator: ", ")))" }
    if onUpdate != "NO ACTION" { text += " on update \(onUpdate.lowercased())" }
    if onDelete != "NO ACTION" { text += " on delete \(onDelete.lowercased())" }
    if isDeferred { text += " deferred" }
    return text
  }
}

extension DatabaseSchema.Index {
  var summary: String {
    (isUnique ? "unique " : "") + parts.summary + (predicate.map { " where \($0)" } ?? "")
  }
}
