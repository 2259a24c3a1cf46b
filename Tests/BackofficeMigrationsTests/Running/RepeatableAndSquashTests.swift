import BackofficeMigrations
import Testing

@Suite("Repeatable migrations and squash points")
struct RepeatableAndSquashTests {
  @Test("A repeatable migration runs after the others, and again when its text has changed")
  func repeatable() throws {
    let files = try MigrationFiles.three()
    try files.write(
      "DROP VIEW IF EXISTS who; CREATE VIEW who AS SELECT name FROM people;", to: "R__who.sql")
    try files.up()
    #expect(try files.applied() == ["1", "2", "3", "R who"])
    try files.up()
    #expect(try files.applied().count == 4)
    try files.write("CREATE TABLE more (a);", to: "004_more.sql")
    try files.write(
      "DROP VIEW IF EXISTS who; CREATE VIEW who AS SELECT pk FROM people;", to: "R__who.sql")
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(
        try migrator.status(maintenance).map(\.short) == [
          "1 applied", "2 applied", "3 applied", "4 pending", "0 pending",
        ])
      #expect(try migrator.up(maintenance).map(\.file) == ["004_more.sql", "R__who.sql"])
      #expect(try migrator.diagnose(maintenance).isCurrent)
    }
    #expect(try files.applied() == ["1", "2", "3", "4", "R who"])
  }

  @Test("A repeatable migration with a down script is reverted before what it depends on")
  func repeatableDown() throws {
    let files = try MigrationFiles.three()
    try files.write("CREATE VIEW who AS SELECT name FROM people;", to: "R__who.sql")
    try files.write("DROP VIEW who;", to: "R__who.down.sql")
    try files.up()
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(
        try migrator.down(maintenance, to: 2, of: "main").map(\.file)
          == ["R__who.down.sql", "003_names.down.sql"])
      #expect(try migrator.up(maintenance).map(\.file) == ["003_names.sql", "R__who.sql"])
    }
  }

  private static let squash = """
    CREATE TABLE people (pk INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE notes (pk INTEGER PRIMARY KEY, person INTEGER REFERENCES people (pk));
    CREATE INDEX names ON people (name);
    """

  @Test("New, partially migrated and fully migrated files converge at a squash point")
  func squash() throws {
    var schemas: [String] = []
    for start in ["fresh", "half-way", "finished"] {
      let files = try MigrationFiles.three()
      switch start {
      case "half-way":
        let migrator = try files.migrator()
        try files.maintain { try migrator.up($0, to: 2, of: "main") }
      case "finished": try files.up()
      default: break
      }
      try files.write(Self.squash, to: "B3__all.sql")
      try files.write("ALTER TABLE people ADD COLUMN age INTEGER;", to: "004_age.sql")
      let migrator = try files.migrator()
      try files.maintain { maintenance throws in
        #expect(
          try migrator.up(maintenance).map(\.file)
            == [
              "fresh": ["B3__all.sql", "004_age.sql"],
              "half-way": ["003_names.sql", "004_age.sql"], "finished": ["004_age.sql"],
            ][start], "\(start)")
        #expect(try migrator.diagnose(maintenance).isCurrent, "\(start)")
        schemas.append(try maintenance.schema().fingerprint.description)
      }
      // When no file is below the squash point, the migrations up to it can be deleted.
      for name in ["001_people", "002_notes", "003_names"] {
        try files.remove("\(name).sql")
        try files.remove("\(name).down.sql")
      }
      let later = try files.migrator()
      try files.maintain { maintenance throws in
        #expect(try later.up(maintenance).isEmpty, "\(start)")
        #expect(try later.diagnose(maintenance).isCurrent, "\(start)")
      }
    }
    #expect(Set(schemas).count == 1)
  }

  @Test("A file below a squash point is rejected if migrations up to it are missing")
  func squashGap() throws {
    let files = try MigrationFiles.three()
    let migrator = try files.migrator()
    try files.maintain { try migrator.up($0, to: 2, of: "main") }
    try files.write(Self.squash, to: "B3__all.sql")
    for name in ["001_people", "002_notes", "003_names"] {
      try files.remove("\(name).sql")
      try files.remove("\(name).down.sql")
    }
    #expect(
      files.refusal { try files.up() }
        == "the file is at version 2, but some migrations up to main/B3__all.sql are "
        + "missing; restore them until no file is below that version")
  }

  @Test("A new file can be migrated to a version before the squash point, and on from there")
  func beforeSquash() throws {
    let files = try MigrationFiles.three()
    try files.write(Self.squash, to: "B3__all.sql")
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(try migrator.up(maintenance, to: 2, of: "main").count == 2)
      #expect(try migrator.up(maintenance).map(\.file) == ["003_names.sql"])
    }
    // A squash point can only be reverted as a whole.
    let fresh = try MigrationFiles.three()
    try fresh.write(
      Self.squash + "\n-- migrate:down\nDROP TABLE notes; DROP TABLE people;", to: "B3__all.sql")
    let whole = try fresh.migrator()
    try fresh.maintain { maintenance throws in
      try whole.up(maintenance)
      #expect(
        fresh.refusal { try whole.down(maintenance, to: 2, of: "main") }.contains(
          "cannot be reverted"))
      #expect(try whole.down(maintenance, to: 0, of: "main").count == 1)
    }
  }
}
