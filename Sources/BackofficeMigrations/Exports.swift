// With this, a program that only migrates needs a single import.
@_exported public import BackofficeStorage
