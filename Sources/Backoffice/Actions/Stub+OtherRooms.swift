// Stands in for the types of the submissions room until it is merged; then this file goes.

/// A directory.
public enum Directory {}

/// A submission to a directory.
public enum Submission {}
