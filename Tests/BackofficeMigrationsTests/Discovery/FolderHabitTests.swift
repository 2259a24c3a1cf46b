import BackofficeMigrations
import Testing

/// A folder as another tool writes it.
struct FolderHabit: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let files: [String]
  var order = MigrationFolder.Order.automatic
  var ignored: Set<String> = []
  /// The files in the order in which they run.
  let ups: [String]
  /// The versions; nil for those that the order implies.
  var versions: [String]?
  var skipped: [String] = []

  static let all: [FolderHabit] = [
    FolderHabit(
      testDescription: "gitness: several files of one number, told apart by name",
      files: [
        "0001_create_table_b_spaces.up.sql", "0001_create_table_a_principals.up.sql",
        "0002_create_index.up.sql", "0021_webhook_internal_up.sql",
        "0021_webhook_internal_down.sql",
        "0010_last.up.sql",
      ], order: .name,
      ups: [
        "0001_create_table_a_principals.up.sql", "0001_create_table_b_spaces.up.sql",
        "0002_create_index.up.sql", "0010_last.up.sql", "0021_webhook_internal_up.sql",
      ],
      versions: [
        "0001_create_table_a_principals", "0001_create_table_b_spaces", "0002_create_index",
        "0010_last", "0021_webhook_internal",
      ]),
    FolderHabit(
      testDescription: "vaultwarden: Diesel compares the digits as text",
      files: [
        "2024-03-13_170000_sso_userscascade/up.sql", "2024-03-06-170000_add_sso_users/up.sql",
        "2024-06-05-131359_add_2fa/up.sql", "2024-03-13-120000_noon/up.sql",
      ],
      ups: [
        "2024-03-06-170000_add_sso_users/up.sql", "2024-03-13_170000_sso_userscascade/up.sql",
        "2024-03-13-120000_noon/up.sql", "2024-06-05-131359_add_2fa/up.sql",
      ], versions: ["20240306170000", "20240313000000", "20240313120000", "20240605131359"]),
    FolderHabit(
      testDescription: "keto: a file for each database",
      files: [
        "20201110175414000000_tuple.sqlite3.up.sql", "20201110175414000000_tuple.sqlite3.down.sql",
        "20201110175414000000_tuple.postgres.up.sql", "20201110175414000000_tuple.mysql.up.sql",
        "20230228091200000000_cascade.up.sql", "20230228091200000000_cascade.sqlite.up.sql",
        "20230228091200000000_cascade.down.sql",
      ],
      ups: [
        "20201110175414000000_tuple.sqlite3.up.sql", "20230228091200000000_cascade.sqlite.up.sql",
      ],
      skipped: [
        "20201110175414000000_tuple.mysql.up.sql", "20201110175414000000_tuple.postgres.up.sql",
        "20230228091200000000_cascade.up.sql",
      ]),
    FolderHabit(
      testDescription: "pocket-id and stash: two dots",
      files: ["20240813_flags..up.sql", "20240813_flags.down.sql", "30_ignore.up..sql"],
      ups: ["30_ignore.up..sql", "20240813_flags..up.sql"], versions: ["30", "20240813"]),
    FolderHabit(
      testDescription: "stash: programs beside the scripts",
      files: ["1_initial.up.sql", "12_postmigrate.go", "custom.go", "README.md"],
      ups: ["1_initial.up.sql"], skipped: ["12_postmigrate.go"]),
    FolderHabit(
      testDescription: "pi-hole: from one version to the next",
      files: ["9_to_10.sql", "10_to_11.sql"],
      ups: ["9_to_10.sql", "10_to_11.sql"]),
    FolderHabit(
      testDescription: "numbers and moments without a name",
      files: ["1.sql", "1.down.sql", "002.up.sql", "002.down.sql", "20240101120000.sql"],
      ups: ["1.sql", "002.up.sql", "20240101120000.sql"], versions: ["1", "2", "20240101120000"]),
    FolderHabit(
      testDescription: "Laravel's moments",
      files: [
        "2014_10_12_100000_resets.sql", "2014_10_12_000000_users.sql", "2019_08_19_000000_jobs.sql",
      ],
      ups: [
        "2014_10_12_000000_users.sql", "2014_10_12_100000_resets.sql", "2019_08_19_000000_jobs.sql",
      ], versions: ["20141012000000", "20141012100000", "20190819000000"]),
    FolderHabit(
      testDescription: "capital V and dots",
      files: ["V0001.CreatePeople.up.sql", "V0001.CreatePeople.down.sql", "V0010.More.up.sql"],
      ups: ["V0001.CreatePeople.up.sql", "V0010.More.up.sql"], versions: ["1", "10"]),
    FolderHabit(
      testDescription: "names with versions in them",
      files: ["001_v1.2_fix.up.sql", "001_v1.2_fix.down.sql", "V2__go to 2.0.sql"],
      ups: ["001_v1.2_fix.up.sql", "V2__go to 2.0.sql"]),
    FolderHabit(
      testDescription: "ignored by pattern",
      files: [
        "1_a.sql", "seed_people.sql", "dump.sql", "postgres/1_a.sql", "old/deep/2_b.sql", "3_c.go",
      ], ignored: ["seed_*.sql", "dum?.sql", "postgres", "old/**", "*.go"], ups: ["1_a.sql"],
      skipped: ["3_c.go", "dump.sql", "old/deep/", "postgres/", "seed_people.sql"]),
    FolderHabit(
      testDescription: "by name: ten precedes two",
      files: ["2_b.sql", "10_c.sql", "1_a.sql", "3.sql"],
      order: .name, ups: ["10_c.sql", "1_a.sql", "2_b.sql", "3.sql"],
      versions: ["10_c", "1_a", "2_b", "3_"]),
    FolderHabit(
      testDescription: "by number: ten follows two, also for Prisma",
      files: [
        "2_b/migration.sql", "10_c/migration.sql",
      ], order: .number, ups: ["2_b/migration.sql", "10_c/migration.sql"]),
  ]
}

@Suite("17: Folders that other tools wrote")
struct FolderHabitTests {
  @Test("A folder runs in the order of its tool", arguments: FolderHabit.all)
  func habits(_ habit: FolderHabit) throws {
    let files = try MigrationFiles()
    for (index, name) in habit.files.enumerated() {
      let isDown = name.contains("down")
      try files.write(
        isDown ? "DROP TABLE t\(index - 1);" : "CREATE TABLE t\(index) (a);", to: name)
    }
    files.reading.order = habit.order
    files.reading.ignored = habit.ignored
    let folder = try files.read()
    #expect(folder.migrations.map(\.file) == habit.ups)
    #expect(folder.skipped.map(\.file) == habit.skipped)
    if let versions = habit.versions {
      #expect(folder.migrations.map(\.version.description) == versions)
    }
    try files.up()
    #expect(try files.applied() == folder.migrations.map(\.version.description))
    // The ledger is read as it was written.
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(try migrator.status(maintenance).allSatisfy { $0.state == .applied })
      #expect(try migrator.up(maintenance) == [])
    }
  }

  @Test(
    "A folder of several files with one number is migrated to a number, back, and by a late file")
  func names() throws {
    let files = try MigrationFiles([
      "0001_a.up.sql": "CREATE TABLE a (b);", "0001_a.down.sql": "DROP TABLE a;",
      "0001_c.up.sql": "CREATE TABLE c (b);", "0001_c.down.sql": "DROP TABLE c;",
      "0002_d.up.sql": "CREATE TABLE d (b);", "0002_d.down.sql": "DROP TABLE d;",
    ])
    #expect(
      files.refusal { _ = try files.read() }
        == "version 1 is defined more than once (0001_a.up.sql, 0001_c.up.sql); keep one, "
        + "or read the folder in the order of its names")
    files.reading.order = .name
    let pack = try files.read().pack()
    let first = try #require(pack.version(named: "0001"))
    #expect(first.description == "0001_c" && pack.version(named: "0") == .zero)
    #expect(pack.version(named: "0001_a")?.description == "0001_a")
    #expect(pack.version(named: "3") == nil)
    let migrator = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(try migrator.up(maintenance, to: first, of: "main").count == 2)
      #expect(try migrator.up(maintenance).count == 1)
      #expect(
        try migrator.down(maintenance, to: first, of: "main").map(\.file) == ["0002_d.down.sql"])
    }
    try files.write("SELECT 1;", to: "0001_b.up.sql")
    let later = try files.migrator()
    try files.maintain { maintenance throws in
      #expect(
        files.refusal { try later.up(maintenance) }
          == "main/0001_b.up.sql has not run, but version 0001_c has; give it a higher version")
    }
  }

  @Test("A folder that its tool would run in another order is rejected until the order is chosen")
  func ambiguous() throws {
    for (ten, two) in [
      ("10_b/up.sql", "2_a/up.sql"), ("10_b/migration.sql", "2_a/migration.sql"),
      ("10_b.sql", "2_a.sql"),
    ] {
      let files = try MigrationFiles()
      for name in [ten, two] { try files.write("-- migrate:up\nSELECT 1;", to: name) }
      #expect(
        files.refusal { _ = try files.read() }
          == "the tool that wrote the folder compares names as text and runs \(ten) before \(two); "
          + "choose the order by number or by name")
      files.reading.order = .name
      #expect(try files.read().migrations.map(\.file) == [ten, two])
      files.reading.order = .number
      #expect(try files.read().migrations.map(\.file) == [two, ten])
    }
  }

  @Test("Everything that is wrong with a folder is reported at once")
  func atOnce() throws {
    let files = try MigrationFiles()
    for name in ["1_a.sql", "01_b.sql", "2-c.sql", "notes.sql", "3_d.down.sql", "x/y/4_e.sql"] {
      try files.write("SELECT 1;", to: name)
    }
    let text = files.refusal { _ = try files.read() }
    #expect(text.hasPrefix("5 files are wrong: "))
    for part in [
      "2-c.sql is not a valid migration name; did you mean 2_c.sql?", "notes.sql is not a valid",
      "3_d.down.sql has no up file", "version 1 is defined more than once (01_b.sql, 1_a.sql)",
      "x/y/4_e.sql is not a valid",
    ] {
      #expect(text.contains(part), "\(part) is missing in \(text)")
    }
  }

  @Test("Versions that are names follow numbers, and are ordered by their bytes")
  func versions() throws {
    let files = try MigrationFiles()
    for name in ["b.x_1", "a", "B", "10"] { try files.write("SELECT 1;", to: "1_\(name).sql") }
    files.reading.order = .name
    let versions = try files.read().migrations.map(\.version)
    #expect(versions.map(\.description) == ["1_10", "1_B", "1_a", "1_b.x_1"])
    #expect(versions.allSatisfy { $0 > 99 } && versions.shuffled().sorted() == versions)
  }
}
