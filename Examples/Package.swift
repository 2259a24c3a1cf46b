// swift-tools-version: 6.2

import PackageDescription

/// What every target here is compiled with.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

// Programs that use the library as anybody's program would: by its products, from a package of
// their own.
let package = Package(
  name: "BackofficeExamples",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "directorybolt", targets: ["DirectoryBolt"]),
    .executable(name: "backoffice", targets: ["BackofficeTool"]),
    .library(name: "BackofficeLogging", targets: ["BackofficeLogging"]),
    .library(name: "BackofficeMetrics", targets: ["BackofficeMetrics"]),
    .library(name: "BackofficeCrypto", targets: ["BackofficeCrypto"]),
    .executable(name: "worker-service", targets: ["WorkerService"]),
    .executable(name: "job-queue", targets: ["JobQueue"]),
  ],
  dependencies: [
    .package(name: "Backoffice", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.2.0"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    .package(url: "https://github.com/onevcat/Rainbow", from: "4.2.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
  ],
  targets: [
    .executableTarget(
      name: "Hello",
      dependencies: [.product(name: "Backoffice", package: "Backoffice")],
      path: "Sources/Hello",
      swiftSettings: settings
    ),
    .executableTarget(
      name: "JobQueue",
      dependencies: [.product(name: "BackofficeQueue", package: "Backoffice")],
      swiftSettings: settings
    ),
    .testTarget(
      name: "JobQueueTests",
      dependencies: [
        "JobQueue", .product(name: "BackofficeQueue", package: "Backoffice"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "ExampleData",
      path: "Data",
      exclude: ["businesses-malformed.csv"],
      resources: [
        .embedInCode("directories.csv"), .embedInCode("businesses.csv"),
        .embedInCode("assistants.csv"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "ExampleSupport",
      dependencies: [
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SwiftCSV", package: "SwiftCSV"),
        .product(name: "Rainbow", package: "Rainbow"),
        .product(name: "Backoffice", package: "Backoffice"),
        .product(name: "BackofficeAnalytics", package: "Backoffice"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "DirectoryBoltKit",
      dependencies: [
        "ExampleData", "ExampleSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "Backoffice", package: "Backoffice"),
        .product(name: "BackofficeAnalytics", package: "Backoffice"),
      ],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "DirectoryBolt",
      dependencies: ["DirectoryBoltKit", "ExampleSupport"],
      swiftSettings: settings
    ),
    // A process tree that is started, watched and ended as one.
    .target(name: "CProcessTree"),
    .target(
      name: "BackofficeToolKit",
      dependencies: [
        "ExampleSupport", "CProcessTree",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Backoffice", package: "Backoffice"),
        .product(name: "BackofficeAnalytics", package: "Backoffice"),
      ],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "BackofficeTool",
      dependencies: ["BackofficeToolKit", "ExampleSupport"],
      swiftSettings: settings
    ),
    // Adapters of the store's events to the logging and metrics of server programs.
    .target(
      name: "BackofficeLogging",
      dependencies: [
        .product(name: "BackofficeStorage", package: "Backoffice"),
        .product(name: "BackofficeMigrations", package: "Backoffice"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "BackofficeMetrics",
      dependencies: [
        .product(name: "BackofficeStorage", package: "Backoffice"),
        .product(name: "BackofficeMigrations", package: "Backoffice"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
      ],
      swiftSettings: settings
    ),
    .testTarget(
      name: "AdapterTests",
      dependencies: [
        "BackofficeLogging", "BackofficeMetrics",
        .product(name: "Backoffice", package: "Backoffice"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "MetricsTestKit", package: "swift-metrics"),
      ],
      swiftSettings: settings
    ),
    // A cipher for the payloads of queue items.
    .target(
      name: "BackofficeCrypto",
      dependencies: [
        .product(name: "Backoffice", package: "Backoffice"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings
    ),
    .testTarget(
      name: "CryptoTests",
      dependencies: [
        "BackofficeCrypto",
        .product(name: "Backoffice", package: "Backoffice"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings
    ),
    // A worker as a service beside others, with a log and a graceful end.
    .executableTarget(
      name: "WorkerService",
      dependencies: [
        .product(name: "Backoffice", package: "Backoffice"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: settings
    ),
    // What a program outside writes, under strict settings and beside names of its own.
    .target(name: "ClashingNames", path: "Tests/ClashingNames", swiftSettings: settings),
    .testTarget(
      name: "PublicAPITests",
      dependencies: [
        "ClashingNames",
        .product(name: "Backoffice", package: "Backoffice"),
        .product(name: "BackofficeMigrations", package: "Backoffice"),
        .product(name: "BackofficeTesting", package: "Backoffice"),
      ],
      swiftSettings: settings + [.strictMemorySafety()]
    ),
    // Puts extreme integers into a store, for a test.
    .executableTarget(
      name: "IntegerSweep",
      dependencies: [
        "ExampleData", "ExampleSupport", "DirectoryBoltKit", "BackofficeToolKit",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Backoffice", package: "Backoffice"),
        .product(name: "BackofficeAnalytics", package: "Backoffice"),
      ],
      path: "Tests/IntegerSweep",
      swiftSettings: settings
    ),
    .testTarget(
      name: "ExampleTests",
      dependencies: [
        "BackofficeTool", "IntegerSweep",
        "ExampleData", "ExampleSupport", "DirectoryBoltKit", "BackofficeToolKit",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Backoffice", package: "Backoffice"),
        .product(name: "BackofficeAnalytics", package: "Backoffice"),
        .product(name: "BackofficeTesting", package: "Backoffice"),
      ],
      swiftSettings: settings
    ),
  ]
)
