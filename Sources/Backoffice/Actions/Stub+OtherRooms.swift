/// Stands for the submissions room's type until it comes; then this file goes.
public enum Submission {}
