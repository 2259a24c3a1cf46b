// Users of a store meet its transactions, ids, times, errors and migrations without further imports.
@_exported public import BackofficeMigrations
@_exported public import BackofficeStorage
