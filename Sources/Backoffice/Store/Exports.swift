// Users of the store meet its transactions, ids, times and errors without a second import.
@_exported public import BackofficeStorage
