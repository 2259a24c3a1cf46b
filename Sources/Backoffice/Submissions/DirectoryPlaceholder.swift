/// Stands for the submissions room's type until it comes.
public enum Directory {}
