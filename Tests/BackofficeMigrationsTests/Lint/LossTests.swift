import BackofficeMigrations
import Testing

@Suite("19: Losses that no statement names")
struct LossTests {
  private func migrator(_ loss: Loss, up: String? = nil) throws -> Migrator {
    try Migrator([
      MigrationPack(
        "test",
        trusted: [
          Migration(version: 1, name: "base", up: loss.base),
          Migration(version: 2, name: "step", up: up ?? loss.up),
        ])
    ])
  }

  @Test("Lint and trial runs name the same losses", arguments: Loss.all)
  func losses(_ loss: Loss) throws {
    let migrator = try migrator(loss)
    let ignored: Set<LintRule> = [.downMissing, .changeType, .rebuildParent]
    let linted = try migrator.lint { $0.name == "step" }.filter { !ignored.contains($0.rule) }
    #expect(linted.map(\.rule) == (loss.rule.map { [$0] } ?? []), "\(linted)")
    #expect(linted.allSatisfy { $0.text.contains(loss.text) }, "\(linted)")
    let verified = try migrator.verify().compactMap { finding in
      if case .loses(let lint) = finding.problem { lint } else { nil }
    }
    #expect(verified == linted)
    // A trial on a copy of a file with rows names them, too.
    let files = try MigrationFiles()
    try files.maintain { maintenance throws in
      try migrator.up(maintenance, to: 1, of: "test")
      let live = try migrator.verifyPending(maintenance).compactMap { finding in
        if case .loses(let lint) = finding.problem { lint } else { nil }
      }
      #expect(live == linted)
    }
    // A comment that accepts the loss holds for both.
    guard let rule = loss.rule else { return }
    let lines = loss.up.split(separator: "\n").map { "-- lint:ignore \(rule.rawValue)\n\($0)" }
    let accepted = try self.migrator(loss, up: lines.joined(separator: "\n"))
    #expect(try accepted.lint { $0.name == "step" }.filter { $0.rule == rule } == [])
    #expect(try accepted.verify().allSatisfy { $0.problem == .irreversible })
  }

  @Test("rebuildTable refuses the same losses of constraints")
  func rebuilds() throws {
    for loss in Loss.all where loss.rule == .rebuildLoses {
      let code = Migration(version: 2, name: "step") { transaction in
        try transaction.rebuildTable("a") { $0.definition = "CREATE TABLE a \(loss.after)" }
      }
      let base = Migration(version: 1, name: "base", up: loss.base)
      let migrator = try Packs.migrator(base, code)
      let isDeliberate = loss.text.contains("NOT NULL") || loss.text.contains("default")
      try Database.maintain(.memory) { maintenance in
        do {
          try migrator.up(maintenance)
          #expect(isDeliberate, "\(loss) was not refused")
        } catch let failure as MigrationFailure {
          #expect(!isDeliberate && "\(failure)".contains("would lose"), "\(failure)")
        }
      }
    }
  }

  @Test("A down script that does not restore the schema is named by both")
  func downs() throws {
    let up = Migration(
      version: 1, name: "a", up: "CREATE TABLE a (b); CREATE TABLE c (d);", down: "DROP TABLE a;")
    let migrator = try Packs.migrator(up)
    #expect(
      try migrator.lint().map(\.description) == [
        "test/v0001_a.down.sql:1: error: the down script does not restore the schema: "
          + "table c was added (d) [down-restores-not]"
      ])
    #expect(try migrator.verify().map(\.problem.lines) == [["table c was added (d)"]])
  }

  @Test("A sound step behind one that was restarted is not blamed")
  func stale() throws {
    let random = Migration(
      version: 1, name: "random",
      up:
        "CREATE TABLE a (b TEXT); INSERT INTO a VALUES (hex(randomblob(8))), (hex(randomblob(8)));",
      down: "DROP TABLE a;")
    let broken = Migration(
      version: 2, name: "broken", up: "CREATE TABLE c (d);", down: "SELECT 1;")
    let sound = Migration(
      version: 3, name: "sound", up: "CREATE TABLE e (f);", down: "DROP TABLE e;")
    let failing = Migration(
      version: 4, name: "failing", up: "CREATE TABLE g (h);", down: "DROP TABLE nowhere;")
    let last = Migration(
      version: 5, name: "last", up: "ALTER TABLE a ADD COLUMN z;",
      down: "ALTER TABLE a DROP COLUMN z;")
    let migrator = try Packs.migrator(random, broken, sound, failing, last)
    #expect(try migrator.verify().map(\.id.name) == ["broken", "failing"])
  }

  @Test("There is nothing to verify or to lint without migrations")
  func nothing() throws {
    for migrator in [try Migrator([]), try Migrator([MigrationFiles().read().pack()])] {
      #expect(throws: MigrationError.noMigrations) { try migrator.verify() }
      #expect(throws: MigrationError.noMigrations) { try migrator.lint() }
    }
  }
}
