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
  ],
  dependencies: [
    .package(name: "Backoffice", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.2.0"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    .package(url: "https://github.com/onevcat/Rainbow", from: "4.2.2"),
  ],
  targets: [
    .executableTarget(
      name: "Hello",
      dependencies: [.product(name: "Backoffice", package: "Backoffice")],
      path: "Sources/Hello",
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
      dependencies: [
        "DirectoryBoltKit", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings
    ),
    .target(
      name: "BackofficeToolKit",
      dependencies: [
        "ExampleSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Backoffice", package: "Backoffice"),
        .product(name: "BackofficeAnalytics", package: "Backoffice"),
      ],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "BackofficeTool",
      dependencies: [
        "BackofficeToolKit", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings
    ),
    .testTarget(
      name: "ExampleTests",
      dependencies: [
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
