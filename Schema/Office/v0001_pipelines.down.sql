DROP TABLE status_transitions;
DROP TABLE status_definitions;
