// Made from the .sql files; to make it again: BACKOFFICE_EMBED=1 swift test --filter BackofficeSchemaTests.EmbeddedSchemaTests
// swift-format-ignore-file

internal import BackofficeStorage

extension CoreSchema {
  static let migrations: [Migration] = [
    v0001StoreSettings,
    v0002StatusPipelines,
    v0003Customers,
    v0004CustomersSearch,
    v0005Directories,
    v0006Queue,
    v0007Submissions,
    v0008Actions,
    v0009Plans,
    v0010History,
    v0011Usage,
    v0012Analytics,
    v0013Overviews,
    v0014QueueGates,
    v0015QueueSchedules,
    v0016QueueFlows,
    v0017AnalyticsSums,
    v0018ActionOffers,
    v0019QueueTags,
    v0020QueueChecks,
  ]
}
