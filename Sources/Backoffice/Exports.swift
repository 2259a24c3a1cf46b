// One import gives users the queue, transactions, ids, times, errors and migrations.
@_exported public import BackofficeQueue
