import Foundation
import Testing

@Suite("Walls between the rooms")
struct WallsTests {
  /// The rooms from the ground up: a room may name those before it, and nothing else of them than this.
  ///
  /// What is called by a full stop is a member of a transaction or a store.
  private static let allowed: [(room: String, names: [String: Set<String>])] = [
    ("Values", [:]),
    ("History", [:]),
    ("Staff", [:]),
    ("Customers", ["Staff": ["StaffMember"]]),
    (
      "Subscriptions", ["Customers": ["Customer", "CustomerError", ".liveCustomer", ".survivorID"]]
    ),
    ("Usage", ["Customers": ["Customer", ".customerExists", ".survivorID"]]),
    (
      "Submissions",
      ["Customers": ["Customer"], "Queue": ["QueueItem", "Lease"]]
    ),
    (
      "Actions",
      [
        "Customers": ["Customer"], "Submissions": ["Submission", "Directory"],
        "Queue": ["QueueItem", "Batch"],
      ]
    ),
    ("Plans", ["Customers": ["Customer"], "Queue": ["QueueItem", "Batch"]]),
  ]

  /// What every room may name.
  private static let common: Set = ["Values", "History"]

  /// The folders of the queue that rooms see through the list above; its values, the store and what serves
  /// them are for all.
  private static let queueFolders = [
    "Batches", "Flows", "Items", "Limits", "Queues", "Schedules", "Work", "Worker",
  ]

  /// The steps of the office's schema whose tables belong to a room of another name.
  private static let roomsOfSteps = ["pipelines": "Customers", "directories": "Submissions"]

  private static func rooms() throws -> [SourceTree.Folder] {
    try SourceTree.folders(of: "Backoffice").filter { $0 != "Links" }.map { room in
      try SourceTree.Folder("Sources/Backoffice/\(room)", named: room)
    }
  }

  @Test(
    "No room names a type, or a member of transactions, of another, except where a line is drawn")
  func types() throws {
    let rooms = try Self.rooms()
    #expect(Set(rooms.map(\.name)) == Set(Self.allowed.map(\.room)))
    let queue = try Self.queueFolders.map { folder in
      try SourceTree.Folder("Sources/BackofficeQueue/\(folder)", named: "Queue")
    }
    let links = try SourceTree.Folder("Sources/Backoffice/Links", named: "Links")
    var owners: [String: Set<String>] = [:]
    for folder in rooms + queue + [links] {
      for name in folder.declarations { owners[name, default: []].insert(folder.name) }
    }
    var used: Set<String> = []
    for room in rooms {
      let names = try #require(Self.allowed.first { $0.room == room.name }).names
      for use in room.uses.sorted() {
        guard let owner = owners[use], owner.count == 1, let other = owner.first,
          other != room.name, !Self.common.contains(other)
        else { continue }
        #expect(names[other]?.contains(use) == true, "\(room.name) names \(use) of \(other)")
        used.insert("\(room.name) \(other) \(use)")
      }
    }
    for (room, names) in Self.allowed {
      for (other, uses) in names {
        for use in uses {
          #expect(used.contains("\(room) \(other) \(use)"), "\(room) does not need \(use)")
        }
      }
    }
  }

  @Test("The sources of the queue, comments and SQL included, have no word of the office")
  func words() throws {
    let words = ["customer", "credit", "director", "submission", "subscription"]
    for folder in ["Sources/BackofficeQueue", "Sources/BackofficeQueueTesting", "Schema/Queue"] {
      let root = SourceTree.package.appending(path: folder)
      let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { path in
        [".swift", ".sql", ".md"].contains { path.hasSuffix($0) }
      }
      #expect(!paths.isEmpty)
      for path in paths {
        let text = try String(contentsOf: root.appending(path: path), encoding: .utf8).lowercased()
        let found = words.filter(text.contains)
        #expect(found == [], "\(folder)/\(path)")
      }
    }
  }

  @Test("The lines that are drawn lead down, so no two rooms need each other")
  func acyclic() {
    var below: Set = ["Queue"]
    for (room, names) in Self.allowed {
      #expect(Set(names.keys).subtracting(below) == [], "\(room) names a room above it")
      below.insert(room)
    }
  }

  @Test("No room names a table of another in its SQL")
  func tables() throws {
    var owners: [String: String] = [:]
    for (step, tables) in try SourceTree.tables(of: "Office") {
      for table in tables { owners[table] = Self.roomsOfSteps[step] ?? step.capitalized }
    }
    for (_, tables) in try SourceTree.tables(of: "Queue") {
      for table in tables { owners[table] = "Queue" }
    }
    #expect(owners.count > 40)
    for room in try Self.rooms() {
      for word in room.wordsOfSQL.sorted() {
        guard let owner = owners[word] else { continue }
        #expect(owner == room.name, "SQL of \(room.name) names \(word) of \(owner)")
      }
    }
  }

  @Test("Names are found in code, interpolations and SQL, and not in comments or other texts")
  func reading() {
    let text = SourceText(
      #"""
      import Backoffice
      // Comment("SELECT a FROM comments")
      extension WriteTransaction { func helper() -> Answer { store.plans.find(Deep.self) } }
      public struct Outer { struct Inner {} }
      let sql = "SELECT \(Row.selection(of: "r")) FROM staff r"
      let note = "customers of \#("staff")"
      let watch = RuleSwitch(tables: ["plans"], "")
      """#)
    #expect(text.imports() == ["Backoffice"])
    #expect(text.declarations() == [".helper", "Outer"])
    #expect(
      text.uses() == [
        "Backoffice", "WriteTransaction", "Answer", ".plans", "Deep", "Outer", "Inner", "Row",
        "RuleSwitch",
      ])
    #expect(
      text.wordsOfSQL().intersection(["staff", "plans", "customers", "comments"]) == [
        "staff", "plans",
      ])
  }
}

@Suite("Walls between the targets")
struct TargetWallsTests {
  /// The targets from the ground up; each may name the modules and tables of those it lists.
  private static let allowed: [(target: String, below: Set<String>)] = [
    ("BackofficeStorage", []),
    ("BackofficeMigrations", ["BackofficeStorage"]),
    ("BackofficeQueue", ["BackofficeMigrations", "BackofficeStorage"]),
    ("Backoffice", ["BackofficeQueue"]),
    ("BackofficeAnalytics", ["Backoffice"]),
  ]

  /// The packs by the target that holds them.
  private static let packs = [
    "BackofficeQueue": "Queue", "Backoffice": "Office", "BackofficeAnalytics": "Analytics",
  ]

  @Test("A target imports what lies below it, and its SQL names no table of a target above")
  func targets() throws {
    var owners: [String: String] = [:]
    for (target, pack) in Self.packs {
      for table in try SourceTree.tables(of: pack).values.joined() { owners[table] = target }
    }
    var below: Set<String> = []
    for (target, modules) in Self.allowed {
      let folder = try SourceTree.Folder(
        "Sources/\(target)", named: target, leavingOut: ["Schema"])
      let imported = folder.imports.filter { module in Self.allowed.contains { $0.target == module }
      }
      #expect(imported.subtracting(modules) == [], "imports of \(target)")
      below.insert(target)
      for word in folder.wordsOfSQL.sorted() {
        guard let owner = owners[word] else { continue }
        #expect(below.contains(owner), "SQL of \(target) names \(word) of \(owner)")
      }
    }
  }
}
