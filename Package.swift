// swift-tools-version: 6.2

import PackageDescription

/// What every Swift target of the library is compiled with.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "Backoffice",
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
  products: [
    .library(name: "Backoffice", targets: ["Backoffice"]),
    .library(name: "BackofficeStorage", targets: ["BackofficeStorage"]),
    .library(name: "BackofficeAnalytics", targets: ["BackofficeAnalytics"]),
    .library(name: "BackofficeTesting", targets: ["BackofficeTesting"]),
  ],
  targets: [
    .systemLibrary(
      name: "CBackofficeSQLite",
      path: "Sources/CBackofficeSQLite",
      pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]
    ),
    .target(
      name: "BackofficeStorage",
      dependencies: ["CBackofficeSQLite"],
      swiftSettings: settings
    ),
    .target(
      name: "BackofficeSchema",
      dependencies: ["BackofficeStorage"],
      path: "Schema",
      exclude: ["Core"],
      swiftSettings: settings
    ),
    .target(
      name: "Backoffice",
      dependencies: ["BackofficeStorage", "BackofficeSchema"],
      swiftSettings: settings
    ),
    .target(
      name: "BackofficeAnalytics",
      dependencies: ["Backoffice"],
      swiftSettings: settings
    ),
    .target(
      name: "BackofficeTesting",
      dependencies: ["Backoffice"],
      swiftSettings: settings
    ),
    // Threads for tests that wait; no product has it.
    .target(
      name: "BackofficeTestThreads",
      path: "Tests/Threads",
      swiftSettings: settings
    ),
    // Random histories that the tests of several targets share; no product has it.
    .target(
      name: "BackofficeHistories",
      dependencies: ["Backoffice", "BackofficeTesting"],
      path: "Tests/Histories",
      swiftSettings: settings
    ),
    .testTarget(
      name: "BackofficeStorageTests",
      dependencies: ["BackofficeStorage", "BackofficeTestThreads"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "BackofficeSchemaTests",
      dependencies: ["BackofficeSchema", "BackofficeStorage"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "BackofficeTests",
      dependencies: [
        "Backoffice", "BackofficeTesting", "BackofficeHistories", "BackofficeTestThreads",
      ],
      swiftSettings: settings
    ),
    .testTarget(
      name: "BackofficeAnalyticsTests",
      dependencies: ["BackofficeAnalytics", "BackofficeTesting", "BackofficeHistories"],
      swiftSettings: settings
    ),
    .target(
      name: "CBackofficeFaultVFS",
      dependencies: ["CBackofficeSQLite"],
      path: "Tests/CFaultVFS"
    ),
    .executableTarget(
      name: "BackofficeCrashWriter",
      dependencies: ["Backoffice", "BackofficeAnalytics", "CBackofficeFaultVFS"],
      path: "Tests/CrashWriter",
      swiftSettings: settings
    ),
    .testTarget(
      name: "BackofficeFaultTests",
      dependencies: [
        "Backoffice", "BackofficeAnalytics", "BackofficeTesting", "CBackofficeFaultVFS",
        "BackofficeCrashWriter", "BackofficeTestThreads",
      ],
      swiftSettings: settings
    ),
  ]
)
