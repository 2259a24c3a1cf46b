// Users of an office meet its queue, transactions, ids, times, errors and migrations without further imports.
@_exported public import BackofficeQueue
