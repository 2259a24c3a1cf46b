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
    .library(name: "BackofficeQueue", targets: ["BackofficeQueue"]),
    .library(name: "BackofficeStorage", targets: ["BackofficeStorage"]),
    .library(name: "BackofficeMigrations", targets: ["BackofficeMigrations"]),
    .library(name: "BackofficeAnalytics", targets: ["BackofficeAnalytics"]),
    .library(name: "BackofficeTesting", targets: ["BackofficeTesting"]),
    .library(name: "BackofficeQueueTesting", targets: ["BackofficeQueueTesting"]),
  ],
  targets: [
    // The system's SQLite, with what Swift cannot call of it or of the system.
    .target(
      name: "CBackofficeSQLite",
      linkerSettings: [.linkedLibrary("sqlite3")]
    ),
    .target(
      name: "BackofficeStorage",
      dependencies: ["CBackofficeSQLite"],
      swiftSettings: settings
    ),
    .target(
      name: "BackofficeMigrations",
      dependencies: ["BackofficeStorage"],
      swiftSettings: settings
    ),
    .target(
      name: "BackofficeQueue",
      dependencies: ["BackofficeStorage", "BackofficeMigrations"],
      swiftSettings: settings
    ),
    .target(
      name: "Backoffice",
      dependencies: ["BackofficeQueue"],
      swiftSettings: settings
    ),
    .target(
      name: "BackofficeAnalytics",
      dependencies: ["Backoffice"],
      swiftSettings: settings
    ),
    .target(
      name: "BackofficeQueueTesting",
      dependencies: ["BackofficeQueue"],
      swiftSettings: settings
    ),
    .target(
      name: "BackofficeTesting",
      dependencies: ["Backoffice", "BackofficeQueueTesting"],
      swiftSettings: settings
    ),
    // Files and threads of tests; no product has it.
    .target(
      name: "BackofficeTestSupport",
      dependencies: ["BackofficeStorage"],
      path: "Tests/Support",
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
      dependencies: ["BackofficeStorage", "BackofficeTestSupport"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "BackofficeMigrationsTests",
      dependencies: ["BackofficeMigrations", "BackofficeTestSupport"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "BackofficeQueueTests",
      dependencies: ["BackofficeQueue", "BackofficeQueueTesting", "BackofficeTestSupport"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "BackofficeSchemaTests",
      dependencies: ["BackofficeQueue", "Backoffice", "BackofficeAnalytics"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "BackofficeTests",
      dependencies: [
        "Backoffice", "BackofficeTesting", "BackofficeHistories", "BackofficeTestSupport",
      ],
      swiftSettings: settings
    ),
    // Packs as programs outside write them: the compiler holds them to the public API.
    .testTarget(
      name: "BackofficePackTests",
      dependencies: [
        "Backoffice", "BackofficeAnalytics", "BackofficeTesting", "BackofficeTestSupport",
      ],
      packageAccess: false,
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
        "BackofficeCrashWriter", "BackofficeTestSupport",
      ],
      swiftSettings: settings
    ),
  ]
)
