// swift-tools-version: 6.2

import PackageDescription

/// What every Swift target here is compiled with.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// A package of its own, so that the peers it measures against stay out of the library's graph.
let package = Package(
  name: "BackofficeBenchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "Backoffice", path: "../.."),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
  ],
  targets: [
    .systemLibrary(name: "CLimitSQLite", pkgConfig: "sqlite3"),
    .target(name: "CLimit", dependencies: ["CLimitSQLite"]),
    .target(name: "CPostgresClient"),
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "CLimit", "CPostgresClient",
        .product(name: "Backoffice", package: "Backoffice"),
        .product(name: "BackofficeAnalytics", package: "Backoffice"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      path: "Sources/Benchmarks",
      swiftSettings: settings
    ),
  ]
)
