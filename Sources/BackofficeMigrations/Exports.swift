// A program that only migrates opens its files without a second import.
@_exported public import BackofficeStorage
