// A module of a program that has words of its own for what the library has, too.

/// The program's own.
public enum Job {}

/// The program's own.
public enum Database {}

/// The program's own.
public enum Row {}

/// The program's own.
public enum Record {}

/// The program's own.
public enum Page {}

/// The program's own.
public enum Meter {}
