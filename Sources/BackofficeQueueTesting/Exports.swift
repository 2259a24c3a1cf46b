@_exported public import BackofficeQueue
