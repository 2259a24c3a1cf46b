@_exported public import BackofficeQueueTesting
